import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { constants } from 'node:os'
import { delimiter, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { UsageError } from './openTrace.ts'

/** Beside the bundle in a package, and one folder up from the source in the repository. */
export const INJECT_FOLDER = fileURLToPath(new URL('../runtime/python/inject', import.meta.url))

/** How much Python's recorder can record; `_levels.py` says what each is. */
export const LEVELS = ['tasks', 'timeline'] as const

/** Runs a command with recording switched on for every Python process in it. Ends with the command's own exit status. */
export async function record(command: readonly string[], options: { output?: string; level?: string }): Promise<void> {
  if (!existsSync(INJECT_FOLDER))
    throw new UsageError(`The recorder is not where it should be: ${INJECT_FOLDER}. Install Loopscope again.`)
  const [program, ...args] = command
  const path = process.env['PYTHONPATH']
  const child = spawn(program, args, {
    stdio: 'inherit',
    env: {
      ...process.env,
      ...(options.level === undefined ? {} : { LOOPSCOPE_LEVEL: options.level }),
      LOOPSCOPE: options.output === undefined ? '1' : resolve(options.output),
      PYTHONPATH: path ? `${INJECT_FOLDER}${delimiter}${path}` : INJECT_FOLDER,
    },
  })
  // Ctrl-C reaches the command through the terminal; it decides what happens, and we report it.
  const ignore = (): void => undefined
  process.on('SIGINT', ignore)
  process.exitCode = await new Promise<number>((done, failed) => {
    child.on('error', () => failed(new UsageError(`Cannot start ${program}: there is no such command.`)))
    child.on('exit', (code, signal) => done(signal === null ? (code ?? 0) : 128 + constants.signals[signal]))
  }).finally(() => process.off('SIGINT', ignore))
}
