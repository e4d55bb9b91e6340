// Records a Python program as its user would run it.
import { spawn } from 'node:child_process'
import { closeSync, fstatSync, mkdirSync, openSync, readSync, rmSync } from 'node:fs'
import { dirname, resolve } from 'node:path'

const RECORDER = resolve(import.meta.dirname, '../../runtime/python')

/**
 * Runs `script` recorded into `trace`; a program that `hangs` is killed `killAfterMs` after its loop began, any other after a minute.
 * Answers its output, exit status, and whether it was killed.
 */
export function record({ interpreter, script, trace, hangs = false, killAfterMs = 3000 }) {
  mkdirSync(dirname(trace), { recursive: true })
  rmSync(trace, { force: true })
  return new Promise((done) => {
    const child = spawn(interpreter, ['-m', 'loopscope', 'run', '-o', resolve(trace), script], {
      cwd: dirname(script),
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, PYTHONPATH: RECORDER, PYTHONDONTWRITEBYTECODE: '1' },
    })
    let output = ''
    child.stdout.on('data', (chunk) => (output += chunk))
    child.stderr.on('data', (chunk) => (output += chunk))
    // Neither the interpreter's own start nor its imports count: on a busy machine they take longer than some programs.
    const kill = () => child.kill('SIGKILL')
    let timer = setTimeout(kill, 60_000)
    const begun = setInterval(() => {
      if (!hangs || !hasEvents(trace)) return
      clearInterval(begun)
      clearTimeout(timer)
      timer = setTimeout(kill, killAfterMs)
    }, 50)
    child.on('exit', (status, signal) => {
      clearInterval(begun)
      clearTimeout(timer)
      child.stdout.destroy()
      child.stderr.destroy()
      done({ status, killed: signal === 'SIGKILL', output })
    })
  })
}

/** Magic, version and the length of what follows. */
const FIXED_HEADER_BYTES = 16

/** Whether something follows the header: the recorder writes that before the program's first line is run, and more when a loop does something. */
function hasEvents(trace) {
  let file
  try {
    file = openSync(trace)
    const head = Buffer.alloc(FIXED_HEADER_BYTES)
    if (readSync(file, head) < FIXED_HEADER_BYTES) return false
    return fstatSync(file).size > FIXED_HEADER_BYTES + head.readUInt32LE(12)
  } catch (error) {
    if (error.code === 'ENOENT') return false
    throw error
  } finally {
    if (file !== undefined) closeSync(file)
  }
}
