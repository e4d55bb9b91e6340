/** A Python file with a coroutine every ten lines. */
export function withCoroutines(lines: number): string {
  const text = ['import asyncio', '', 'async def main():', '    await asyncio.sleep(1)', '']
  for (let i = 0; text.length + 11 <= lines; i++) {
    text.push(
      `class Shop${i}:`,
      `    """Page ${i} of the shop."""`,
      '',
      `    async def page(self, number):`,
      `        rows = [each * ${i} for each in range(number)]`,
      `        async with self.lock:`,
      `            await asyncio.sleep(0.1)`,
      `        for row in rows:`,
      `            yield f"{row}: {await self.answer(row)}"`,
      '',
    )
  }
  text.push('asyncio.run(main())')
  return [...text, ...new Array<string>(Math.max(0, lines - text.length)).fill('# end')].join('\n')
}

/** One as long that has none, nor the word. */
export function withoutCoroutines(lines: number): string {
  return withCoroutines(lines).replaceAll('async ', '').replaceAll('await ', '').replaceAll('asyncio', 'timing')
}
