// concurrent.futures.ProcessPoolExecutor, of child processes.
import { spawn } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { thisProgram, tellProgram } from '../program.ts'
import { Executor, type ExecutorOptions, type PoolWorker, type WorkerListener } from './executor.ts'
import { workerProgram, type WorkerMessage } from './worker.ts'

const END = `{
  send: (message) => void process.send(message),
  onJob: (run) => process.on('message', run).on('disconnect', () => process.exit()),
}`

/** Options of this Node that say what to run or to inspect, which a child does not do a second time. */
const OWN_OPTION = /^(?:-e|-p|--eval|--print|-pe|--inspect\S*|--watch\S*|--test\S*)$/

let pools = 0

/** Runs functions in child processes; `maxWorkers` is by default the number of CPUs. A child that dies breaks its job alone. */
export class ProcessPoolExecutor extends Executor {
  private readonly prefix = `ProcessPoolExecutor-${++pools}`

  constructor(options: ExecutorOptions = {}) {
    super(options, availableParallelism())
  }

  protected override startWorker(index: number, listener: WorkerListener): PoolWorker {
    const stop = process.execArgv.findIndex((option) => OWN_OPTION.test(option))
    const inherited = stop < 0 ? process.execArgv : process.execArgv.slice(0, stop)
    // What the child says of itself where it is recorded; of the arguments the script alone, for they can be long.
    const program = { argv: thisProgram().argv.slice(0, 1), name: `${this.prefix}_${index}` }
    const code = `${tellProgram(program)}\n${workerProgram(END)}`
    const child = spawn(process.execPath, [...inherited, '-e', code], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      serialization: 'advanced',
    })
    let reason = ''
    const gone = new Promise<void>((resolve) => {
      child.on('exit', (status, signal) => {
        listener.exit(reason || (signal ?? `exit status ${status}`))
        resolve()
      })
    })
    child.on('error', (error) => (reason = String(error)))
    child.on('message', (message) => listener.message(message as WorkerMessage))
    return {
      name: `process ${child.pid}`,
      id: child.pid ?? index,
      post(job, transfer) {
        if (transfer.length > 0) throw new TypeError('a ThreadLoop reaches threads, no other process')
        child.send(job)
      },
      hold(alive) {
        const channel = child.channel as unknown as { ref(): void; unref(): void } | null
        if (alive) [child, channel].forEach((each) => each?.ref())
        else [child, channel].forEach((each) => each?.unref())
      },
      end() {
        child.ref()
        if (child.connected) child.disconnect()
        return gone
      },
    }
  }
}
