import type { AwaitKindName } from '../../trace/format/schema.ts'

/** What awaits are coloured by. */
export const awaitGroups = ['tasks', 'locks', 'queues', 'io', 'time', 'workers', 'other'] as const
export type AwaitGroup = (typeof awaitGroups)[number]

/** The group of each await kind, and with it the tint of its bars. */
export const groupOfKind: Readonly<Record<AwaitKindName, AwaitGroup>> = {
  unknown: 'other',
  future: 'other',
  task: 'tasks',
  sleep: 'time',
  gather: 'tasks',
  wait: 'tasks',
  wait_for: 'tasks',
  shield: 'tasks',
  lock: 'locks',
  semaphore: 'locks',
  event: 'locks',
  condition: 'locks',
  barrier: 'locks',
  queue_get: 'queues',
  queue_put: 'queues',
  queue_join: 'queues',
  task_group: 'tasks',
  as_completed: 'tasks',
  read: 'io',
  drain: 'io',
  connect: 'io',
  socket: 'io',
  resolve: 'io',
  executor: 'workers',
  subprocess: 'workers',
  server: 'io',
}

/** In words, for keys and details. */
export const groupNames: Readonly<Record<AwaitGroup, string>> = {
  tasks: 'other tasks',
  locks: 'locks and events',
  queues: 'queues',
  io: 'network and streams',
  time: 'sleep',
  workers: 'executors and processes',
  other: 'futures',
}
