// SO_REUSEPORT: several processes that listen at one port.
import { NotImplementedError } from '../exceptions.ts'

/** The first Node whose `net` and `dgram` know it. Older ones take the option and do nothing. */
const SINCE = [23, 1]

/** Node's option; nothing where it is not asked for. Throws where this Node has none: the second process would fail with EADDRINUSE. */
export function sharedPort(reusePort: boolean | undefined): { readonly reusePort?: true } {
  if (!reusePort) return {}
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major < SINCE[0] || (major === SINCE[0] && minor < SINCE[1]))
    throw new NotImplementedError(
      `reusePort needs Node ${SINCE.join('.')} or newer, and this is ${process.versions.node}`,
    )
  return { reusePort: true }
}
