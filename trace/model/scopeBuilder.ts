import { objectKindNames } from '../format/schema.ts'
import { lastAtOrBefore } from './at.ts'
import { State, type Scopes, type Segments, type Tables } from './types.ts'

interface Scope {
  readonly object: number
  readonly owner: number
  readonly stack: number
  readonly openNs: number
  closeNs: number
  how: number
  readonly children: number[]
}

/** Collects task groups, gathers and timeouts, with the tasks in them. */
export class ScopeBuilder {
  private readonly scopes: Scope[] = []
  private readonly byObject = new Map<number, Scope>()

  open(object: number, atNs: number, owner: number, stack: number): void {
    const scope: Scope = { object, owner, stack, openNs: atNs, closeNs: NaN, how: 0, children: [] }
    this.scopes.push(scope)
    this.byObject.set(object, scope)
  }

  child(object: number, task: number): void {
    if (task > 0) this.byObject.get(object)?.children.push(task)
  }

  close(object: number, atNs: number, how: number): void {
    const scope = this.byObject.get(object)
    if (!scope || !Number.isNaN(scope.closeNs)) return
    scope.closeNs = atNs
    scope.how = how
  }

  /** Closes the scopes of `asyncio.wait`: each lasts as long as the wait in which its owner suspended as it opened, or for which it opened it. */
  closeWaits({ first, last, startNs, state }: Segments, { objects }: Tables): void {
    for (const scope of this.scopes) {
      if (objectKindNames[objects.kind[scope.object]] !== 'wait') continue
      const segment = lastAtOrBefore(startNs, first[scope.owner], last[scope.owner], scope.openNs)
      if (segment < 0) continue
      const next = state[segment] === State.running ? segment + 2 : segment + 1
      if (next < last[scope.owner]) this.close(scope.object, startNs[next], 1)
    }
  }

  build(): Scopes {
    const { scopes } = this
    const lastChild = new Uint32Array(scopes.length)
    let total = 0
    scopes.forEach((scope, i) => (lastChild[i] = total += scope.children.length))
    return {
      object: Uint32Array.from(scopes, (scope) => scope.object),
      owner: Uint32Array.from(scopes, (scope) => scope.owner),
      stack: Uint32Array.from(scopes, (scope) => scope.stack),
      openNs: Float64Array.from(scopes, (scope) => scope.openNs),
      closeNs: Float64Array.from(scopes, (scope) => scope.closeNs),
      how: Uint8Array.from(scopes, (scope) => scope.how),
      firstChild: Uint32Array.from(scopes, (scope, i) => lastChild[i] - scope.children.length),
      lastChild,
      children: Uint32Array.from(scopes.flatMap((scope) => scope.children)),
    }
  }
}
