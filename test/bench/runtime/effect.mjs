import { Effect, Fiber, Queue } from 'effect'
// Version 4 has renamed it.
const fork = Effect.forkChild ?? Effect.fork
const TASKS = 1e3
const spin = (count2) =>
  Effect.gen(function* () {
    for (let i = 0; i < count2; i++) yield* Effect.yieldNow
  })
const switching = (n) =>
  Effect.gen(function* () {
    const fibers = []
    for (let i = 0; i < TASKS; i++) fibers.push(yield* fork(spin(n / TASKS)))
    for (const fiber of fibers) yield* Fiber.join(fiber)
  })
const queue = (n) =>
  Effect.gen(function* () {
    const to = yield* Queue.unbounded()
    const back = yield* Queue.unbounded()
    const fiber = yield* fork(
      Effect.gen(function* () {
        for (let i = 0; i < n; i++) yield* Queue.offer(back, yield* Queue.take(to))
      }),
    )
    for (let i = 0; i < n; i++) {
      yield* Queue.offer(to, i)
      yield* Queue.take(back)
    }
    yield* Fiber.join(fiber)
  })
const spawn = (n) =>
  Effect.gen(function* () {
    for (let i = 0; i < n; i++) yield* Fiber.join(yield* fork(Effect.succeed(i)))
  })
const benches = { switch: switching, queue, spawn }
const [name, count] = process.argv.slice(2)
await Effect.runPromise(
  Effect.gen(function* () {
    yield* benches[name](Number(count) / 10)
    const before = process.cpuUsage()
    yield* benches[name](Number(count))
    const { user, system } = process.cpuUsage(before)
    console.log((user + system) / 1e6)
  }),
)
