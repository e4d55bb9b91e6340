import { spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'

export interface Step {
  /** Ends the sentence "… failed", as in "Building node-pty". */
  readonly what: string
  readonly command: string
  readonly args: readonly string[]
  readonly cwd: string
  readonly env?: NodeJS.ProcessEnv
  readonly logFile: string
}

/** Runs a command with its output in a log file. Throws one sentence that names the log. */
export async function logged(step: Step): Promise<void> {
  mkdirSync(dirname(step.logFile), { recursive: true })
  const log = openSync(step.logFile, 'a')
  writeSync(log, `\n$ ${step.command} ${step.args.join(' ')}\n`)
  try {
    const code = await new Promise<number | string>((resolve, reject) => {
      const child = spawn(step.command, step.args, {
        cwd: step.cwd,
        env: { ...process.env, ...step.env },
        stdio: ['ignore', log, log],
      })
      child.once('error', reject)
      child.once('exit', (exitCode, signal) => resolve(exitCode ?? signal ?? 'unknown'))
    })
    if (code !== 0) throw new Error(`exit ${code}`)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new Error(`${step.what} failed (${reason}); the log is ${step.logFile}`, { cause: error })
  } finally {
    closeSync(log)
  }
}
