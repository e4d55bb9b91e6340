import { describe, it } from 'vitest'
import { trace } from '../ascii/trace.ts'
import { useWindow } from './window.ts'

const whole = trace('worker : =##===##✓')
const newer = Uint8Array.from(whole)
newer[8] = 99

const files: readonly (readonly [name: string, bytes: Uint8Array, sentence: string])[] = [
  ['text', new TextEncoder().encode('hello'), 'This is not a Loopscope trace'],
  ['empty', new Uint8Array(0), 'This file is empty'],
  ['newer', newer, 'This trace has format version 99.0'],
  ['header', whole.slice(0, 40), 'This trace is cut inside its header'],
  ['ones', new Uint8Array(4096).fill(0xff), 'This is not a Loopscope trace'],
]
const window = useWindow('unreadable', {
  ...Object.fromEntries(files.map(([name, bytes]) => [`${name}.looptrace`, bytes])),
  'cut.looptrace': whole.slice(0, whole.length - 20),
})

describe('a file that cannot be shown says why', () => {
  it.each(files.map(([name, , sentence]) => [name, sentence]))('%s: %s', async (name, sentence) => {
    const { workbench } = window()
    await workbench.openFile(`${name}.looptrace`)
    await workbench.trace.getByRole('alert').filter({ hasText: sentence }).waitFor()
  })
})

describe('a file that is cut', () => {
  it('shows what was recorded, and says where it ends', async () => {
    const { workbench } = window()
    await workbench.openFile('cut.looptrace')
    await workbench.lane('worker').waitFor()
    await workbench.trace.getByText('The file is cut at byte').first().waitFor()
  })
})
