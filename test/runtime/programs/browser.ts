// A program of the core alone, for a page of a browser: it leaves its log in `loopscopeLog`.
import {
  ContextVar,
  createTask,
  gather,
  Queue,
  run,
  sleep,
  taskGroup,
  timeout,
  TimeoutError,
  type Coroutine,
} from '../../../runtime/typescript/core.ts'

const log: unknown[] = []
const user = new ContextVar<string>('user')

function* worker(queue: Queue<number>): Coroutine<number> {
  let sum = 0
  for (;;) {
    const item = yield* queue.get()
    if (item < 0) return sum
    yield* sleep(0)
    sum += item
  }
}

function* main(): Coroutine<string> {
  const queue = new Queue<number>(2)
  user.set('main')
  yield* taskGroup(function* (group) {
    const workers = [1, 2].map(() => group.createTask(worker(queue)))
    for (let i = 1; i <= 100; i++) yield* queue.put(i)
    for (let i = 0; i < workers.length; i++) yield* queue.put(-1)
    const [a, b] = yield* gather(workers[0], workers[1])
    log.push(a + b, user.get())
  })
  try {
    yield* timeout(0.01, () => sleep(60))
  } catch (error) {
    log.push(error instanceof TimeoutError)
  }
  const cancelled = createTask(sleep(60), { name: 'cancelled' })
  yield* sleep(0)
  cancelled.cancel()
  log.push(cancelled.toString())
  return 'done'
}

const ended = run(main()).then((result) => [...log, result])
Object.assign(globalThis, { loopscopeLog: ended })
