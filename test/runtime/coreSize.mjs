// What a program that imports @loopscope/asyncio/core ships: bundled from the package as it is built, minified, in bytes.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { bundle } from '../../runtime/typescript/bundle.mjs'

/** The bundles that a bundler makes of programs, by the code of each. */
export async function bundledCore(programs) {
  const folder = mkdtempSync(join(tmpdir(), 'loopscope-core-'))
  try {
    await bundle({ outdir: folder })
    writeFileSync(join(folder, 'package.json'), '{"type":"module","sideEffects":["./index.js"]}\n')
    const options = { bundle: true, minify: true, platform: 'browser', format: 'esm', target: 'es2022', write: false }
    const results = await Promise.all(
      programs.map((contents) => build({ ...options, stdin: { contents, resolveDir: folder } })),
    )
    return results.map(({ outputFiles }) => outputFiles[0].contents)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Everything that the core has, and the least that makes sense. */
export const PROGRAMS = ["export * from './core.js'", "export { createTask, run, sleep } from './core.js'"]
