// `npm run pictures [-- THEME … TASKS … SCENE …]`: the panel as it looks, see README.md.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'

const outfile = join(import.meta.dirname, '../../.cache/pictures/run.mjs')
mkdirSync(join(outfile, '..'), { recursive: true })
await build({
  entryPoints: [join(import.meta.dirname, 'run.ts')],
  outfile,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'es2022',
  packages: 'external',
  logLevel: 'warning',
})
await import(pathToFileURL(outfile).href)
