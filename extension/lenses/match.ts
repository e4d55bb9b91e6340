/** A function as a trace knows it; `line` counts from 1 and is the `def`'s, a decorator's above it, or one inside. */
interface Known {
  readonly function: string
  readonly line: number
}

/**
 * What a trace knows of the coroutine that a source file calls `name`, at `line` (from 1). The qualified name decides; where several have
 * it, or the recorder knew the last part of it alone, the nearest line does. So the source may have changed since.
 */
export function knownAs<Item extends Known>(items: readonly Item[], name: string, line: number): Item | undefined {
  const last = lastPart(name)
  const exact = items.filter((item) => item.function === name)
  const candidates = exact.length > 0 ? exact : items.filter((item) => item.function === last)
  return candidates.reduce<Item | undefined>((nearest, item) => {
    return !nearest || Math.abs(item.line - line) < Math.abs(nearest.line - line) ? item : nearest
  }, undefined)
}

export const lastPart = (name: string): string => name.slice(name.lastIndexOf('.') + 1)
