// What a recorder does while its program has nothing to do: it writes what there is, and then from time to time that the process lives.

/** Nothing waits longer for being written: a killed process loses no more than this, and what the disk takes. */
export const FLUSH_MS = 50
/** How long nothing has to stir before that is told; later whenever the time has grown by a twentieth. As the recorder for Python does. */
const ALIVE_MS = 100

/** Its timers are Node's, not the loop's: they keep nothing alive and wake no task. */
export class WhenIdle {
  private timer: NodeJS.Timeout | undefined
  private looking = false

  /**
   * @param stirs a number that changes whenever the program does something
   * @param write writes what has gathered
   * @param alive tells that nothing happened and the process was alive
   */
  constructor(
    private readonly stirs: () => number,
    private readonly write: () => void,
    private readonly alive: () => void,
  ) {}

  /** Writes once nothing has stirred for a while; a program that goes on writes by itself. */
  begin(): void {
    if (this.looking) return
    this.stop()
    this.looking = true
    const stirs = this.stirs()
    this.timer = setTimeout(() => {
      this.looking = false
      if (stirs !== this.stirs()) return this.begin()
      this.write()
      this.live(stirs, performance.now())
    }, FLUSH_MS / 2).unref()
  }

  stop(): void {
    clearTimeout(this.timer)
    this.looking = false
  }

  private live(stirs: number, sinceMs: number): void {
    const waitMs = Math.max(ALIVE_MS, (performance.now() - sinceMs) / 20)
    this.timer = setTimeout(() => {
      if (stirs !== this.stirs()) return
      this.alive()
      this.live(stirs, sinceMs)
    }, waitMs).unref()
  }
}
