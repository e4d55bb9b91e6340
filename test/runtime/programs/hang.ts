// Waits for an event that nobody sets, and nothing else happens.
import { createTask, Event, run, wait } from '../../../runtime/typescript/index.ts'

function* waits(event: Event) {
  yield* event.wait()
}

function* main() {
  const event = new Event()
  yield* wait([createTask(waits(event)), createTask(waits(event))])
}

await run(main())
