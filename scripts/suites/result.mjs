// What a suite answers: how many checks passed, which failed, which were skipped and why.

/** @typedef {{ name: string, reason: string }} Named a check by its name, and in a few lines why it failed or was skipped */
/** @typedef {{ passed: number, failed: Named[], skipped: Named[] }} Result */

/** @returns {Result} */
export const result = () => ({ passed: 0, failed: [], skipped: [] })

/** @returns {Result} */
export const skippedSuite = (name, reason) => ({ passed: 0, failed: [], skipped: [{ name, reason }] })

/** @returns {Result} both as one */
export const together = (one, other) => ({
  passed: one.passed + other.passed,
  failed: [...one.failed, ...other.failed],
  skipped: [...one.skipped, ...other.skipped],
})
