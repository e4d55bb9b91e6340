import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { closeSync, openSync, readSync, statSync } from 'node:fs'
import { setTimeout as later } from 'node:timers/promises'
import { build } from 'esbuild'
import { panelPage } from '../../trace/panel/page.ts'

/** Serves the panel, bundled as it ships, under the policy that it ships with. */
export interface PanelServer {
  readonly origin: string
  /** Serves these bytes at `/NAME`; the panel's page for them is at the address returned. */
  serve(name: string, bytes: Uint8Array): string
  /** The page of a trace whose bytes stop half-way and never end. */
  serveStalled(name: string, bytes: Uint8Array): string
  /** Serves at `/NAME?from=N` what a file holds from a byte on, as soon as there is something. */
  serveGrowing(name: string, path: string): void
  close(): Promise<void>
}

const TYPES: Readonly<Record<string, string>> = { js: 'text/javascript', css: 'text/css' }

export async function startPanelServer(): Promise<PanelServer> {
  const files = new Map<string, Uint8Array>()
  const stalled = new Map<string, Uint8Array>()
  const growing = new Map<string, string>()
  const bundle = await build({
    entryPoints: ['webview/panel.ts', 'webview/worker.ts', 'webview/panel.css'],
    bundle: true,
    write: false,
    format: 'iife',
    target: 'es2022',
    outdir: 'dist',
    logLevel: 'silent',
  })
  for (const { path, contents } of bundle.outputFiles) files.set(path.slice(path.lastIndexOf('/')), contents)
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost')
    const path = growing.get(pathname)
    if (path !== undefined) {
      void grown(path, Number(searchParams.get('from')), () => response.destroyed).then((more) => response.end(more))
      return
    }
    const bytes = files.get(pathname)
    const half = stalled.get(pathname)
    if (pathname === '/') {
      response.setHeader('content-type', 'text/html')
      response.end(
        panelPage({
          scriptUri: '/panel.js',
          workerUri: '/worker.js',
          styleUri: '/panel.css',
          cspSource: originOf(),
          nonce: 'test',
        }),
      )
    } else if (bytes) {
      response.setHeader('content-type', TYPES[pathname.split('.').pop() ?? ''] ?? 'application/octet-stream')
      response.setHeader('content-length', bytes.length)
      response.end(bytes)
    } else if (half) {
      response.setHeader('content-length', half.length)
      response.write(half.subarray(0, half.length >> 1))
    } else {
      response.statusCode = 404
      response.end()
    }
  })
  const originOf = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const page = (name: string): string => `${originOf()}/?trace=/${encodeURIComponent(name)}`
  return {
    origin: originOf(),
    serve(name, bytes) {
      files.set(`/${name}`, bytes)
      return page(name)
    },
    serveStalled(name, bytes) {
      stalled.set(`/${name}`, bytes)
      return page(name)
    },
    serveGrowing: (name, path) => void growing.set(`/${name}`, path),
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

async function grown(path: string, from: number, isGone: () => boolean): Promise<Uint8Array> {
  for (;;) {
    const { size } = statSync(path)
    if (size > from) {
      const bytes = new Uint8Array(size - from)
      const file = openSync(path, 'r')
      const length = readSync(file, bytes, 0, bytes.length, from)
      closeSync(file)
      return bytes.subarray(0, length)
    }
    if (isGone()) return new Uint8Array(0)
    await later(10)
  }
}
