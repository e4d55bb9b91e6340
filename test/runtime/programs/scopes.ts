// Recorded by resources.test.ts: locks that two tasks want in opposite order, a queue, a group, a timeout and a gather.
import {
  createTask,
  gather,
  Lock,
  Queue,
  run,
  Semaphore,
  sleep,
  taskGroup,
  timeout,
  TimeoutError,
  type Coroutine,
} from '../../../runtime/typescript/index.ts'

const [first, second] = [new Lock(), new Lock()]

function* takes(one: Lock, other: Lock): Coroutine<void> {
  yield* one.acquire()
  yield* sleep(0.01)
  yield* other.acquire()
}

function* produce(queue: Queue<number>): Coroutine<void> {
  for (let i = 0; i < 3; i++) yield* queue.put(i)
}

function* consume(queue: Queue<number>, slots: Semaphore): Coroutine<number> {
  let sum = 0
  for (let i = 0; i < 3; i++) {
    const item = yield* queue.get()
    yield* slots.with(function* () {
      yield* sleep(0.001)
      sum += item
    })
  }
  return sum
}

function* main(): Coroutine<void> {
  const queue = new Queue<number>(2)
  const slots = new Semaphore(3)
  yield* taskGroup(function* (group) {
    group.createTask(produce(queue), { name: 'producer' })
    group.createTask(consume(queue, slots), { name: 'consumer' })
    yield* sleep(0)
  })
  yield* gather(sleep(0.001), sleep(0.002))
  createTask(takes(first, second), { name: 'one' })
  createTask(takes(second, first), { name: 'two' })
  try {
    yield* timeout(0.05, () => sleep(1000))
  } catch (error) {
    if (!(error instanceof TimeoutError)) throw error
  }
  yield* sleep(1000) // `one` and `two` still wait for each other: the test kills it
}

await run(main())
