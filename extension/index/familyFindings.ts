import { reachesOthers } from '../../trace/findings/acrossProcesses.ts'
import type { Finding } from '../../trace/findings/types.ts'
import type { Thread } from '../threads/thread.ts'
import { READ_UNASKED_BYTES } from './inForce.ts'
import type { Requests, Source } from './messages.ts'

/** A trace of a family, and what is wrong in it as far as itself can tell. */
export interface Relative {
  readonly name: string
  readonly stamp: string
  readonly bytes: number
  readonly source: () => Promise<Source>
  readonly findings: readonly Finding[]
}

/** Findings that were made together: those of each trace by its address, and all by their ids. */
interface Together {
  readonly stamp: string
  readonly byTrace: ReadonlyMap<string, readonly Finding[]>
  readonly byId: ReadonlyMap<string, Finding>
}

/** What is wrong in processes that ran together, with waits followed from one into another: asked of the worker once for each state of their traces. */
export class FamilyFindings {
  private readonly known = new Map<string, Together>()

  constructor(private readonly indexer: Thread<Requests>) {}

  /** A trace's, as last read, and all that these may name as causes; `undefined` where the trace's own are all that there is. */
  of(
    family: string,
    name: string,
  ): { readonly findings: readonly Finding[]; readonly byId: ReadonlyMap<string, Finding> } | undefined {
    const together = this.known.get(family)
    const findings = together?.byTrace.get(name)
    return together && findings && { findings, byId: together.byId }
  }

  /** Reads those of one family unless this state of it is known. True where something is new; rejects with a sentence, and then each trace has its own. */
  async read(family: string, relatives: readonly Relative[]): Promise<boolean> {
    // All of them are in memory at once.
    const small = relatives.filter(({ bytes }) => bytes <= READ_UNASKED_BYTES / relatives.length)
    const mayTell = small.length > 1 && small.some(({ findings }) => findings.some(({ kind }) => reachesOthers(kind)))
    if (!mayTell) return this.known.delete(family)
    const stamp = small.map((each) => `${each.name} ${each.stamp}`).join('\n')
    if (this.known.get(family)?.stamp === stamp) return false
    try {
      const sources = await Promise.all(small.map(({ source }) => source()))
      const found = await this.indexer.ask('findings', { sources })
      this.known.set(family, {
        stamp,
        byTrace: new Map(small.map(({ name }, i) => [name, found[i]])),
        byId: findingsById(found.flat()),
      })
    } catch (error) {
      this.known.delete(family)
      throw error
    }
    return true
  }

  /** Forgets families that are no longer there. */
  keep(present: ReadonlySet<string>): void {
    for (const family of this.known.keys()) if (!present.has(family)) this.known.delete(family)
  }
}

export const findingsById = (findings: readonly Finding[]): ReadonlyMap<string, Finding> =>
  new Map(findings.map((finding) => [finding.id, finding]))
