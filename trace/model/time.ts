const UNITS = [
  { ns: 1e9, name: 's' },
  { ns: 1e6, name: 'ms' },
  { ns: 1e3, name: 'µs' },
  { ns: 1, name: 'ns' },
] as const

/** A duration in ns for people, with three digits that count: `4.82 s`, `31.0 ms`, `250 µs`, `0 s`. */
export function formatDuration(ns: number): string {
  if (!Number.isFinite(ns)) return '–'
  const size = Math.abs(ns)
  if (size < 1) return '0 s'
  if (size >= 60e9) return formatMinutes(ns)
  const unit = UNITS.find((candidate) => size >= candidate.ns * 0.9995) ?? UNITS[3]
  const value = ns / unit.ns
  const digits = unit.ns === 1 ? 0 : Math.abs(value) >= 99.95 ? 0 : Math.abs(value) >= 9.995 ? 1 : 2
  return `${value.toFixed(digits)} ${unit.name}`
}

function formatMinutes(ns: number): string {
  const seconds = Math.round(ns / 1e9)
  const minutes = Math.trunc(seconds / 60)
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`
  return `${Math.trunc(minutes / 60)} h ${minutes % 60} min`
}

/** A moment of the trace for people, to the microsecond: `2.314 008 s`, shorter where the span shown is long. */
export function formatMoment(ns: number, spanNs = 0): string {
  const decimals = spanNs > 10e9 ? 2 : spanNs > 100e6 ? 3 : spanNs > 100e3 || spanNs === 0 ? 6 : 9
  const [whole, fraction] = (ns / 1e9).toFixed(decimals).split('.')
  return `${whole}.${(fraction ?? '').replace(/(\d{3})(?=\d)/g, '$1\u202f')} s`
}
