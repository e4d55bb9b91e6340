import * as vscode from 'vscode'
import type { SourceLine } from '../../trace/model/describe.ts'
import { findSource } from '../source/findSource.ts'
import type { LiveProgram } from './livePrograms.ts'

/** The existing file of a line that a program names, or one sentence. */
export function sourceOf({ looked, entry }: LiveProgram, { file }: SourceLine): Promise<vscode.Uri | string> {
  const programFolder = looked?.cwd ?? ''
  return findSource(file, { trace: vscode.Uri.file(entry?.trace ?? `${programFolder}/live`), programFolder })
}

/** The same, looked for once: a tree asks for thousands of lines of a few files, every second. */
export class LiveSources {
  private readonly found = new Map<string, Promise<vscode.Uri | undefined>>()

  of(program: LiveProgram, place: SourceLine): Promise<vscode.Uri | undefined> {
    const key = `${program.key} ${place.file}`
    let source = this.found.get(key)
    if (!source) {
      source = sourceOf(program, place).then((each) => (typeof each === 'string' ? undefined : each))
      this.found.set(key, source)
    }
    return source
  }

  /** Keeps only what belongs to these programs. */
  keep(programs: readonly LiveProgram[]): void {
    for (const key of this.found.keys())
      if (!programs.some((each) => key.startsWith(`${each.key} `))) this.found.delete(key)
  }
}
