/** A recording in the folder that recordings are written to. */
interface Kept {
  readonly name: string
  readonly modified: number
  /** Recordings of processes that ran together have the same. */
  readonly family: string
}

/**
 * Which recordings to delete so that those of `keep` runs stay, all processes of a run together: the oldest ones, and only such as still have the name
 * that *Record* gave them. A recording that was renamed is kept for good. `keep` 0 keeps all.
 */
export function outdated<Recording extends Kept>(recordings: readonly Recording[], keep: number): Recording[] {
  if (keep <= 0) return []
  const own = recordings.filter(({ name }) => isGivenName(name))
  const newestOf = new Map<string, number>()
  for (const { family, modified } of own) newestOf.set(family, Math.max(modified, newestOf.get(family) ?? 0))
  const old = [...newestOf].sort(([, a], [, b]) => b - a).slice(keep)
  const families = new Set(old.map(([family]) => family))
  return own.filter(({ family }) => families.has(family)).sort((a, b) => b.modified - a.modified)
}

/** As _Record_ names them, `program-2026-01-31_14-02-11.looptrace`, or the recorder by itself, `program-20260131-140211-4711.looptrace`; a further process adds its number. */
export const isGivenName = (name: string): boolean =>
  /-(?:\d{4}-\d\d-\d\d_\d\d-\d\d-\d\d|\d{8}-\d{6}-\d+)(?:-\d+)*\.looptrace$/.test(name)
