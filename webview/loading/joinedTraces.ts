import { TraceError } from '../../trace/format/errors.ts'
import { TraceReader } from '../../trace/format/reader.ts'
import { notKnown, type NotKnown } from '../../trace/findings/notKnown.ts'
import { findInProcesses } from '../../trace/findings/processes.ts'
import type { Finding } from '../../trace/findings/types.ts'
import { ModelBuilder } from '../../trace/model/build.ts'
import { ModelJoiner } from '../../trace/model/joined/joinModels.ts'
import { together } from '../../trace/model/joined/together.ts'
import type { Processes } from '../../trace/model/processes.ts'
import type { TraceModel } from '../../trace/model/types.ts'

/** One of several files, as far as it has come. */
interface File {
  readonly source: string
  readonly reader: TraceReader
  builder: ModelBuilder | undefined
  /** Why it is not shown. */
  problem: string | undefined
}

/** The recorder writes the events of all threads about every 50 ms, one thread after the other. */
const HELD_BACK_NS = 100e6

/** Traces of several processes that are shown together, in the worker: each is read and interpreted by itself, as it comes and grows, and all are joined when asked. */
export class JoinedTraces {
  private readonly files: File[] = []
  private readonly joiner = new ModelJoiner()
  private processes: Processes | undefined

  /** Begins file `index`, under the name by which people know it; of several files with one name, the later ones are numbered. */
  begin(index: number, name: string): void {
    const taken = new Set(this.files.flatMap((file, other) => (other === index ? [] : file.source)))
    let source = name
    for (let number = 2; taken.has(source); number++) source = `${name} (${number})`
    this.files[index] = { source, reader: new TraceReader(true), builder: undefined, problem: undefined }
  }

  push(index: number, bytes: Uint8Array): void {
    const file = this.files[index]
    try {
      file.reader.push(bytes)
    } catch (error) {
      if (!(error instanceof TraceError)) throw error
      file.problem = error.message
    }
  }

  fail(index: number, source: string, problem: string): void {
    this.begin(index, source)
    this.files[index].problem = problem
  }

  /** All that has come, as one model. With `settled`, also the newest events, of which other threads may not have told theirs. Throws TraceError where no file can be shown. */
  join(settled: boolean): TraceModel {
    const problems: string[] = []
    const traces = this.files.flatMap((file) => {
      const model = modelOf(file, settled)
      if (typeof model !== 'string') return [{ source: file.source, model }]
      problems.push(`${file.source} is not shown: ${model}`)
      return []
    })
    if (traces.length === 0) throw new TraceError('empty', problems.join(' ') || 'There is no trace to show.')
    const { processes, notices } = together(traces)
    this.processes = processes
    return this.joiner.join(processes, [...problems, ...notices])
  }

  /** What is wrong in what was joined last, with the ids of the joined model. */
  findings(): { findings: readonly Finding[]; unknowns: readonly NotKnown[] } {
    const { processes, joiner } = this
    if (!processes) return { findings: [], unknowns: [] }
    const { findings, answers } = findInProcesses(processes)
    const idOf = (task: number): number => {
      const process = [...processes.processes].reverse().find(({ taskBase }) => taskBase < task)
      return process ? joiner.taskOf(process.source, task - process.taskBase) : task
    }
    return {
      findings: findings.map((finding) => ({ ...finding, tasks: finding.tasks.map(idOf) })),
      unknowns: told(answers.flatMap(notKnown)),
    }
  }
}

/** The file's model, or why there is none. */
function modelOf(file: File, settled: boolean): TraceModel | string {
  if (file.problem !== undefined) return file.problem
  const { reader } = file
  try {
    const read = reader.peek() ?? reader.finish()
    const isFirst = !file.builder
    const builder = (file.builder ??= new ModelBuilder(read.header, read.definitions))
    builder.append(read.events.take(), isFirst || settled ? 0 : HELD_BACK_NS)
    const model = builder.build(read)
    return reader.cut === undefined ? model : { ...model, notices: [...model.notices, reader.cut] }
  } catch (error) {
    if (error instanceof TraceError) return error.message
    throw error
  }
}

/** Once for all processes of which the same cannot be told. */
function told(all: readonly NotKnown[]): NotKnown[] {
  const kindsOf = new Map<string, Set<NotKnown['kinds'][number]>>()
  for (const { record, kinds } of all) {
    const known = kindsOf.get(record) ?? new Set()
    kindsOf.set(record, known)
    for (const kind of kinds) known.add(kind)
  }
  return [...kindsOf].map(([record, kinds]) => ({ record, kinds: [...kinds] }))
}
