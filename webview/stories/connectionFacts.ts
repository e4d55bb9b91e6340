import { objectName, taskName, userLine } from '../../trace/model/describe.ts'
import { connectionText, formatBytes } from '../../trace/model/describeIo.ts'
import { formatMoment } from '../../trace/model/time.ts'
import type { TraceModel } from '../../trace/model/types.ts'
import { plain, sourceParts, type Fact } from './facts.ts'

/** `read 208 kB, wrote 5.6 MB` */
export const bytesText = ({ connections }: TraceModel, row: number): string =>
  `read ${formatBytes(connections.receivedBytes[row])}, wrote ${formatBytes(connections.sentBytes[row])}`

/** `5.8 MB`: what passed in both directions. */
export const connectionNote = ({ connections }: TraceModel, row: number): string =>
  formatBytes(connections.receivedBytes[row] + connections.sentBytes[row])

/** A connection, pipe or server: who opened or accepted it, and how it went. */
export function connectionFacts(model: TraceModel, row: number): Fact[] {
  const { connections } = model
  const [by, server] = [connections.by[row], connections.server[row]]
  const text = connectionText(model, row)
  return [
    {
      label: server > 0 ? 'accepted' : 'opened',
      parts: [
        ...(server > 0 ? [plain(`by ${objectName(model, server)} `)] : []),
        ...(by > 0 ? [plain('by '), { text: taskName(model, by), task: by }, plain(' ')] : []),
        plain(`at ${formatMoment(connections.openNs[row])} `),
        ...sourceParts(userLine(model, connections.stack[row])),
      ],
    },
    { label: 'was', parts: [plain(text.slice(objectName(model, connections.object[row]).length + 2))] },
  ]
}
