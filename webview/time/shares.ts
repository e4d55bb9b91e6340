/** `92 %`, and `< 1 %` for what is little but not nothing. */
export function share(part: number, whole: number): string {
  if (!(whole > 0)) return '0 %'
  const percent = (part / whole) * 100
  return percent > 0 && percent < 1 ? '< 1 %' : `${Math.round(percent)} %`
}

/** `86,310`. Not by `toLocaleString`, whose first call loads a browser's tables of languages: 20 ms and more before the first frame. */
export const count = (n: number): string => String(n).replace(/\B(?=(?:\d{3})+$)/g, ',')

/** `1 task`, `2 tasks` */
export const counted = (n: number, one: string, many = `${one}s`): string => `${count(n)} ${n === 1 ? one : many}`
