import { AsyncLocalStorage } from 'node:async_hooks'
import { expect, it } from 'vitest'
import {
  ContextVar,
  createTask,
  fromPromise,
  gather,
  getRunningLoop,
  run,
  sleep,
  type Coroutine,
} from '../../runtime/typescript/index.ts'

const storage = new AsyncLocalStorage<string>()
const user = new ContextVar<string>('user')
const later = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1))

/** The store wherever a task can ask for it. */
function* places(): Coroutine<(string | undefined)[]> {
  const read = async (): Promise<(string | undefined)[]> => {
    const before = storage.getStore()
    await later()
    return [before, storage.getStore()]
  }
  const called: Promise<string | undefined> = new Promise((resolve) =>
    getRunningLoop().callLater(0.001, () => resolve(storage.getStore())),
  )
  const seen = [storage.getStore(), ...(yield* fromPromise(read)), storage.getStore()]
  yield* sleep(0.001)
  seen.push(storage.getStore(), ...(yield* fromPromise(read())), yield* fromPromise(called))
  yield* fromPromise(Promise.resolve().then(() => seen.push(storage.getStore())))
  return [...seen, storage.getStore()]
}

it.each([
  ['without context variables', undefined],
  ['with context variables', 'ann'],
])("the program's store around a run holds in its tasks, callbacks and promises, %s", async (_, name) => {
  function* main(): Coroutine<unknown[]> {
    if (name !== undefined) user.set(name)
    const both = yield* gather(createTask(places()), createTask(places()))
    expect(user.get('nobody')).toBe(name ?? 'nobody')
    return both.flat()
  }
  const runs = ['a', 'b'].map((store) => storage.run(store, () => run(main())))
  expect((await Promise.all(runs)).map((seen) => new Set(seen))).toEqual([new Set(['a']), new Set(['b'])])
  expect(storage.getStore()).toBeUndefined()
})

it('a task has no store of its own: the function that makes a promise can have one', async () => {
  function* main(): Coroutine<unknown[]> {
    const task = storage.run('own', () => createTask(places()))
    const own = yield* fromPromise(() => storage.run('own', () => later().then(() => storage.getStore())))
    return [own, ...new Set(yield* task)]
  }
  expect(await storage.run('run', () => run(main()))).toEqual(['own', 'run'])
})
