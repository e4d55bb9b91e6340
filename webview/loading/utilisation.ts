import { RunKind, type TraceModel } from '../../trace/model/types.ts'

/**
 * How busy the loops were: the trace in `bins` equal parts, each with the share of its time in which something other than polling ran.
 * Of several loops, the busiest counts. Linear in the runs.
 */
export function utilisation({ runs, endNs }: TraceModel, bins: number): Float32Array {
  const busiest = new Float32Array(bins)
  if (!(endNs > 0)) return busiest
  const binNs = endNs / bins
  for (let stream = 0; stream < runs.first.length; stream++) {
    if (runs.first[stream] === runs.last[stream]) continue
    const busyNs = new Float64Array(bins)
    for (let i = runs.first[stream]; i < runs.last[stream]; i++) {
      if (runs.kind[i] === RunKind.poll) continue
      const [startNs, lastNs] = [runs.startNs[i], runs.endNs[i]]
      for (let bin = Math.min(bins - 1, Math.floor(startNs / binNs)); bin < bins && bin * binNs < lastNs; bin++) {
        busyNs[bin] += Math.max(0, Math.min(lastNs, (bin + 1) * binNs) - Math.max(startNs, bin * binNs))
      }
    }
    for (let bin = 0; bin < bins; bin++) busiest[bin] = Math.max(busiest[bin], Math.min(1, busyNs[bin] / binNs))
  }
  return busiest
}
