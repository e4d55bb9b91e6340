import type { NotKnown } from '../trace/findings/notKnown.ts'
import type { Finding } from '../trace/findings/types.ts'
import type { TraceModel } from '../trace/model/types.ts'
import type { ToPanel } from '../trace/panel/messages.ts'
import { browserHost } from './hosts/browserHost.ts'
import type { Host } from './hosts/host.ts'
import { isInVsCode, vscodeHost } from './hosts/vscodeHost.ts'
import { liveTrace, type LiveTrace } from './loading/liveTrace.ts'
import { liveTogether, type LiveTogether } from './loading/liveTogether.ts'
import { lookForFindings } from './loading/lookForFindings.ts'
import { borrowed, lend, type SharedTrace } from './loading/sharedTrace.ts'
import { startTraceWorker } from './loading/traceWorker.ts'
import { transferables } from './loading/transferables.ts'
import type { FromWorker } from './loading/workerMessages.ts'
import { asPersistedState } from './state/persistedState.ts'
import { emptyScreen, errorScreen, loadingScreen, welcomeScreen, type LoadingScreen } from './views/screens.ts'
import { mountTrace, type TraceView } from './views/traceView.ts'
import { watchTheme, type Theme } from './theme/theme.ts'

/** The page's entry: waits for a trace, shows how far it is read, and then the lanes, or what went wrong. */
const root = document.getElementById('loopscope')!
const host: Host = isInVsCode() ? vscodeHost() : browserHost()
let theme: Theme | undefined
let view: TraceView | undefined
/** The view is of what came last: a file that is read anew is shown as it was until then. */
let isCurrent = false
let loading: LoadingScreen | undefined
let fileName = ''
let stamp = ''
/** The trace that is shown came from another panel: what is still on its way of the file is not needed. */
let isBorrowed = false
let live: LiveTrace | undefined
/** Of several traces instead of one. */
let together: LiveTogether | undefined
let stopLooking = (): void => undefined
/** What other panels may take of this page. */
let lent: SharedTrace | undefined
/** The worker asked for the file a second time. */
let isAgain = false
/** What to bring into view as soon as there are lanes. */
const afterLoading: ((view: TraceView) => void)[] = []

watchTheme((changed) => {
  theme = changed
  view?.setTheme(changed)
})
const worker = startTraceWorker(root.dataset['worker'] ?? '', onWorkerMessage)
if (host.fileChooser) root.replaceChildren(welcomeScreen(host.fileChooser))
host.onMessage(onHostMessage)
host.post({ type: 'ready' })

function onHostMessage(message: ToPanel): void {
  switch (message.type) {
    case 'begin':
      forget(message.fileName)
      ;({ stamp } = message)
      isBorrowed = takeOver()
      if (isBorrowed) break
      // A trace that is shown already stays until the new one is there.
      loading = view ? undefined : loadingScreen(fileName, message.byteLength)
      if (loading) show(loading.element)
      worker.post({ type: 'begin', byteLength: message.byteLength, isWhole: isAgain })
      isAgain = false
      break
    case 'chunk': {
      if (isBorrowed) break
      const bytes = whole(message.bytes)
      worker.post({ type: 'chunk', bytes }, [bytes.buffer as ArrayBuffer])
      break
    }
    case 'end':
      if (isBorrowed) break
      loading?.building()
      worker.post({ type: 'end' })
      break
    case 'together':
      forget(message.name)
      isBorrowed = false
      together = showTogether()
      loading = view ? undefined : loadingScreen(fileName, message.byteLength)
      if (loading) show(loading.element)
      worker.post(message)
      break
    case 'file':
    case 'fileFailed':
      worker.post(message)
      break
    case 'part': {
      const bytes = whole(message.bytes)
      worker.post({ ...message, bytes }, [bytes.buffer as ArrayBuffer])
      break
    }
    case 'join':
      loading?.building()
      together?.join(message.sentAtMs)
      break
    case 'append':
      live?.append(message.bytes, message.sentAtMs)
      break
    case 'failed':
      show(errorScreen(message.message))
      break
    case 'others':
      return whenLoaded((shown) => shown.offerOthers(message.count))
    case 'tell':
      return whenLoaded((shown) => shown.tell(message.message))
    case 'command':
      view?.run(message.command)
      break
    case 'reveal':
      return whenLoaded((shown) => shown.reveal(message.task, message.atNs))
    case 'search':
      return whenLoaded((shown) => shown.search(message.query))
  }
}

/** A part of a larger buffer is copied, so that handing it over takes nothing else along. */
const whole = (bytes: Uint8Array): Uint8Array => (bytes.byteLength === bytes.buffer.byteLength ? bytes : bytes.slice())

/** Of what was shown before. */
function forget(name: string): void {
  fileName = name
  stamp = ''
  isCurrent = false
  live?.stop()
  together?.stop()
  live = together = undefined
  stopLooking()
  lend((lent = undefined))
}

function showTogether(): LiveTogether {
  /** The moment from which times are counted: another one where a trace came that began earlier. */
  let zeroNs: bigint | undefined
  return liveTogether({
    ask: (settled) => worker.post({ type: 'join', settled }),
    *onGrowing(model, isFirst) {
      const { header, startNs } = model.joined!.parts[0]
      const beganNs = header.wallClockNs - BigInt(Math.round(startNs))
      const grows = !isFirst && beganNs === zeroNs
      zeroNs = beganNs
      if (view && grows) return yield* view.grow(() => model)
      return () => mount(model)
    },
    onShown: () => host.post({ type: 'shown' }),
  })
}

function whenLoaded(show: (view: TraceView) => void): void {
  if (view && isCurrent) show(view)
  else afterLoading.push(show)
}

function onWorkerMessage(message: FromWorker): void {
  switch (message.type) {
    case 'started':
      break
    case 'progress':
      loading?.progress(message.bytesRead)
      break
    case 'failed':
      show(errorScreen(message.message))
      host.post({ type: 'unreadable', message: message.message })
      break
    case 'joined':
      together?.joined(message.model)
      break
    case 'again':
      isAgain = together === undefined
      host.post({ type: 'ready' })
      break
    case 'findings':
      onFindings(message.findings, message.unknowns)
      if (together?.hasEnded) worker.rest()
      break
    case 'model':
      live = liveTrace(message.makers, {
        model: message.model,
        *onGrowing(update) {
          if (view) return yield* view.grow(update)
          const model = update()
          return () => mount(model)
        },
        onShown: () => host.post({ type: 'shown' }),
        onUnreadable: () => host.post({ type: 'ready' }),
        onCopied: (part) =>
          part ? worker.post({ type: 'copied', part }, transferables(part)) : worker.post({ type: 'findings' }),
      })
      mount(message.model)
      // One that grows is changed by the page that follows it.
      lent = stamp !== '' && message.model.end !== 'open' ? { stamp, model: message.model } : undefined
      lend(lent)
      if (!message.makers) {
        worker.rest()
        stopLooking = lookForFindings(message.model, onFindings)
      }
      host.post({ type: 'shown' })
  }
}

function onFindings(findings: readonly Finding[], unknowns: readonly NotKnown[]): void {
  view?.setFindings(findings, unknowns)
  if (lent) lend((lent = { ...lent, findings, unknowns }))
}

/** Shows the trace that another panel of this document has made already, and lends it on; false where there is none. */
function takeOver(): boolean {
  const trace = stamp === '' ? undefined : borrowed(stamp)
  if (!trace?.findings || !trace.unknowns) return false
  host.post({ type: 'has' })
  lend((lent = trace))
  mount(trace.model)
  view?.setFindings(trace.findings, trace.unknowns)
  host.post({ type: 'shown' })
  return true
}

/** Shows the lanes, or why there are none. */
function mount(model: TraceModel): void {
  view?.dispose()
  view = undefined
  if (model.tasks.createdNs.every(Number.isNaN)) {
    show(emptyScreen(model))
    return
  }
  view = mountTrace({ root, host, model, fileName, theme: theme!, saved: asPersistedState(host.loadState()) })
  isCurrent = true
  for (const show of afterLoading.splice(0)) show(view)
}

function show(screen: HTMLElement): void {
  view?.dispose()
  view = undefined
  root.replaceChildren(screen)
}
