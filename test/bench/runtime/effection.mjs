import { createQueue, main, spawn as start, until } from 'effection'
const TASKS = 1e3
function* spin(count) {
  for (let i = 0; i < count; i++) yield* until(Promise.resolve())
}
function* switching(n) {
  const tasks = []
  for (let i = 0; i < TASKS; i++) tasks.push(yield* start(() => spin(n / TASKS)))
  for (const task of tasks) yield* task
}
function* queue(n) {
  const to = createQueue()
  const back = createQueue()
  const task = yield* start(function* () {
    for (let i = 0; i < n; i++) back.add((yield* to.next()).value)
  })
  for (let i = 0; i < n; i++) {
    to.add(i)
    yield* back.next()
  }
  yield* task
}
function* spawn(n) {
  for (let i = 0; i < n; i++) {
    yield* yield* start(function* () {
      return i
    })
  }
}
const benches = { switch: switching, queue, spawn }
await main(function* () {
  const [name, count] = process.argv.slice(2)
  yield* benches[name](Number(count) / 10)
  const before = process.cpuUsage()
  yield* benches[name](Number(count))
  const { user, system } = process.cpuUsage(before)
  console.log((user + system) / 1e6)
})
