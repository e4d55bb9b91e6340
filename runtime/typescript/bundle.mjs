// How the package's modules are bundled: for build.mjs, and for what measures their size.
import { join } from 'node:path'
import { build } from 'esbuild'

const here = import.meta.dirname
const options = {
  entryPoints: { index: join(here, 'index.ts'), core: join(here, 'core.ts'), eslint: join(here, 'eslint/index.ts') },
  outdir: join(here, 'dist'),
  bundle: true,
  splitting: true, // one core, whichever entry a program and its libraries import
  chunkNames: 'loopscope-asyncio-[hash]',
  platform: 'node',
  format: 'esm',
  target: 'es2022', // who bundles it minifies it; stack traces stay readable
  // A minifier shortens the names of variables alone. Hidden members, which all begin with `_`, are a fifth of the core.
  mangleProps: /^_[a-z]/,
  legalComments: 'none',
  logLevel: 'warning',
}

/** Bundles the package. Its hidden members are called `$a`, `$b`, …: a class that a program derives from one of ours may have a member `a`. */
export async function bundle(more = {}) {
  const { mangleCache } = await build({ ...options, ...more, mangleCache: {}, write: false })
  const names = Object.entries(mangleCache).map(([name, short]) => [name, `$${short}`])
  return build({ ...options, ...more, mangleCache: Object.fromEntries(names) })
}
