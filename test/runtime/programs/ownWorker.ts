// A worker thread of a program's own: threads.test.ts starts it.
import { parentPort, workerData, type MessagePort } from 'node:worker_threads'
import { attachThreadLoop, type Coroutine } from '../../../runtime/typescript/index.ts'

const loop = attachThreadLoop<{ greet: (name: string) => Coroutine<string> }>(workerData as MessagePort)
parentPort!.postMessage(loop.runCoroutineThreadsafe('greet', 'worker').result(60))
