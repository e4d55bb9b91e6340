// The real editor and browser for scripts that are plain JavaScript.
import { resolve } from 'node:path'

/** `test/real`, which the end-to-end tests use too; it is TypeScript and is bundled first. */
export async function real() {
  const { build } = await import('esbuild')
  const outfile = resolve('.cache', 'real.mjs')
  await build({
    entryPoints: ['test/real/index.ts'],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    external: ['playwright-core'],
    logLevel: 'warning',
  })
  return import(outfile)
}
