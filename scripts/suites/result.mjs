// What a suite answers: how many checks passed, which failed, which were skipped and why.

/** @typedef {{ passed: number, failed: string[], skipped: { name: string, reason: string }[] }} Result */

/** @returns {Result} */
export const result = () => ({ passed: 0, failed: [], skipped: [] })

/** @returns {Result} */
export const skippedSuite = (name, reason) => ({ passed: 0, failed: [], skipped: [{ name, reason }] })
