// `npm run bench:viewer [-- --only 1M] [-- --no-peers] [-- --no-live]`: the panel in Chromium on traces of 100 k, 1 M and 10 M events; see viewer/README.md.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'

const outfile = join(import.meta.dirname, '../../node_modules/.cache/bench-viewer/run.mjs')
mkdirSync(join(outfile, '..'), { recursive: true })
const entry = join(import.meta.dirname, 'viewer/run.ts')
await build({
  entryPoints: [entry],
  outfile,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'es2022',
  packages: 'external',
  logLevel: 'warning',
})
await import(pathToFileURL(outfile).href)
