// Builds the package: the module for Node, its core, the ESLint plugin, and their declarations. `npm run build:runtime`.
import { execFileSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { build } from 'esbuild'

const here = import.meta.dirname
rmSync(join(here, 'dist'), { recursive: true, force: true })
await build({
  entryPoints: { index: join(here, 'index.ts'), core: join(here, 'core.ts'), eslint: join(here, 'eslint/index.ts') },
  outdir: join(here, 'dist'),
  bundle: true,
  splitting: true, // one core, whichever entry a program and its libraries import
  chunkNames: 'loopscope-asyncio-[hash]',
  platform: 'node',
  format: 'esm',
  target: 'es2022', // who bundles it minifies it; stack traces stay readable
  legalComments: 'none',
  logLevel: 'warning',
})
const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc')
execFileSync(process.execPath, [tsc, '-p', here], { stdio: 'inherit' })
