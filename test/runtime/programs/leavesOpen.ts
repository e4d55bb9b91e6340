// Ends with a server that listens, a connection on both sides and an endpoint for datagrams, as a Python program may.
import type { AddressInfo } from 'node:net'
import {
  DatagramProtocol,
  getRunningLoop,
  openConnection,
  run,
  startServer,
  type Coroutine,
} from '../../../runtime/typescript/index.ts'

function* main(): Coroutine<void> {
  const server = yield* startServer(() => {}, '127.0.0.1', 0)
  const [, writer] = yield* openConnection('127.0.0.1', (server.address() as AddressInfo).port)
  writer.write('nobody reads this')
  yield* getRunningLoop().createDatagramEndpoint(() => new DatagramProtocol(), { localAddr: ['127.0.0.1', 0] })
  console.log('done')
}

await run(main())
