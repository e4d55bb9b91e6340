// What `loopscope findings` says of a trace, without holding up the programs that are being recorded meanwhile: one that prints waits for its reader.
import { execFile } from 'node:child_process'
import { join } from 'node:path'

const LOOPSCOPE = join(import.meta.dirname, '../../dist/loopscope.mjs')

/** The findings of the traces; throws what it said instead of them. */
export function find(...traces) {
  return new Promise((done, fail) => {
    const options = { maxBuffer: 1 << 28 }
    execFile(process.execPath, [LOOPSCOPE, 'findings', '--json', ...traces], options, (error, stdout, stderr) => {
      if (error) fail(new Error(stderr.trim() || error.message))
      else done(JSON.parse(stdout))
    })
  })
}
