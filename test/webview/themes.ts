import type { BrowserContextOptions } from 'playwright-core'

/** What a browser says of itself, by the theme that the panel takes then. */
export const themes: readonly (readonly [string, BrowserContextOptions])[] = [
  ['dark', { colorScheme: 'dark' }],
  ['light', { colorScheme: 'light' }],
  ['hcDark', { colorScheme: 'dark', contrast: 'more' }],
  ['hcLight', { colorScheme: 'light', contrast: 'more' }],
]
