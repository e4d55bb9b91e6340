import type { TraceModel } from '../../trace/model/types.ts'

/**
 * How busy the loops were: the trace in `bins` equal parts, each with the share of its time in which something other than polling ran.
 * Of several loops, the busiest counts. Linear in the bins of the model, whatever the trace's length.
 */
export function utilisation({ runs, endNs }: TraceModel, bins: number): Float32Array {
  const busiest = new Float32Array(bins)
  if (!(endNs > 0)) return busiest
  const lengthNs = endNs / bins
  for (const { binNs, busyNs } of runs.load) {
    for (let bin = 0; bin < bins; bin++) {
      const [fromNs, toNs] = [bin * lengthNs, (bin + 1) * lengthNs]
      let sumNs = 0
      for (let i = Math.floor(fromNs / binNs); i < busyNs.length && i * binNs < toNs; i++) {
        // Within a bin of the model what ran is taken as spread evenly.
        const coveredNs = Math.min(toNs, (i + 1) * binNs) - Math.max(fromNs, i * binNs)
        sumNs += busyNs[i] * (coveredNs / binNs)
      }
      busiest[bin] = Math.max(busiest[bin], Math.min(1, sumNs / lengthNs))
    }
  }
  return busiest
}
