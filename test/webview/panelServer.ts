import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { build } from 'esbuild'
import { panelPage } from '../../trace/panel/page.ts'

/** Serves the panel, bundled as it ships, under the policy that it ships with. */
export interface PanelServer {
  readonly origin: string
  /** Serves these bytes at `/NAME`; the panel's page for them is at the address returned. */
  serve(name: string, bytes: Uint8Array): string
  /** The page of a trace whose bytes stop half-way and never end. */
  serveStalled(name: string, bytes: Uint8Array): string
  close(): Promise<void>
}

const TYPES: Readonly<Record<string, string>> = { js: 'text/javascript', css: 'text/css' }

export async function startPanelServer(): Promise<PanelServer> {
  const files = new Map<string, Uint8Array>()
  const stalled = new Map<string, Uint8Array>()
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
    const { pathname } = new URL(request.url ?? '/', 'http://localhost')
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
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
