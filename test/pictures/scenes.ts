import type { Page } from 'playwright-core'

/** What a person has done before the picture is taken: keys, and words typed into the filter. */
export const scenes: Readonly<Record<string, (page: Page) => Promise<void>>> = {
  opening: async () => {},
  async task(page) {
    await pick(page, 'fetch-4')
    await page.keyboard.press('f')
    await page.keyboard.press('s')
  },
  async cancelled(page) {
    await pick(page, 'fetch-83')
    await page.keyboard.press('f')
    await page.keyboard.press('s')
    await page.keyboard.press('1')
  },
  async why(page) {
    await pick(page, 'fetch-20')
    await page.keyboard.press('c')
    await page.keyboard.press('3')
  },
  async locks(page) {
    await page.keyboard.press('l')
    await page.keyboard.press('5')
  },
  async connections(page) {
    await page.keyboard.press('k')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowDown')
  },
  async state(page) {
    await page.keyboard.press('g')
    await page.keyboard.press('g')
    await page.keyboard.press('4')
  },
  async filter(page) {
    await page.keyboard.press('/')
    await page.keyboard.type('cancelled wait:>1ms co')
  },
  async export(page) {
    await page.getByRole('button', { name: 'Export' }).click()
  },
  help: (page) => page.keyboard.press('?'),
}

/** Selects a task, wherever it is folded away. */
async function pick(page: Page, name: string): Promise<void> {
  await page.keyboard.press('/')
  await page.keyboard.type(`name:${name}`)
  await page.keyboard.press('Tab')
  const row = page.locator('.tree .task-row', { has: page.locator('.name', { hasText: new RegExp(`^${name}$`) }) })
  await row.click()
  await page.keyboard.press('Escape')
}
