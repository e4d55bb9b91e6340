// Recorded by trace.test.ts, which knows its lines.
import { createTask, Lock, Queue, run, sleep, taskGroup, type Coroutine } from '../../../runtime/typescript/index.ts'

const lock = new Lock()

function* worker(queue: Queue<number>): Coroutine<number> {
  const item = yield* queue.get()
  yield* lock.with(function* () {
    yield* sleep(0.02)
  })
  return item
}

function* hanging(): Coroutine<void> {
  yield* sleep(1000)
}

function* failing(): Coroutine<void> {
  yield* sleep(0.01)
  throw new Error('on purpose')
}

function* main(): Coroutine<void> {
  const queue = new Queue<number>()
  const slow = createTask(hanging(), { name: 'slow' })
  const bad = createTask(failing(), { name: 'bad' })
  yield* taskGroup(function* (group) {
    group.createTask(worker(queue), { name: 'one' })
    group.createTask(worker(queue), { name: 'two' })
    yield* sleep(0.01)
    queue.putNowait(1)
    queue.putNowait(2)
  })
  slow.cancel('enough')
  yield* sleep(0)
  if (process.argv[2] === 'hang') yield* sleep(1000)
  bad.exception()
}

await run(main())
