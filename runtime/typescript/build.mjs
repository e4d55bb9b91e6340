// Builds the package: the module for Node, its core, the ESLint plugin, and their declarations. `npm run build:runtime`.
import { execFileSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { bundle } from './bundle.mjs'

const here = import.meta.dirname
rmSync(join(here, 'dist'), { recursive: true, force: true })
await bundle()
const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc')
execFileSync(process.execPath, [tsc, '-p', here], { stdio: 'inherit' })
