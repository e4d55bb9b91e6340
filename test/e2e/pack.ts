import { execFileSync } from 'node:child_process'
import { repository } from '../real/folders.ts'

/** Packs the extension before the suite: what is tested is the `.vsix` of this very source. */
export default function pack(): void {
  execFileSync(process.execPath, ['scripts/package.mjs'], { cwd: repository, stdio: 'inherit' })
}
