export function bundledCore(programs: readonly string[]): Promise<Uint8Array[]>
export const PROGRAMS: readonly [everything: string, least: string]
