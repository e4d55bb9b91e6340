// Finds the CPython interpreters of this machine, whatever brought them: PATH, pyenv, the system, or debian.mjs.
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { CACHE } from './cache.mjs'

const OLDEST = 8
const NEWEST = 15
const PROBE = `import json, platform, sys
print(json.dumps([sys.executable, platform.python_implementation(), *sys.version_info[:3]]))`

/**
 * One interpreter for each minor version from 3.8, oldest first: `{ path, version: '3.13.0', minor: 13 }`.
 * Of two with the same minor version the one with the later patch is taken.
 */
export function findInterpreters() {
  const best = new Map()
  for (const command of candidates()) {
    const found = probe(command)
    if (found && (!best.has(found.minor) || best.get(found.minor).patch < found.patch)) best.set(found.minor, found)
  }
  return [...best.values()].sort((a, b) => a.minor - b.minor)
}

function candidates() {
  const minors = Array.from({ length: NEWEST - OLDEST + 1 }, (_, i) => OLDEST + i)
  const names = ['python3', 'python', ...minors.map((minor) => `python3.${minor}`)]
  const versions = join(process.env.PYENV_ROOT ?? join(homedir(), '.pyenv'), 'versions')
  const fromPyenv = existsSync(versions)
    ? readdirSync(versions).map((name) => join(versions, name, 'bin', 'python'))
    : []
  const fromDebian = minors.map((minor) => debianPython(minor)).filter(({ works }) => existsSync(works))
  return [
    ...names,
    ...fromPyenv.filter((path) => existsSync(path)),
    ...fromDebian.map(({ interpreter }) => interpreter),
  ]
}

/** Where debian.mjs puts CPython 3.`minor`. The file `works` is there once that is done. */
export function debianPython(minor) {
  const folder = resolve(CACHE, `debian-python-3.${minor}`)
  return {
    folder,
    interpreter: join(folder, 'root', 'usr', 'bin', `python3.${minor}`),
    works: join(folder, '.complete'),
  }
}

function probe(command) {
  try {
    const output = execFileSync(command, ['-c', PROBE], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: 20_000,
    })
    const [path, implementation, major, minor, patch] = JSON.parse(output)
    if (implementation !== 'CPython' || major !== 3 || minor < OLDEST) return undefined
    return { path, version: `${major}.${minor}.${patch}`, minor, patch }
  } catch {
    return undefined // no such command, or a shim for a version that is not installed
  }
}
