// Prints the await stack of a suspended task: debugging.test.ts knows its lines.
import { createTask, Event, run, sleep, type Coroutine } from '../../../runtime/typescript/index.ts'

const event = new Event()

function* leaf(): Coroutine<void> {
  yield* event.wait() // leaf waits
}

class Branch {
  *run(): Coroutine<void> {
    yield* leaf() // branch waits
  }
}

function* main(): Coroutine<void> {
  const task = createTask(new Branch().run())
  yield* sleep(0)
  console.log(JSON.stringify(task.getStack()))
}

await run(main())
