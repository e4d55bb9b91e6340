export function apiTable(): Promise<{
  readonly text: string
  readonly missing: readonly string[]
  readonly stale: readonly string[]
}>
