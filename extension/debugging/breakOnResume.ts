import * as vscode from 'vscode'
import type { DebuggedProgram, DebuggedPrograms } from './debuggedPrograms.ts'

/** Where a task goes on, as the recorder's `_debugged` tells. */
interface GoesOn {
  readonly condition: string
  readonly places: readonly (readonly [file: string, line: number])[]
}

/**
 * Stops the program where a task goes on: by breakpoints that hold for this task alone, at each line that can come next. They go when the program
 * stops at one of them, or ends. Rejects with one sentence.
 */
export async function breakOnResume(program: DebuggedProgram, programs: DebuggedPrograms, task: number): Promise<void> {
  const answer = await programs.ask(program, `goes_on(${task})`)
  const { condition, places } = (answer === '' ? { places: [] } : parse(answer)) as GoesOn
  if (places.length === 0) throw new Error(vscode.l10n.t('This task has ended, or has no line of Python to go on at.'))
  const breakpoints = places.map(
    ([file, line]) =>
      new vscode.SourceBreakpoint(
        new vscode.Location(vscode.Uri.file(file), new vscode.Position(line - 1, 0)),
        true,
        condition,
      ),
  )
  vscode.debug.addBreakpoints(breakpoints)
  const subscription = programs.onDidChange((changed) => void look(changed))

  async function look(changed: DebuggedProgram): Promise<void> {
    if (changed !== program) return
    const isOver = !programs.programs.includes(program)
    if (!isOver && (program.stopped === undefined || !(await standsAt(program, places)))) return
    subscription.dispose()
    vscode.debug.removeBreakpoints(breakpoints)
  }
}

const parse = (answer: string): unknown => JSON.parse(Buffer.from(answer, 'base64').toString('utf8'))

async function standsAt({ session, stopped }: DebuggedProgram, places: GoesOn['places']): Promise<boolean> {
  const answer = (await session.customRequest('stackTrace', { threadId: stopped, startFrame: 0, levels: 1 })) as {
    readonly stackFrames?: readonly { readonly line: number; readonly source?: { readonly path?: string } }[]
  }
  const frame = answer.stackFrames?.[0]
  return places.some(([file, line]) => frame?.line === line && frame.source?.path === file)
}
