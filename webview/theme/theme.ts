import { contrast, css, mix, mostReadable, parseColour, readable, withAlpha, type Rgba } from './colour.ts'
import { awaitGroups, type AwaitGroup } from './awaitGroups.ts'
import { fallbackColours, type ThemeKind } from './fallbackColours.ts'

/** What the canvases are painted with, computed once per theme from VS Code's variables. All are CSS colours. */
export interface Theme {
  readonly kind: ThemeKind
  readonly background: string
  readonly backgroundClear: string
  readonly foreground: string
  readonly muted: string
  readonly border: string
  readonly selectedRow: string
  readonly selectedRowClear: string
  /** Laid over a row, translucent. */
  readonly hoverRow: string
  readonly beyond: string
  readonly focus: string
  readonly running: string
  readonly onRunning: string
  readonly callback: string
  readonly timer: string
  readonly poll: string
  readonly blocked: string
  /** How many tasks a folded lane stands for. */
  readonly density: string
  /** How full a queue is; who holds a lock; how many wait for it. */
  readonly level: string
  readonly hold: string
  readonly waiters: string
  /** Around the tasks of a group. */
  readonly bracket: string
  readonly onBlocked: string
  readonly ready: string
  readonly readyStripe: string
  /** Low bars of waiting, and text on them. */
  readonly waiting: Readonly<Record<AwaitGroup, string>>
  /** Around waiting bars, in high contrast only. */
  readonly waitingEdge: Readonly<Record<AwaitGroup, string>> | undefined
  readonly done: string
  readonly failed: string
  readonly cancelled: string
  readonly wake: string
  readonly overview: string
  readonly uiFont: string
}

export function themeKind(body: HTMLElement = document.body): ThemeKind {
  const { classList } = body
  if (classList.contains('vscode-high-contrast-light')) return 'hcLight'
  if (classList.contains('vscode-high-contrast')) return 'hcDark'
  if (classList.contains('vscode-dark')) return 'dark'
  if (classList.contains('vscode-light')) return 'light'
  const isDark = matchMedia('(prefers-color-scheme: dark)').matches
  if (matchMedia('(prefers-contrast: more)').matches) return isDark ? 'hcDark' : 'hcLight'
  return isDark ? 'dark' : 'light'
}

/** Reads the theme now and after each change of it. */
export function watchTheme(onTheme: (theme: Theme) => void): void {
  const fallback = new CSSStyleSheet()
  const derived = new CSSStyleSheet()
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, fallback, derived]
  const update = (): void => {
    const kind = themeKind()
    const rules = Object.entries(fallbackColours[kind]).map(([name, value]) => `--vscode-${name}: ${value};`)
    fallback.replaceSync(
      `:where(:root) { color-scheme: ${kind === 'dark' || kind === 'hcDark' ? 'dark' : 'light'}; ${rules.join(' ')} }`,
    )
    document.body.dataset['theme'] = kind
    const theme = readTheme(kind)
    derived.replaceSync(derivedRules(theme))
    onTheme(theme)
  }
  const observer = new MutationObserver(update)
  observer.observe(document.body, { attributes: true, attributeFilter: ['class'] })
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['style', 'class'] })
  for (const query of ['(prefers-color-scheme: dark)', '(prefers-contrast: more)', '(forced-colors: active)']) {
    matchMedia(query).addEventListener('change', update)
  }
  update()
}

/** The canvas' colours for what stands beside it. */
function derivedRules({
  done,
  failed,
  cancelled,
  wake,
  running,
  ready,
  readyStripe,
  waiting,
  waitingEdge,
}: Theme): string {
  const stripes = `repeating-linear-gradient(135deg, ${readyStripe} 0 2px, ${ready} 2px 4px)`
  const paints = awaitGroups.map((group) => `.paint-${group} { background: ${(waitingEdge ?? waiting)[group]}; }`)
  return [
    `:root { --loopscope-done: ${done}; --loopscope-failed: ${failed}; --loopscope-cancelled: ${cancelled}; --loopscope-wake: ${wake}; }`,
    `.paint-running { background: ${running}; }`,
    `.paint-ready { background: ${stripes}; }`,
    ...paints,
  ].join('\n')
}

function readTheme(kind: ThemeKind): Theme {
  const computed = getComputedStyle(document.documentElement)
  const colour = (name: string): Rgba =>
    parseColour(computed.getPropertyValue(`--vscode-${name}`)) ??
    parseColour(fallbackColours[kind][name] ?? '') ?? [128, 128, 128, 1]
  const background = mix([0, 0, 0, 1], colour('editor-background'), 1)
  const foreground = mix(background, colour('foreground'), 1)
  const high = kind === 'hcDark' || kind === 'hcLight'
  const hues: Record<AwaitGroup, Rgba> = {
    tasks: mix(colour('charts-blue'), colour('foreground'), 0.15),
    locks: colour('charts-orange'),
    queues: colour('charts-purple'),
    io: mix(colour('terminal-ansiCyan'), colour('charts-green'), 0.45),
    time: mix(background, foreground, 0.55),
    workers: colour('charts-green'),
    other: mix(background, foreground, 0.75),
  }
  const tint = high ? 0.2 : kind === 'dark' ? 0.4 : 0.34
  const byGroup = (value: (group: AwaitGroup) => string): Record<AwaitGroup, string> =>
    Object.fromEntries(awaitGroups.map((group) => [group, value(group)])) as Record<AwaitGroup, string>
  const running = colour('charts-blue')
  const blocked = colour('charts-red')
  const yellow = colour('charts-yellow')
  const selectedRow = mix(background, colour('list-activeSelectionBackground'), kind === 'light' ? 0.8 : 0.55)
  const ink: Rgba[] = [
    [0, 0, 0, 1],
    [255, 255, 255, 1],
  ]
  // Words stand on the lanes and on the details.
  const panelColour =
    parseColour(computed.getPropertyValue('--vscode-panel-background')) ?? colour('sideBar-background')
  const panel = mix(background, panelColour, 1)
  const text = (hue: Rgba): string => {
    const onLanes = readable(mix(background, hue, 1), background, foreground)
    return css(readable(onLanes, panel, foreground))
  }
  return {
    kind,
    background: css(background),
    backgroundClear: css(withAlpha(background, 0)),
    foreground: css(foreground),
    muted: css(mix(background, colour('descriptionForeground'), 1)),
    border: css(colour('panel-border')),
    selectedRow: css(selectedRow),
    selectedRowClear: css(withAlpha(selectedRow, 0)),
    hoverRow: css(withAlpha(foreground, high ? 0.12 : 0.05)),
    beyond: css(withAlpha(foreground, 0.04)),
    focus: css(colour('focusBorder')),
    running: css(running),
    onRunning: css(mostReadable(running, ink)),
    callback: css(mix(background, colour('charts-purple'), 0.85)),
    timer: css(mix(background, colour('charts-green'), 0.75)),
    poll: css(mix(background, foreground, high ? 0.5 : 0.14)),
    blocked: css(blocked),
    density: css(mix(background, running, 0.55)),
    level: css(mix(background, colour('charts-purple'), high ? 0.75 : 0.55)),
    hold: css(mix(background, colour('charts-orange'), high ? 0.35 : tint)),
    waiters: css(mix(background, yellow, 0.8)),
    bracket: css(mix(background, foreground, high ? 1 : 0.55)),
    onBlocked: css(contrast(blocked, [255, 255, 255, 1]) >= 3.4 ? [255, 255, 255, 1] : mostReadable(blocked, ink)),
    ready: css(mix(background, yellow, 0.25)),
    readyStripe: css(mix(background, yellow, 0.9)),
    waiting: byGroup((group) => css(mix(background, hues[group], tint))),
    waitingEdge: high ? byGroup((group) => css(mix(background, hues[group], 1))) : undefined,
    done: text(colour('charts-green')),
    failed: text(blocked),
    cancelled: text(colour('charts-orange')),
    wake: text(colour('charts-blue')),
    overview: css(mix(background, running, 0.45)),
    uiFont: computed.getPropertyValue('--vscode-font-family').trim() || 'system-ui, sans-serif',
  }
}
