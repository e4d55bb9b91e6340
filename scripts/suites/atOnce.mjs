// Commands that run at the same time, each with what it prints in one piece.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { availableParallelism } from 'node:os'

/** What `work` answers for each item, in their order; as many are under way as there are processors, begun in the order given. */
export async function atOnce(items, work, limit = availableParallelism()) {
  const answers = []
  const left = items.entries()
  const take = async () => {
    for (const [index, item] of left) answers[index] = await work(item)
  }
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, take))
  return answers
}

/** Runs a command and prints what it printed when it has ended; answers its exit status, null where a signal ended it, or why it could not begin. */
export async function runInOnePiece(command, args) {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  const chunks = []
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => chunks.push(chunk))
  const [status] = await once(child, 'close').catch((error) => [error.message])
  process.stdout.write(Buffer.concat(chunks))
  return status
}
