/** As many as a screen has columns, and some more. */
const BINS = 4096
const FIRST_BIN_NS = 2 ** 12

/**
 * How busy one event loop was, all through the trace, whatever its length: time in equal bins, whose length doubles when there are too many.
 * Adding is a matter of a few bins, so that a trace that grows needs no second look at what was.
 */
export class LoadBins {
  /** The length of each bin. */
  binNs = FIRST_BIN_NS
  /** By bin: ns in which something other than polling ran. */
  busyNs = new Float64Array(BINS)

  /** Adds one run. */
  add(startNs: number, endNs: number): void {
    while (endNs > this.binNs * BINS) this.double()
    const { binNs, busyNs } = this
    // Exact, for a bin's length is a power of two.
    const perNs = 1 / binNs
    const first = Math.floor(startNs * perNs)
    const last = Math.min(BINS - 1, Math.floor(endNs * perNs))
    if (first === last) {
      busyNs[first] += endNs - startNs
      return
    }
    busyNs[first] += (first + 1) * binNs - startNs
    for (let bin = first + 1; bin < last; bin++) busyNs[bin] += binNs
    busyNs[last] += endNs - last * binNs
  }

  copy(): LoadBins {
    return Object.assign(new LoadBins(), { binNs: this.binNs, busyNs: this.busyNs.slice() })
  }

  /** The same so much later. What ran within a bin is taken as spread evenly. */
  later(byNs: number): LoadBins {
    const moved = new LoadBins()
    const { binNs, busyNs } = this
    let used = BINS
    while (used > 0 && busyNs[used - 1] === 0) used--
    moved.binNs = binNs
    while (used * binNs + byNs > moved.binNs * BINS) moved.binNs *= 2
    for (let bin = 0; bin < used; bin++) {
      const at = (bin * binNs + byNs) / moved.binNs
      const first = Math.floor(at)
      const lastsBins = binNs / moved.binNs
      const inFirst = Math.min(1, (first + 1 - at) / lastsBins)
      moved.busyNs[first] += busyNs[bin] * inFirst
      if (inFirst < 1) moved.busyNs[first + 1] += busyNs[bin] * (1 - inFirst)
    }
    return moved
  }

  private double(): void {
    const { busyNs } = this
    for (let bin = 0; bin < BINS / 2; bin++) busyNs[bin] = busyNs[bin * 2] + busyNs[bin * 2 + 1]
    busyNs.fill(0, BINS / 2)
    this.binNs *= 2
  }
}
