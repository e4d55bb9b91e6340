// asyncio/locks.py
export { Barrier } from './locks/barrier.ts'
export { Condition } from './locks/condition.ts'
export { Event } from './locks/event.ts'
export { Lock } from './locks/lock.ts'
export { BoundedSemaphore, Semaphore } from './locks/semaphore.ts'
