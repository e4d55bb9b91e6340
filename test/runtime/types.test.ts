// Checked by tsc (`npm test`, checks): what must compile, and, under @ts-expect-error, what must not. Nothing here runs.
import { createServer, Socket } from 'node:net'
import type { FileHandle } from 'node:fs/promises'
import { expectTypeOf, it } from 'vitest'
import * as aio from '../../runtime/typescript/index.ts'

function* user(): aio.Coroutine<{ name: string }> {
  return { name: 'x' }
}

function* inferred(): aio.Coroutine<void> {
  expectTypeOf(yield* user()).toEqualTypeOf<{ name: string }>()
  expectTypeOf(yield* aio.createTask(user())).toEqualTypeOf<{ name: string }>()
  expectTypeOf(yield* aio.gather(user(), aio.sleep(1, 5))).toEqualTypeOf<[{ name: string }, number]>()
  expectTypeOf(yield* aio.gather(user(), aio.sleep(1, 5), { returnExceptions: true })).toEqualTypeOf<
    [unknown, unknown]
  >()
  expectTypeOf(yield* aio.sleep(1)).toEqualTypeOf<void>()
  expectTypeOf(yield* aio.timeout(1, () => user())).toEqualTypeOf<{ name: string }>()
  expectTypeOf(yield* aio.waitFor(user(), null)).toEqualTypeOf<{ name: string }>()
  expectTypeOf(yield* aio.shield(aio.createTask(user()))).toEqualTypeOf<{ name: string }>()
  expectTypeOf(yield* new aio.Queue<string>().get()).toEqualTypeOf<string>()
  expectTypeOf(yield* aio.fromPromise(Promise.resolve(1))).toEqualTypeOf<number>()
  const body = function* (group: aio.TaskGroup): aio.Coroutine<aio.Task<number>> {
    yield* aio.sleep(0)
    return group.createTask(aio.sleep(0, 1))
  }
  expectTypeOf(yield* aio.taskGroup(body)).toEqualTypeOf<aio.Task<number>>()
  const tasks = new Set([aio.createTask(user())])
  expectTypeOf((yield* aio.wait(tasks)).done).toEqualTypeOf<Set<aio.Task<{ name: string }>>>()
  for (const next of aio.asCompleted(tasks)) expectTypeOf(yield* next).toEqualTypeOf<{ name: string }>()
  expectTypeOf(yield* aio.toThread((n: number) => `${n}`, 1)).toEqualTypeOf<string>()
  expectTypeOf(yield* aio.toThread(async () => Promise.resolve(1))).toEqualTypeOf<number>()
  expectTypeOf(new aio.ThreadPoolExecutor().submit((n: number) => [n], 1)).toEqualTypeOf<aio.ExecutorFuture<number[]>>()
  const calls = { user, note: (n: number) => n }
  const inThread = (loop: aio.ThreadLoop<typeof calls>): string => loop.runCoroutineThreadsafe('user').result(1).name
  expectTypeOf(yield* aio.toThread(inThread, aio.threadLoop(calls))).toEqualTypeOf<string>()
  expectTypeOf(yield* new aio.Barrier(2).with((index) => aio.sleep(0, index))).toEqualTypeOf<number>()
  using held = yield* new aio.Lock().acquire()
  expectTypeOf(held).toEqualTypeOf<aio.Lock>()
}

function* refused(): aio.Coroutine<void> {
  // @ts-expect-error a coroutine is awaited by `yield*`, not by `yield`
  yield user()
  // @ts-expect-error so is a future
  yield new aio.Future<number>()
  // @ts-expect-error a promise comes in by `fromPromise`
  yield* Promise.resolve(1)
  // @ts-expect-error numbers are no awaitables
  yield 5
  // @ts-expect-error nor are arrays of strings
  yield* ['a']
  // @ts-expect-error a task is made of a coroutine, not of its function
  aio.createTask(user)
  // @ts-expect-error nor of a promise
  aio.createTask(Promise.resolve())
  // @ts-expect-error a future's result has its type
  new aio.Future<number>().setResult('text')
  // @ts-expect-error wait takes tasks and futures, no coroutines
  yield* aio.wait([user()])
  // @ts-expect-error a thread's function gets the arguments that it takes
  yield* aio.toThread((n: number) => n, 'text')
  // @ts-expect-error and all of them
  yield* aio.toThread((n: number, m: number) => n + m, 1)
  const loop = aio.threadLoop({ user, note: (n: number) => n })
  // @ts-expect-error a thread calls what the loop offers
  loop.callSoonThreadsafe('other')
  // @ts-expect-error with its arguments
  loop.callSoonThreadsafe('note', 'text')
  // @ts-expect-error a program's name is a string
  yield* aio.createSubprocessExec(5)
  // @ts-expect-error and so is a command line
  yield* aio.createSubprocessShell(['ls'])
  // @ts-expect-error what a program writes are bytes
  yield* aio.createSubprocessExec('ls', [], { text: true })
  // @ts-expect-error of a command line too
  yield* aio.createSubprocessShell('ls', { encoding: 'utf8' })
  const io = aio.getRunningLoop()
  const protocol = (): aio.Protocol => new aio.Protocol()
  // @ts-expect-error a port is a number
  yield* io.createConnection(protocol, 'localhost', 'http')
  // @ts-expect-error a connection is made of a socket, not of a server
  yield* io.createConnection(protocol, undefined, undefined, { sock: createServer() })
  // @ts-expect-error and a server not of a socket
  yield* io.createServer(protocol, undefined, undefined, { sock: new Socket() })
  // @ts-expect-error datagrams need a socket of their kind
  yield* io.createDatagramEndpoint(() => new aio.DatagramProtocol(), { sock: new Socket() })
  // @ts-expect-error an address is a host and a port
  yield* io.createDatagramEndpoint(() => new aio.DatagramProtocol(), { localAddr: 'localhost' })
  // @ts-expect-error a file is a FileHandle
  yield* io.sockSendfile(new Socket(), 'path')
  // @ts-expect-error an offset is a number
  yield* io.sockSendfile(new Socket(), undefined as unknown as FileHandle, { offset: '0' })
  // @ts-expect-error a file is sent over a transport
  yield* io.sendfile(new Socket(), undefined as unknown as FileHandle)
  // @ts-expect-error there is no such constant
  yield* aio.wait([aio.createTask(user())], { returnWhen: 'SOMETIMES' })
}

async function promised(): Promise<void> {
  expectTypeOf(await aio.run(user())).toEqualTypeOf<{ name: string }>()
  expectTypeOf(await aio.asPromise(user())).toEqualTypeOf<{ name: string }>()
}

it('is checked by the compiler', () => {
  expectTypeOf(inferred).toBeFunction()
  expectTypeOf(refused).toBeFunction()
  expectTypeOf(promised).toBeFunction()
})
