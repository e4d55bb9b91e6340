/** A recording in the folder that recordings are written to. */
interface Kept {
  readonly name: string
  readonly modified: number
}

/**
 * Which recordings to delete so that `keep` of them stay: the oldest ones, and only such as still have the name that *Record* gave them. A
 * recording that was renamed is kept for good. `keep` 0 keeps all.
 */
export function outdated<Recording extends Kept>(recordings: readonly Recording[], keep: number): Recording[] {
  if (keep <= 0) return []
  const own = recordings.filter(({ name }) => isGivenName(name))
  return own.sort((a, b) => b.modified - a.modified).slice(keep)
}

/** As _Record_ names them, `program-2026-01-31_14-02-11.looptrace`, or the recorder by itself, `program-20260131-140211-4711.looptrace`; a further process adds its number. */
export const isGivenName = (name: string): boolean =>
  /-(?:\d{4}-\d\d-\d\d_\d\d-\d\d-\d\d|\d{8}-\d{6}-\d+)(?:-\d+)*\.looptrace$/.test(name)
