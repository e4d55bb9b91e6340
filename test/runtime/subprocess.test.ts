import { describe, expect, it } from 'vitest'
import {
  createSubprocessExec,
  createSubprocessShell,
  DEVNULL,
  PIPE,
  ProcessLookupError,
  run,
  STDOUT,
  timeout,
  TimeoutError,
  type Coroutine,
} from '../../runtime/typescript/index.ts'

describe('subprocesses', () => {
  it('communicate feeds input and reads both outputs', async () => {
    function* main(): Coroutine<unknown[]> {
      const pipes = { stdin: PIPE, stdout: PIPE, stderr: PIPE } as const
      const process = yield* createSubprocessShell('cat; echo problem >&2; exit 3', pipes)
      const [stdout, stderr] = yield* process.communicate('input')
      return [stdout?.toString(), stderr?.toString(), process.returncode]
    }
    expect(await run(main())).toEqual(['input', 'problem\n', 3])
  })

  it('stderr can go where stdout goes, in order', async () => {
    function* main(): Coroutine<unknown[]> {
      const script = 'echo one; echo two >&2; echo three'
      const process = yield* createSubprocessExec('sh', ['-c', script], { stdout: PIPE, stderr: STDOUT })
      const [stdout, stderr] = yield* process.communicate()
      return [stdout?.toString(), stderr]
    }
    expect(await run(main())).toEqual(['one\ntwo\nthree\n', undefined])
  })

  it('runs as another user and group, by number', async () => {
    const [user, group] = [process.getuid!(), process.getgid!()]
    function* main(): Coroutine<string> {
      const options = { stdout: PIPE, user, group } as const
      const child = yield* createSubprocessShell('id -u; id -g', options)
      return String((yield* child.communicate())[0])
    }
    expect(await run(main())).toBe(`${user}\n${group}\n`)
  })

  it('a killed process has minus the signal as its status', async () => {
    function* main(): Coroutine<unknown[]> {
      const process = yield* createSubprocessExec('sleep', ['100'], { stdout: DEVNULL })
      try {
        yield* timeout(0.05, () => process.wait())
      } catch (error) {
        if (!(error instanceof TimeoutError)) throw error
        process.terminate()
      }
      const status = yield* process.wait()
      expect(() => process.kill()).toThrow(ProcessLookupError)
      return [status, yield* process.wait()]
    }
    expect(await run(main())).toEqual([-15, -15])
  })

  it('lines can be read while it runs', async () => {
    function* main(): Coroutine<string[]> {
      const process = yield* createSubprocessExec('sh', ['-c', 'echo a; read x; echo $x'], {
        stdin: PIPE,
        stdout: PIPE,
      })
      const lines = [(yield* process.stdout!.readline()).toString()]
      process.stdin!.write('answer\n')
      lines.push((yield* process.stdout!.readline()).toString())
      yield* process.wait()
      return lines
    }
    expect(await run(main())).toEqual(['a\n', 'answer\n'])
  })

  it('a program that is not there throws', async () => {
    await expect(run(createSubprocessExec('no-such-program-anywhere'))).rejects.toThrow('ENOENT')
  })
})
