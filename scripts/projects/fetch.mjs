// What real projects' tests need: environments with packages from PyPI, and the source distributions that carry the tests. Each is fetched once.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { CACHE } from '../cache.mjs'
import { fail, step } from '../setup.mjs'

export const FOLDER = resolve(CACHE, 'projects')
/** Put on PYTHONPATH, it records every Python process whose environment asks for it. */
export const INJECT = resolve('runtime/python/inject')

/** The Python of a virtual environment in `folder` with these packages. */
export function environment(folder, interpreter, packages) {
  const python = join(folder, process.platform === 'win32' ? 'Scripts' : 'bin', 'python')
  once(folder, packages.join('\n'), () => {
    step(
      `Installing ${packages.slice(0, 3).join(', ')}${packages.length > 3 ? ` and ${packages.length - 3} more` : ''}`,
    )
    must(interpreter.path, ['-m', 'venv', folder])
    must(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...packages])
  })
  return python
}

/** Unpacks a requirement's source distribution into `folder`, with the pip of `python`. */
export function source(folder, requirement, python) {
  once(folder, requirement, () => {
    step(`Fetching the source distribution of ${requirement}`)
    must(python, ['-m', 'pip', 'download', '--quiet', '--no-deps', '--no-binary', ':all:', '-d', folder, requirement])
    const archive = readdirSync(folder).find((file) => file.endsWith('.tar.gz'))
    if (!archive) fail(`${requirement} has no source distribution.`)
    must('tar', ['xzf', join(folder, archive), '-C', folder, '--strip-components', '1'])
  })
  return folder
}

/** Fills a folder, unless that was done to the end for what is wanted now. */
function once(folder, wanted, fill) {
  const stamp = join(folder, '.complete')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  fill()
  writeFileSync(stamp, wanted)
}

function must(command, args) {
  const { status, stderr, error } = spawnSync(command, args, { encoding: 'utf8' })
  if (status !== 0)
    fail(`\`${[command, ...args].join(' ')}\` failed: ${error?.message ?? stderr.trim().split('\n').at(-1)}`)
}
