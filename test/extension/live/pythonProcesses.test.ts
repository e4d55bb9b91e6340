import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import { programOf, pythonProcesses } from '../../../extension/live/pythonProcesses.ts'

describe('a Python process that is not recorded', () => {
  it.each([
    [['/usr/bin/python3', '/srv/shop/app.py', '--port', '80'], 'app.py'],
    [['python3.14', '-m', 'uvicorn', 'shop:app'], 'uvicorn'],
    [['python', '-X', 'dev', '-W', 'error', '-u', 'app.py'], 'app.py'],
    [['python', '-c', 'print(1)'], 'python -c'],
    [['/usr/bin/python3'], 'python3'],
  ])('is called as it would be recorded: %j', (command, called) => {
    expect(programOf(command)).toBe(called)
  })

  it.skipIf(process.platform === 'win32')('is found among those of the user', async () => {
    const child = spawn('python3', ['-c', 'input()'])
    await once(child, 'spawn')
    // A shim of pyenv's replaces itself by the interpreter.
    await expect
      .poll(async () => (await pythonProcesses()).find(({ pid }) => pid === child.pid)?.command, { timeout: 60_000 })
      .toContain('input()')
    child.stdin.end()
    await once(child, 'exit')
  })
})
