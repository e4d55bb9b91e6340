import { beforeAll, describe, expect, it } from 'vitest'
import { built, start, until } from './node.ts'

let program: string
beforeAll(async () => {
  program = await built('interrupted')
})

/** Starts the program, presses Ctrl-C each time it waits, and gives what it printed. */
async function interrupted(times: number, ...args: string[]): Promise<string[]> {
  const { child, ended } = start(program, args)
  let printed = ''
  child.stdout!.on('data', (text: Buffer) => (printed += String(text)))
  for (let i = 1; i <= times; i++) {
    await until(() => printed.split('waiting').length > i)
    child.kill('SIGINT')
  }
  return (await ended).stdout.trim().split('\n')
}

describe('Ctrl-C', () => {
  it('cancels the main task, which cleans up; run fails with KeyboardInterrupt', async () => {
    expect(await interrupted(1)).toEqual(['waiting', 'cancelled', 'cleaned', 'KeyboardInterrupt'])
  })

  it('pressed again, ends the run; pressed once more, the process, whose task refuses to be cancelled', async () => {
    const lines = await interrupted(3, 'stubborn')
    expect(lines).toEqual([...['waiting', 'cancelled', 'cleaned'], ...['waiting', 'cancelled', 'cleaned'], 'waiting'])
  })
})
