import type { TraceModel } from '../../trace/model/types.ts'
import { formatDuration } from '../../trace/model/time.ts'
import { element } from '../elements.ts'
import { share } from '../time/shares.ts'

/** What the panel shows while there are no lanes. */

export interface LoadingScreen {
  readonly element: HTMLElement
  progress(bytesRead: number): void
  /** All is read; the model is being built. */
  building(): void
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`

/** `byteLength` 0 = not known. */
export function loadingScreen(fileName: string, byteLength: number): LoadingScreen {
  const bar = element('progress', { max: '1', 'aria-label': `Reading ${fileName}` })
  const text = element('p', { class: 'screen-detail' }, `0 of ${megabytes(byteLength)}`)
  return {
    element: screen('Reading', fileName, bar, text),
    progress(bytesRead) {
      if (byteLength > 0) bar.value = Math.min(1, bytesRead / byteLength)
      text.textContent =
        byteLength > 0
          ? `${megabytes(bytesRead)} of ${megabytes(byteLength)} · ${share(bytesRead, byteLength)}`
          : megabytes(bytesRead)
    },
    building() {
      bar.removeAttribute('value')
      text.textContent = 'Arranging the tasks …'
    },
  }
}

export function emptyScreen({ endNs, header, notices }: TraceModel): HTMLElement {
  const program = header.argv[0] ?? 'the program'
  return screen(
    'No task ran while this was recorded',
    `${program} was recorded for ${formatDuration(endNs)}, and no asyncio task was seen.`,
    element(
      'ul',
      {},
      element(
        'li',
        {},
        'Was the event loop started after the recorder? Start the program with ',
        element('code', {}, 'python -m loopscope run'),
        ', or with recording on in the terminal.',
      ),
      element('li', {}, 'Does the work happen in another process? Each process writes its own trace: open the others.'),
      element('li', {}, 'Did it end early? Record until the part that interests you has run.'),
    ),
    ...notices.map((notice) => element('p', { class: 'screen-detail' }, notice)),
  )
}

export function errorScreen(message: string): HTMLElement {
  const made = screen('This trace cannot be shown', '', element('p', { role: 'alert' }, message))
  made.classList.add('screen-error')
  return made
}

export function welcomeScreen(chooser: HTMLElement): HTMLElement {
  return screen('Loopscope', 'Drop a .looptrace file here, or choose one:', chooser)
}

function screen(title: string, text: string, ...children: readonly HTMLElement[]): HTMLElement {
  return element(
    'section',
    { class: 'screen' },
    element('h1', {}, title),
    ...(text === '' ? [] : [element('p', {}, text)]),
    ...children,
  )
}
