import {
  awaitKindNames,
  ObjectCode,
  TargetCode,
  type AwaitKindName,
  type ObjectKindName,
} from '../../trace/format/schema.ts'
import type { DefinitionRecord } from '../../trace/format/writer.ts'

/** Gives ids to what a drawing names, in the order in which it is first named. */
export class Definitions {
  readonly records: DefinitionRecord[] = []
  private readonly ids = new Map<string, number>()
  private readonly counts = new Map<string, number>()

  /** `file` is where all code is that no module's name stands before. */
  constructor(private readonly file = 'app.py') {}

  /** Adds one without looking whether there is an equal one. */
  add(kind: DefinitionRecord[0], ...fields: (number | string)[]): number {
    const id = (this.counts.get(kind) ?? 0) + 1
    this.counts.set(kind, id)
    this.records.push([kind, id, ...fields] as unknown as DefinitionRecord)
    return id
  }

  private once(kind: DefinitionRecord[0], ...fields: (number | string)[]): number {
    const key = `${kind} ${fields.join(' ')}`
    let id = this.ids.get(key)
    if (id === undefined) this.ids.set(key, (id = this.add(kind, ...fields)))
    return id
  }

  string(text: string): number {
    return this.once('STRING', text)
  }

  location(place: string, name: string): number {
    const [, func, line] = /^(?:([\w.]+):)?(\d+)$/.exec(place) ?? []
    if (line === undefined) throw new Error(`'${place}' is no place: write 12 or load:12.`)
    // `threading.wait:5` stands in a file of the standard library.
    const [module, inside] = func?.includes('.') ? func.split('.') : ['', func ?? name]
    const file = module === '' ? this.file : `/usr/lib/python3.13/${module.replaceAll('_py_', '/')}.py`
    return this.once('LOCATION', this.string(file), this.string(inside), Number(line))
  }

  /** A stack from `12<run:30`, innermost first; functions without a name have the lane's. */
  stack(text: string, name: string): number {
    return text
      .split('<')
      .reverse()
      .reduce((parent, place) => this.once('STACK', parent, this.location(place, name)), 0)
  }

  await(kind: AwaitKindName, stack: number, target: keyof typeof TargetCode): number {
    return this.once('AWAIT', awaitKindNames.indexOf(kind), 0, stack, TargetCode[target])
  }

  object(kind: ObjectKindName, name: string): number {
    const key = `OBJECT ${name}`
    let id = this.ids.get(key)
    if (id === undefined) this.ids.set(key, (id = this.add('OBJECT', ObjectCode[kind], this.string(name), 0)))
    return id
  }
}
