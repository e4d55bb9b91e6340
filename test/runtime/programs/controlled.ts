// Asked through its control channel by control.test.ts. What it does is its first argument.
import { execFileSync } from 'node:child_process'
import { createTask, Lock, run, sleep, wait, type Coroutine } from '../../../runtime/typescript/index.ts'

const [, , mode, file] = process.argv

function* worker(first: Lock, second: Lock): Coroutine<void> {
  yield* first.with(function* () {
    yield* sleep(0.01)
    yield* second.acquire()
    second.release()
  })
}

/** In JavaScript without end, or in a call of the system's until there is a file. */
function crunch(): void {
  while (mode !== 'calls') Math.sqrt(2)
  execFileSync('/bin/sh', ['-c', `until [ -e '${file}' ]; do sleep 0.05; done`])
}

function* handler(): Coroutine<void> {
  if (mode !== 'blocks') yield* sleep(0.2)
  crunch()
}

function* main(): Coroutine<void> {
  if (mode === 'ends') return yield* sleep(0.2)
  const [a, b] = [new Lock(), new Lock()]
  const tasks = [createTask(worker(a, b), { name: 'worker-1' }), createTask(worker(b, a), { name: 'worker-2' })]
  if (['blocks', 'computes', 'calls'].includes(mode)) createTask(handler(), { name: 'handler' })
  if (mode === 'many') for (let i = 0; i < 10_000; i++) createTask(sleep(1000))
  yield* wait(tasks)
}

await run(main())
