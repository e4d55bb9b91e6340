export interface Proofs {
  passed: string[]
  failed: string[]
  skipped: string[]
}
export interface Column {
  name: string
  rows?: Record<string, Proofs>
  kept?: Map<string, { count: string; reasons: string[] }>
}
export function coverageTable(rows: { id: string; asyncio: string; trace: string }[], columns: Column[]): string
export function rowsOf(table: string): string[]
export function columnsOf(table: string): Map<string, Column>
