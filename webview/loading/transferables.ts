/** The buffers of all typed arrays inside plain data, each once: what `postMessage` can hand over without a copy. */
export function transferables(value: unknown, found = new Set<ArrayBuffer>()): ArrayBuffer[] {
  if (ArrayBuffer.isView(value)) {
    if (value.buffer instanceof ArrayBuffer) found.add(value.buffer)
  } else if (typeof value === 'object' && value !== null && !isTexts(value)) {
    for (const part of Object.values(value)) transferables(part, found)
  }
  return [...found]
}

/** Tables of strings hold no buffers, and can be long. */
const isTexts = (value: object): boolean => Array.isArray(value) && (value.length === 0 || typeof value[0] === 'string')
