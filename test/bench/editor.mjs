// `npm run bench:editor`: what Loopscope costs in the editor, in a real VS Code. Packs the extension first; see docs/editor.md.
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { importBundled } from '../../scripts/bundled.mjs'

const repository = join(import.meta.dirname, '../..')
execFileSync(process.execPath, ['scripts/package.mjs'], { cwd: repository, stdio: 'inherit' })
await importBundled(join(import.meta.dirname, 'editor/run.ts'), join(repository, '.cache/bench-editor/run.mjs'))
