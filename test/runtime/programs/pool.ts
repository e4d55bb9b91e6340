// Asks a child process for what a loop of its own computes; the jobs are in the bundle that the first argument names.
import { pathToFileURL } from 'node:url'
import type * as pooled from './pooled.ts'
import * as aio from '../../../runtime/typescript/index.ts'

function* main(): aio.Coroutine<void> {
  const pool = new aio.ProcessPoolExecutor({ maxWorkers: 1 })
  const jobs = aio.workerModule<typeof pooled>(pathToFileURL(process.argv[2]))
  console.log(yield* aio.runInExecutor(pool, jobs.answer, 21))
  void pool.shutdown()
}

await aio.run(main())
