import { execFileSync } from 'node:child_process'
import { repository } from './folders.ts'

/** Bundles before the suite: the command line and the page that are tested are of this very source. */
export default function bundle(): void {
  execFileSync(process.execPath, ['esbuild.config.mjs'], { cwd: repository, stdio: 'inherit' })
}
