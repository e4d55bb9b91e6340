// The benches of runtime.mjs on this package: prints seconds of CPU time, all threads. `node ours.mjs NAME N`.
import * as aio from '../../../runtime/typescript/index.ts'

const TASKS = 1000

function* spin(count: number): aio.Coroutine<void> {
  for (let i = 0; i < count; i++) yield* aio.sleep(0)
}

function* switching(n: number): aio.Coroutine<void> {
  const tasks = Array.from({ length: TASKS }, () => aio.createTask(spin(n / TASKS)))
  for (const task of tasks) yield* task
}

function* echo(n: number, to: aio.Queue<number>, back: aio.Queue<number>): aio.Coroutine<void> {
  for (let i = 0; i < n; i++) yield* back.put(yield* to.get())
}

function* queue(n: number): aio.Coroutine<void> {
  const to = new aio.Queue<number>()
  const back = new aio.Queue<number>()
  const task = aio.createTask(echo(n, to, back))
  for (let i = 0; i < n; i++) {
    yield* to.put(i)
    yield* back.get()
  }
  yield* task
}

function* child(i: number): aio.Coroutine<number> {
  return i
}

function* spawn(n: number): aio.Coroutine<void> {
  for (let i = 0; i < n; i++) yield* aio.createTask(child(i))
}

function* memory(n: number): aio.Coroutine<void> {
  const event = new aio.Event()
  function* waiter(): aio.Coroutine<void> {
    yield* event.wait()
  }
  global.gc!()
  const before = process.memoryUsage().heapUsed
  const tasks = Array.from({ length: n }, () => aio.createTask(waiter()))
  yield* aio.sleep(0)
  global.gc!()
  console.log((process.memoryUsage().heapUsed - before) / n)
  event.set()
  for (const task of tasks) yield* task
}

const benches: Record<string, (n: number) => aio.Coroutine<void>> = { switch: switching, queue, spawn }

function* main(name: string, n: number): aio.Coroutine<void> {
  if (name === 'memory') return yield* memory(n)
  yield* benches[name](n / 10)
  const before = process.cpuUsage()
  yield* benches[name](n)
  const { user, system } = process.cpuUsage(before)
  console.log((user + system) / 1e6)
}

await aio.run(main(process.argv[2], Number(process.argv[3])))
