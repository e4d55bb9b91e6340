// `npm run bench:editor`: what Loopscope costs in the editor, in a real VS Code. Packs the extension first; see docs/editor.md.
import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'

const repository = join(import.meta.dirname, '../..')
execFileSync(process.execPath, ['scripts/package.mjs'], { cwd: repository, stdio: 'inherit' })
const outfile = join(repository, '.cache/bench-editor/run.mjs')
mkdirSync(join(outfile, '..'), { recursive: true })
await build({
  entryPoints: [join(import.meta.dirname, 'editor/run.ts')],
  outfile,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'es2022',
  packages: 'external',
  logLevel: 'warning',
})
await import(pathToFileURL(outfile).href)
