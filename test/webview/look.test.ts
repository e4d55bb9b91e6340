import { describe, expect, it } from 'vitest'
import { panelPage } from '../../trace/panel/page.ts'
import { awaitKindNames } from '../../trace/format/schema.ts'
import { textFit } from '../../webview/renderer/textFit.ts'
import { groupOfKind } from '../../webview/theme/awaitGroups.ts'
import { contrast, mix, parseColour, readable } from '../../webview/theme/colour.ts'
import { fallbackColours } from '../../webview/theme/fallbackColours.ts'

describe('colours', () => {
  it('are read as VS Code writes them', () => {
    expect(parseColour('#f00')).toEqual([255, 0, 0, 1])
    expect(parseColour(' #11223380 ')).toEqual([17, 34, 51, 128 / 255])
    expect(parseColour('rgba(1, 2, 3, 0.5)')).toEqual([1, 2, 3, 0.5])
    expect(parseColour('inherit')).toBeUndefined()
  })

  it('of words can be read in every theme', () => {
    for (const colours of Object.values(fallbackColours)) {
      const background = mix([0, 0, 0, 1], parseColour(colours['editor-background'])!, 1)
      const foreground = parseColour(colours['foreground'])!
      for (const name of ['charts-red', 'charts-green', 'charts-orange']) {
        const text = readable(parseColour(colours[name])!, background, foreground)
        expect(contrast(text, background)).toBeGreaterThanOrEqual(4.5)
      }
    }
  })

  it('exist for every await kind', () => {
    for (const kind of awaitKindNames) expect(groupOfKind[kind]).toBeDefined()
  })
})

describe('labels', () => {
  const { fit } = textFit((text) => text.length * 10)

  it('are cut to their room, and left out where three letters have none', () => {
    expect(fit('Lock pool', 90).text).toBe('Lock pool')
    expect(fit('Lock pool', 60).text).toBe('Lock…')
    expect(fit('Lock pool', 39).text).toBe('')
  })
})

describe('the page', () => {
  it('allows nothing but its own script, style and worker', () => {
    const html = panelPage({
      scriptUri: 's',
      workerUri: '"><script>',
      styleUri: 'c',
      cspSource: 'https://x',
      nonce: 'n',
    })
    expect(html).toContain(
      `default-src 'none'; script-src 'nonce-n'; style-src https://x; connect-src https://x; worker-src blob:`,
    )
    expect(html).not.toContain('unsafe')
    expect(html).toContain('data-worker="&quot;&gt;&lt;script&gt;"')
  })
})
