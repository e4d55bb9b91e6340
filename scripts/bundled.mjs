// TypeScript for scripts that are plain JavaScript.
import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { pathToFileURL } from 'node:url'

/** Bundles a TypeScript file for Node into `outfile`, which stays, and imports it. Packages are not part of the bundle. */
export async function importBundled(entry, outfile) {
  // Not before: in a fresh clone the script installs it first.
  const { build } = await import('esbuild')
  mkdirSync(dirname(outfile), { recursive: true })
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
  return import(pathToFileURL(outfile).href)
}
