// What runs in a child process of `pool.ts`: an event loop of its own.
import * as aio from '../../../runtime/typescript/index.ts'

function* doubled(number: number): aio.Coroutine<number> {
  yield* aio.sleep(0)
  return number * 2
}

export const answer = (number: number): Promise<number> => aio.run(doubled(number))
