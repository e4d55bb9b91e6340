import { describe, expect, it } from 'vitest'
import { coroutineAt } from '../../../extension/code/coroutine.ts'
import { IncrementalParser } from '../../../extension/code/incrementalParser.ts'

const python = `import asyncio

class Shop:
    @cached
    async def page(self, path):
        return await self.query(
            path,
        )

    def start(self):
        async def inner():
            yield 1
        return inner

async def main():
    async with lock as held, other:
        async for each in things():
            pass
    text = "async def no(): await nothing"  # await neither
    return [x async for x in y]

async def test_orders(client): ...

def sync(): ...

if __name__ == "__main__":
    asyncio.run(main())
`

describe('the coroutines of a Python file', () => {
  const parser = new IncrementalParser('python')
  const found = parser.coroutines(python)

  it('are named and placed as the recorder names them', () => {
    expect(found.map((each) => [each.function, each.line + 1, each.endLine + 1])).toEqual([
      ['Shop.page', 5, 8],
      ['Shop.start.<locals>.inner', 11, 12],
      ['main', 15, 20],
      ['test_orders', 22, 22],
    ])
  })

  it('say how they can be started', () => {
    const startable = found.filter(({ start }) => start)
    expect(startable.map((each) => [each.function, each.start])).toEqual([
      ['main', 'file'],
      ['test_orders', 'test'],
    ])
  })

  it('wait at these lines, and not in texts and comments', () => {
    expect(parser.awaitLines(python).map((line) => line + 1)).toEqual([6, 16, 17, 20])
  })

  it('surround a line', () => {
    expect(coroutineAt(found, 11)?.function).toBe('Shop.start.<locals>.inner')
    expect(coroutineAt(found, 9)).toBeUndefined()
  })
})

describe('the coroutines of a TypeScript file', () => {
  const typescript = `import { run, type Coroutine } from '@loopscope/asyncio'
function* worker(queue: Queue<string>): Coroutine<void> {
  yield* queue.get()
}
class Shop {
  *page(): Coroutine<string> { return yield* this.query() }
  async *stream() { yield 1 }
}
const later = function* () { yield* sleep(1) }
export function* main(): Coroutine<void> {
  yield* taskGroup(function* (group) {
    group.createTask(worker(queue))
  })
}
await run(main())
`
  const parser = new IncrementalParser('typescript')
  const found = parser.coroutines(typescript)

  it('are its generator functions that have a name', () => {
    expect(found.map((each) => [each.function, each.line + 1, each.start])).toEqual([
      ['worker', 2, undefined],
      ['Shop.page', 6, undefined],
      ['later', 9, undefined],
      ['main', 10, 'file'],
    ])
    expect(parser.awaitLines(typescript).map((line) => line + 1)).toEqual([3, 6, 9, 11])
  })
})

describe('a file that is being written', () => {
  it('is parsed on from what is known, with the same result', () => {
    const parser = new IncrementalParser('python')
    parser.coroutines(python)
    let text = python
    const edit = (offset: number, length: number, inserted: string): void => {
      text = text.slice(0, offset) + inserted + text.slice(offset + length)
      parser.change([{ offset, length, text: inserted }])
    }
    edit(text.indexOf('async def main'), 0, 'async def extra():\n    await other()\n\n')
    edit(text.indexOf('Shop'), 4, 'Store')
    edit(text.indexOf('        async for each'), 0, '        await more()\n')
    expect(parser.coroutines(text)).toEqual(new IncrementalParser('python').coroutines(text))
    expect(parser.coroutines(text).map((each) => each.function)).toContain('Store.page')
  })

  it('has those of its coroutines that are whole', () => {
    const half = `${python}\nasync def unfinished(a,\n`
    expect(new IncrementalParser('python').coroutines(half).map((each) => each.function)).toContain('main')
  })
})
