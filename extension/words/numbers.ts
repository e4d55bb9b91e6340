/** `1,204` with thin spaces: `1 204`. */
export const formatCount = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, '\u202f')

/** A share (0…1) in whole per cent, `< 1 %` where it rounds to nothing. */
export function formatShare(share: number): string {
  if (share > 0 && share < 0.005) return '< 1 %'
  return `${Math.round(share * 100)} %`
}
