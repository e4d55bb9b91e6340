// Records a Python program as its user would run it.
import { spawn } from 'node:child_process'
import { mkdirSync, rmSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'

const RECORDER = resolve(import.meta.dirname, '../../runtime/python')

/**
 * Runs `script` recorded into `trace`; a program that `hangs` is killed `killAfterMs` after it began to write, any other after a minute.
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
    // The interpreter's own start does not count: on a busy machine it takes longer than some programs.
    const kill = () => child.kill('SIGKILL')
    let timer = setTimeout(kill, 60_000)
    const begun = setInterval(() => {
      if (!hangs || !(statSync(trace, { throwIfNoEntry: false })?.size > 0)) return
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
