// What pytest's JUnit report says: nothing but each test's name and outcome.

/** By `module.path::test`: `passed`, `failed` or `skipped`. Of tests with one name the worst counts. */
export function outcomes(xml) {
  const found = new Map()
  const rank = { passed: 0, skipped: 1, failed: 2 }
  for (const [, attributes, body] of xml.matchAll(/<testcase ([^>]*?)(?:\/>|>([^]*?)<\/testcase>)/g)) {
    const name = (key) => new RegExp(`\\b${key}="([^"]*)"`).exec(attributes)?.[1] ?? ''
    const id = `${name('classname')}::${name('name')}`
    const how = /<(?:failure|error)\b/.test(body ?? '')
      ? 'failed'
      : /<skipped\b/.test(body ?? '')
        ? 'skipped'
        : 'passed'
    if (!found.has(id) || rank[how] > rank[found.get(id)]) found.set(id, how)
  }
  return found
}

export const failedIn = (found) => [...found].filter(([, how]) => how === 'failed').map(([id]) => id)
