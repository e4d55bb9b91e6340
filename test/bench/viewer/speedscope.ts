import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import type { Browser } from 'playwright-core'
import { readTrace } from '../../../trace/format/reader.ts'
import { coroutineName } from '../../../trace/model/describe.ts'
import { buildModel } from '../../../trace/model/build.ts'
import { RunKind } from '../../../trace/model/types.ts'
import { cache } from '../../real/folders.ts'
import { installOnce } from '../../real/installOnce.ts'
import { logged } from '../../real/logged.ts'
import { firstFrame, framesOf, panAndZoom, probeScript, type Frames } from './page.ts'
import type { BenchTrace } from './traces.ts'

const VERSION = '1.25.0'
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.wasm': 'application/wasm',
}

export interface PeerMeasured {
  readonly firstFrameMs: number
  readonly frames: Frames
}

/** Opens the steps of the same trace in speedscope. A sentence where it does not. */
export async function measureSpeedscope(
  launch: () => Promise<Browser>,
  trace: BenchTrace,
): Promise<PeerMeasured | string> {
  const folder = await installOnce(join(cache, `speedscope-${VERSION}`), async (into) => {
    writeFileSync(join(into, 'package.json'), '{"private":true}\n')
    const args = ['install', '--no-audit', '--no-fund', '--ignore-scripts', `speedscope@${VERSION}`]
    await logged({
      what: 'Installing speedscope',
      command: 'npm',
      args,
      cwd: into,
      logFile: join(cache, 'logs', 'speedscope.log'),
    })
  })
  const release = join(folder, 'node_modules/speedscope/dist/release')
  const profile = speedscopeProfile(trace.bytes)
  if (typeof profile === 'string') return profile
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost')
    const path = join(release, pathname)
    if (pathname === '/profile.json') response.end(profile)
    else if (existsSync(path) && !pathname.endsWith('/')) {
      response.setHeader('content-type', TYPES[extname(path)] ?? 'application/octet-stream')
      response.end(readFileSync(path))
    } else response.writeHead(404).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const browser = await launch()
  try {
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const page = await (await browser.newContext({ viewport: { width: 1600, height: 900 } })).newPage()
    await page.addInitScript(probeScript('profile.json'))
    await page.goto(`${origin}/index.html#profileURL=${encodeURIComponent(`${origin}/profile.json`)}`)
    // Its canvas is there from the start; the title is the profile's when that has been read.
    const first = await firstFrame(page, { selector: 'canvas', title: ' - speedscope', isDrawnAfter: true }, 120_000)
    return { firstFrameMs: first.tookMs, frames: await framesOf(page, () => panAndZoom(page, 'canvas >> nth=-1', 3)) }
  } catch (error) {
    return `it showed nothing within two minutes (${String(error).split('\n')[0]})`
  } finally {
    await browser.close()
    server.closeAllConnections()
    server.close()
  }
}

/** The loop's steps as speedscope's "evented" profile: an opening and a closing for each. A sentence where they are too many for one text. */
function speedscopeProfile(bytes: Uint8Array): Buffer | string {
  const model = buildModel(readTrace(bytes))
  const { runs } = model
  const frames = new Map<string, number>()
  const parts: Buffer[] = []
  let texts: string[] = []
  let length = 0
  const flush = (): void => {
    const part = Buffer.from(texts.join(','))
    length += part.length + 1
    parts.push(part, Buffer.from(','))
    texts = []
  }
  const stream = [...runs.first.keys()].sort((a, b) => runs.last[b] - runs.first[b] - runs.last[a] + runs.first[a])[0]
  for (let i = runs.first[stream]; i < runs.last[stream]; i++) {
    if (runs.kind[i] === RunKind.poll) continue
    const name = runs.kind[i] === RunKind.step ? coroutineName(model, runs.subject[i]) : 'callback'
    if (!frames.has(name)) frames.set(name, frames.size)
    const frame = frames.get(name)!
    texts.push(
      `{"type":"O","frame":${frame},"at":${runs.startNs[i]}},{"type":"C","frame":${frame},"at":${runs.endNs[i]}}`,
    )
    if (texts.length === 50_000) flush()
  }
  flush()
  parts.pop()
  if (length > 500e6)
    return `the same steps are ${Math.round(length / 1e6)} MB of its JSON, more than a browser takes as one text`
  const shared = JSON.stringify({ frames: [...frames.keys()].map((name) => ({ name })) })
  const head = `{"$schema":"https://www.speedscope.app/file-format-schema.json","shared":${shared},"profiles":[{"type":"evented","name":"loop","unit":"nanoseconds","startValue":0,"endValue":${model.endNs},"events":[`
  return Buffer.concat([Buffer.from(head), ...parts, Buffer.from(']}]}')])
}
