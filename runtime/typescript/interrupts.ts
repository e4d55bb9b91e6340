// asyncio/runners.py: Ctrl-C while a program runs.
import type { EventLoop } from './baseEvents.ts'
import { KeyboardInterrupt } from './exceptions.ts'
import { ctrlC, type Interrupts } from './runners.ts'
import type { Task } from './tasks.ts'

/** Listens to Ctrl-C while the main task runs, unless the program does so itself. */
function watchInterrupts(loop: EventLoop, task: Task<unknown>): Interrupts {
  let count = 0
  const onInterrupt = (): void => {
    count++
    if (count === 1 && !task.done()) loop.callSoon(() => task.cancel())
    else loop._abort(new KeyboardInterrupt())
  }
  if (process.listenerCount('SIGINT') === 0) process.on('SIGINT', onInterrupt)
  return {
    get count() {
      return count
    },
    stop() {
      process.off('SIGINT', onInterrupt)
    },
  }
}

/** Makes every run listen to it. */
export function listenToInterrupts(): void {
  ctrlC.watch = watchInterrupts
}
