import { inflateSync } from 'node:zlib'
import * as vscode from 'vscode'
import { evaluate, type DebuggedCall } from './evaluate.ts'

/** What debuggers of Python are called in launch configurations. */
export const PYTHON_DEBUGGERS = ['debugpy', 'python']

/** A process in a debugger. */
export interface DebuggedProgram {
  readonly session: vscode.DebugSession
  /** `undefined` until the debugger has told. */
  pid: number | undefined
  /** The thread that stands; `undefined`: the program runs. */
  stopped: number | undefined
}

/** The body of a message of the debug adapter, as far as it matters here. */
interface AdapterMessage {
  readonly type?: unknown
  readonly event?: unknown
  readonly body?: { readonly threadId?: unknown; readonly systemProcessId?: unknown; readonly reason?: unknown }
}

/** The Python debug sessions there are, and what their programs' tasks do; nothing has to be recorded for it. */
export class DebuggedPrograms implements vscode.Disposable {
  private readonly bySession = new Map<string, DebuggedProgram>()
  private readonly changed = new vscode.EventEmitter<DebuggedProgram>()
  /** A session began or ended, or its program stopped or goes on. */
  readonly onDidChange = this.changed.event
  private readonly subscriptions: vscode.Disposable[]
  private readonly recorder: string

  constructor(context: vscode.ExtensionContext) {
    this.recorder = vscode.Uri.joinPath(context.extensionUri, 'runtime', 'python').fsPath
    const factory: vscode.DebugAdapterTrackerFactory = {
      createDebugAdapterTracker: (session) => this.track(session),
    }
    this.subscriptions = [
      this.changed,
      ...PYTHON_DEBUGGERS.map((type) => vscode.debug.registerDebugAdapterTrackerFactory(type, factory)),
      vscode.debug.onDidTerminateDebugSession((session) => this.end(session)),
    ]
  }

  get programs(): readonly DebuggedProgram[] {
    return [...this.bySession.values()]
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose()
  }

  /** The trace of this moment; `undefined` where the program has not imported asyncio. Rejects with one sentence. */
  async snapshot(program: DebuggedProgram): Promise<Uint8Array | undefined> {
    const text = await this.ask(program, 'snapshot()')
    return text === '' ? undefined : new Uint8Array(inflateSync(Buffer.from(text, 'base64')))
  }

  async ask({ session, stopped }: DebuggedProgram, call: DebuggedCall): Promise<string> {
    return evaluate(session, this.recorder, call, stopped === undefined ? undefined : await topFrame(session, stopped))
  }

  private track(session: vscode.DebugSession): vscode.DebugAdapterTracker {
    const program: DebuggedProgram = { session, pid: undefined, stopped: undefined }
    return {
      onDidSendMessage: (message: AdapterMessage) => {
        if (message.type !== 'event') return
        const { threadId, systemProcessId } = message.body ?? {}
        if (message.event === 'process') {
          program.pid = typeof systemProcessId === 'number' ? systemProcessId : undefined
          this.bySession.set(session.id, program)
        } else if (message.event === 'stopped') program.stopped = typeof threadId === 'number' ? threadId : undefined
        else if (message.event === 'continued') program.stopped = undefined
        else return
        this.changed.fire(program)
      },
      onWillStopSession: () => this.end(session),
    }
  }

  private end(session: vscode.DebugSession): void {
    const program = this.bySession.get(session.id)
    if (this.bySession.delete(session.id) && program) this.changed.fire(program)
  }
}

async function topFrame(session: vscode.DebugSession, threadId: number): Promise<number | undefined> {
  const answer = (await session.customRequest('stackTrace', { threadId, startFrame: 0, levels: 1 })) as {
    readonly stackFrames?: readonly { readonly id: number }[]
  }
  return answer.stackFrames?.[0]?.id
}
