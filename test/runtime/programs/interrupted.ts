// Waits for Ctrl-C: runners.test.ts sends it. With `stubborn`, the main task refuses to be cancelled.
import { CancelledError, KeyboardInterrupt, run, sleep, type Coroutine } from '../../../runtime/typescript/index.ts'

function* main(): Coroutine<void> {
  for (;;) {
    try {
      console.log('waiting')
      yield* sleep(1000)
    } catch (error) {
      console.log('cancelled')
      if (process.argv[2] !== 'stubborn' || !(error instanceof CancelledError)) throw error
    } finally {
      yield* sleep(0)
      console.log('cleaned')
    }
  }
}

try {
  await run(main())
} catch (error) {
  console.log(error instanceof KeyboardInterrupt ? 'KeyboardInterrupt' : String(error))
}
process.exit()
