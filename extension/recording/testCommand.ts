/** Where a test is: `name` is qualified, as `TestOrders.test_refund`. */
interface TestPlace {
  readonly file: string
  readonly name: string
}

/** What follows `python` to run one test in pytest. */
export const pytestCommand = ({ file, name }: TestPlace): string[] => [
  '-m',
  'pytest',
  `${file}::${name.replaceAll('.', '::')}`,
]

/** The same in unittest, run in the file's folder; `undefined` for a test that stands in no class, which unittest does not know. */
export function unittestCommand({ file, name }: TestPlace): string[] | undefined {
  if (!name.includes('.')) return undefined
  const module = file.slice(file.search(/[^\\/]*$/)).replace(/\.py$/, '')
  return ['-m', 'unittest', `${module}.${name}`]
}
