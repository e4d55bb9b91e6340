// Imports a TypeScript file of this repository into plain Node.js.
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { repository } from './setup.mjs'

/** Bundles the file below node_modules, where its packages are found, and imports the bundle. Needs the dependencies. */
export async function importTypeScript(path) {
  const { build } = await import('esbuild')
  const outfile = join(repository, 'node_modules', '.cache', 'loopscope', `${path.replaceAll(/[\\/]/g, '-')}.mjs`)
  await build({
    absWorkingDir: repository,
    entryPoints: [path],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    packages: 'external',
    logLevel: 'warning',
  })
  return import(pathToFileURL(outfile).href)
}
