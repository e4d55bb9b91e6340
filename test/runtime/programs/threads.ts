// Recorded by threads.test.ts.
import { run, toThread, type Coroutine } from '../../../runtime/typescript/index.ts'

function quick(n: number): number {
  return n + 1
}

function broken(): never {
  throw new Error('on purpose')
}

function* main(): Coroutine<void> {
  yield* toThread(quick, 1)
  try {
    yield* toThread(broken)
  } catch {
    // it is meant to fail
  }
}

await run(main())
