// A server and its client, a process that is killed, and a wait, for a trace of them.
import {
  createSubprocessExec,
  createTask,
  getRunningLoop,
  openConnection,
  PIPE,
  run,
  sleep,
  startServer,
  wait,
  type Coroutine,
  type StreamReader,
  type StreamWriter,
} from '../../../runtime/typescript/index.ts'

function* echo(reader: StreamReader, writer: StreamWriter): Coroutine<void> {
  writer.write(yield* reader.readline())
  yield* writer.drain()
  writer.close()
  yield* writer.waitClosed()
}

function* main(): Coroutine<void> {
  const server = yield* startServer(echo, '127.0.0.1', 0)
  const { port } = server.address() as { port: number }
  const [reader, writer] = yield* openConnection('127.0.0.1', port)
  writer.write('hello\n')
  yield* reader.readline()
  writer.close()
  yield* writer.waitClosed()
  server.close()
  yield* server.waitClosed()

  const signalled = getRunningLoop().createFuture()
  getRunningLoop().addSignalHandler('SIGUSR2', () => signalled.setResult())
  process.kill(process.pid, 'SIGUSR2')
  yield* signalled

  const child = yield* createSubprocessExec('cat', ['-'], { stdin: PIPE, stdout: PIPE })
  child.stdin!.write('text\n')
  yield* child.stdout!.readline()
  child.kill()
  yield* child.wait()

  yield* wait([createTask(sleep(0), { name: 'first' }), createTask(sleep(0), { name: 'second' })])
}

await run(main())
