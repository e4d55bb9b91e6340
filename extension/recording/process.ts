// The one file of the extension that touches processes; viewing never comes here.
import { execFile } from 'node:child_process'

const ANSWER_WITHIN_MS = 15_000

/** `3.13.0`, or `undefined` where `path` does not run or is no Python. Python 2 is asked in words that it knows as well. */
export function askPythonVersion(path: string): Promise<string | undefined> {
  const program = 'import sys; print("loopscope " + ".".join(map(str, sys.version_info[:3])))'
  return new Promise((resolve) => {
    execFile(path, ['-c', program], { timeout: ANSWER_WITHIN_MS, windowsHide: true }, (error, stdout) => {
      resolve(error ? undefined : /^loopscope (\d+\.\d+\.\d+)/m.exec(stdout)?.[1])
    })
  })
}

/** `22.18.0`, or `undefined` where there is no Node.js on the `PATH`. */
export function askNodeVersion(): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile('node', ['--version'], { timeout: ANSWER_WITHIN_MS, windowsHide: true }, (error, stdout) => {
      resolve(error ? undefined : /^v(\d+\.\d+\.\d+)/m.exec(stdout)?.[1])
    })
  })
}

/** Whether this Python can import a module of that name. */
export function hasModule(python: string, name: string): Promise<boolean> {
  const program = 'import importlib.util, sys; sys.exit(importlib.util.find_spec(sys.argv[1]) is None)'
  return new Promise((resolve) => {
    execFile(python, ['-c', program, name], { timeout: ANSWER_WITHIN_MS, windowsHide: true }, (error) =>
      resolve(!error),
    )
  })
}

/** As Ctrl-C does: the program may end in good order. False where that cannot be done, as on Windows. */
export function interrupt(pid: number): boolean {
  if (process.platform === 'win32') return false
  try {
    return process.kill(pid, 'SIGINT')
  } catch {
    return false
  }
}
