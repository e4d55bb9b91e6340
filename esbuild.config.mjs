// Bundles what ships: the extension, the panel, its worker, the command line, the TypeScript runtime. `node esbuild.config.mjs [--watch]`.
import { rmSync } from 'node:fs'
import { build, context } from 'esbuild'

const production = process.env.NODE_ENV !== 'development'
// commander is CommonJS and asks for Node's modules by `require`.
const cliBanner =
  "#!/usr/bin/env node\nimport { createRequire } from 'node:module'\nconst require = createRequire(import.meta.url)"
const shared = {
  bundle: true,
  sourcemap: !production,
  minify: production,
  legalComments: 'none',
  logLevel: 'warning',
  target: 'es2022',
}
const bundles = [
  {
    ...shared,
    entryPoints: ['extension/extension.ts'],
    outfile: 'dist/extension.cjs',
    platform: 'node',
    format: 'cjs',
    external: ['vscode'],
  },
  {
    ...shared,
    entryPoints: ['extension/index/indexWorker.ts'],
    outfile: 'dist/indexWorker.cjs',
    platform: 'node',
    format: 'cjs',
  },
  {
    ...shared,
    entryPoints: ['extension/live/liveWorker.ts'],
    outfile: 'dist/liveWorker.cjs',
    platform: 'node',
    format: 'cjs',
  },
  { ...shared, entryPoints: ['webview/panel.ts'], outfile: 'dist/panel.js', platform: 'browser', format: 'iife' },
  { ...shared, entryPoints: ['webview/worker.ts'], outfile: 'dist/worker.js', platform: 'browser', format: 'iife' },
  { ...shared, entryPoints: ['webview/panel.css'], outfile: 'dist/panel.css' },
  {
    ...shared,
    entryPoints: ['cli/loopscope.ts'],
    outfile: 'dist/loopscope.mjs',
    platform: 'node',
    format: 'esm',
    banner: { js: cliBanner },
  },
]

if (process.argv.includes('--watch')) {
  for (const bundle of bundles) await (await context(bundle)).watch()
  console.log('Watching. Press Ctrl-C to stop.')
} else {
  rmSync('dist', { recursive: true, force: true })
  await Promise.all(bundles.map((bundle) => build(bundle)))
  await import('./runtime/typescript/build.mjs')
}
