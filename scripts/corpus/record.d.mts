export interface Recording {
  readonly interpreter: string
  readonly script: string
  readonly trace: string
  readonly hangs?: boolean
  readonly killAfterMs?: number
}

export function record(recording: Recording): Promise<{ status: number | null; killed: boolean; output: string }>
