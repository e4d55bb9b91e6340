import type { Connections, Processes } from './types.ts'

interface Connection {
  readonly object: number
  readonly stack: number
  readonly by: number
  readonly server: number
  readonly openNs: number
  closeNs: number
  error: number
  receivedBytes: number
  sentBytes: number
  pauses: number
}

interface Process {
  readonly object: number
  readonly stack: number
  readonly by: number
  readonly pid: number
  readonly startNs: number
  endNs: number
  status: number
  signal: number
  signalStack: number
}

/** Follows connections and servers from open to close, and subprocesses from start to end. */
export class ConnectionBuilder {
  private readonly connections: Connection[] = []
  private readonly processes: Process[] = []
  private readonly open = new Map<number, Connection>()
  private readonly running = new Map<number, Process>()

  opened(object: number, openNs: number, stack: number, by: number, server: number): void {
    const connection: Connection = {
      object,
      stack,
      by,
      server,
      openNs,
      closeNs: NaN,
      error: 0,
      receivedBytes: 0,
      sentBytes: 0,
      pauses: 0,
    }
    this.connections.push(connection)
    this.open.set(object, connection)
  }

  closed(object: number, atNs: number, error: number): void {
    const connection = this.open.get(object)
    if (!connection) return
    connection.closeNs = atNs
    connection.error = error
  }

  received(object: number, bytes: number): void {
    const connection = this.open.get(object)
    if (connection) connection.receivedBytes += bytes
  }

  sent(object: number, bytes: number): void {
    const connection = this.open.get(object)
    if (connection) connection.sentBytes += bytes
  }

  paused(object: number): void {
    const connection = this.open.get(object)
    if (connection) connection.pauses++
  }

  spawned(object: number, startNs: number, stack: number, by: number, pid: number): void {
    const process: Process = {
      object,
      stack,
      by,
      pid,
      startNs,
      endNs: NaN,
      status: 0,
      signal: 0,
      signalStack: 0,
    }
    this.processes.push(process)
    this.running.set(object, process)
  }

  killed(object: number, signal: number, stack: number): void {
    const process = this.running.get(object)
    if (!process) return
    process.signal = signal
    process.signalStack = stack
  }

  exited(object: number, atNs: number, status: number): void {
    const process = this.running.get(object)
    if (!process) return
    process.endNs = atNs
    process.status = status | 0
  }

  build(): { connections: Connections; processes: Processes } {
    const { connections, processes } = this
    return {
      connections: {
        object: Uint32Array.from(connections, (row) => row.object),
        stack: Uint32Array.from(connections, (row) => row.stack),
        by: Uint32Array.from(connections, (row) => row.by),
        server: Uint32Array.from(connections, (row) => row.server),
        openNs: Float64Array.from(connections, (row) => row.openNs),
        closeNs: Float64Array.from(connections, (row) => row.closeNs),
        error: Uint32Array.from(connections, (row) => row.error),
        receivedBytes: Float64Array.from(connections, (row) => row.receivedBytes),
        sentBytes: Float64Array.from(connections, (row) => row.sentBytes),
        pauses: Uint32Array.from(connections, (row) => row.pauses),
      },
      processes: {
        object: Uint32Array.from(processes, (row) => row.object),
        stack: Uint32Array.from(processes, (row) => row.stack),
        by: Uint32Array.from(processes, (row) => row.by),
        pid: Uint32Array.from(processes, (row) => row.pid),
        startNs: Float64Array.from(processes, (row) => row.startNs),
        endNs: Float64Array.from(processes, (row) => row.endNs),
        status: Int32Array.from(processes, (row) => row.status),
        signal: Uint32Array.from(processes, (row) => row.signal),
        signalStack: Uint32Array.from(processes, (row) => row.signalStack),
      },
    }
  }
}
