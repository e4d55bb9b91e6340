import { open } from 'node:fs/promises'
import { ask } from '../live/client.ts'
import { answered, recordedProcess } from './liveEntry.ts'
import { writeFileWhole } from './output.ts'

/** Writes the trace of a process up to now to a file of its own. */
export async function snapshot(pid: string, options: { output: string }): Promise<void> {
  const entry = await recordedProcess(pid)
  const { trace, bytes } = await answered(ask(entry, { request: 'snapshot' }))
  const file = await open(trace)
  try {
    const chunks: Uint8Array[] = []
    const stream = file.createReadStream({ end: bytes - 1, highWaterMark: 4 << 20, autoClose: false })
    for await (const chunk of stream) chunks.push(chunk as Uint8Array)
    await writeFileWhole(options.output, chunks)
  } finally {
    await file.close()
  }
}

/** Puts a label into the trace of a process, at this moment. */
export async function mark(pid: string, label: string): Promise<void> {
  await answered(ask(await recordedProcess(pid), { request: 'mark', label }))
}
