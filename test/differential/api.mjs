// What @loopscope/asyncio has of asyncio's API: a row for each of api.json's names, found in the package's declared types or given its reason.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { format, resolveConfig } from 'prettier'
import ts from 'typescript'
import { ELSEWHERE, KEYWORDS, LEFT_OUT } from './apiReasons.mjs'

const here = import.meta.dirname
const ENTRY = join(here, '../../runtime/typescript/index.ts')

const camelCase = (name) =>
  /[a-z]/.test(name) ? name.replace(/(?!^)_(\w)/g, (_, letter) => letter.toUpperCase()) : name

/** Each exported name and each `Class.member`, with how many arguments it takes by their place, and which by name. */
function declared() {
  const options = {
    strict: true,
    noEmit: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    lib: ['lib.es2022.d.ts', 'lib.esnext.disposable.d.ts'],
    types: ['node'],
    allowImportingTsExtensions: true,
    skipLibCheck: true,
  }
  const program = ts.createProgram([ENTRY], options)
  const checker = program.getTypeChecker()
  const file = program.getSourceFile(ENTRY)
  const typeOf = (symbol) => checker.getTypeOfSymbolAtLocation(symbol, file)
  const found = new Map()

  const note = (name, signatures) => {
    const known = found.get(name) ?? { places: 0, rest: false, names: new Set() }
    found.set(name, known)
    for (const signature of signatures) {
      let places = 0
      const all = signature.getParameters()
      for (const parameter of all) {
        const type = checker.getNonNullableType(typeOf(parameter))
        if (parameter.valueDeclaration?.dotDotDotToken) known.rest = true
        const hasFields = type.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection)
        const fields = hasFields ? type.getProperties() : []
        const isOptions =
          parameter === all.at(-1) && fields.length > 0 && fields.every(({ flags }) => flags & ts.SymbolFlags.Optional)
        if (isOptions) for (const { name: field } of fields) known.names.add(field)
        else places++
        known.names.add(parameter.name)
      }
      known.places = Math.max(known.places, places)
    }
  }

  for (const exported of checker.getExportsOfModule(checker.getSymbolAtLocation(file))) {
    const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported
    const type = symbol.flags & ts.SymbolFlags.Value ? typeOf(symbol) : checker.getDeclaredTypeOfSymbol(symbol)
    note(exported.name, [...type.getCallSignatures(), ...type.getConstructSignatures()])
    if (!(symbol.flags & (ts.SymbolFlags.Class | ts.SymbolFlags.Interface))) continue
    for (const member of checker.getDeclaredTypeOfSymbol(symbol).getProperties())
      note(`${exported.name}.${member.name}`, typeOf(member).getCallSignatures())
  }
  return found
}

const HERE_BY_PREFIX = [
  [/^loop\b/, 'EventLoop'],
  [/^subprocess\./, ''],
]
const nameHere = (name) =>
  HERE_BY_PREFIX.reduce((text, [from, to]) => text.replace(from, to), name)
    .split('.')
    .map(camelCase)
    .join('.')

/** The reason of a name, of the class it is in, or of all that are called like it (`*.__aenter__`). */
const reasonOf = (reasons, name) => reasons[name] ?? reasons[name.replace(/^.*\./, '*.')]

/** One row: CPython's name, what there is of it here, and what there is not. `missing` lists what has neither a place here nor a reason. */
function row([name, ...parameters], found) {
  const gone = reasonOf(LEFT_OUT, name)
  if (gone !== undefined) return { name, here: `not here: ${gone}`, isHere: false, notes: [], missing: [] }
  const elsewhere = reasonOf(ELSEWHERE, name)
  if (elsewhere !== undefined) return { name, here: elsewhere, isHere: true, notes: [], missing: [] }
  const target = nameHere(name)
  const own = found.get(target)
  if (own === undefined) return { name, here: '', isHere: false, notes: [], missing: [name] }
  const notes = []
  const missing = []
  parameters.forEach((parameter, place) => {
    const plain = parameter.replace('*', '')
    if (own.names.has(camelCase(plain)) || (parameter.startsWith('*') && own.rest)) return
    const reason = KEYWORDS[`${name}(${plain})`] ?? KEYWORDS[plain]
    if (reason !== undefined) notes.push([`${name}(${plain})`, reason])
    else if (place >= own.places) missing.push(`${name}(${plain})`)
  })
  return { name, here: `\`${target.replace(/^EventLoop\b/, 'loop')}\``, isHere: true, notes, missing }
}

/** The table as api.md has it; names without a place here and without a reason; and reasons for names that asyncio does not have. */
export async function apiTable() {
  const api = JSON.parse(readFileSync(join(here, 'api.json'), 'utf8'))
  const found = declared()
  const rows = api.map((entry) => row(entry, found))
  const missing = rows.flatMap((each) => each.missing)
  const known = new Set(
    api.flatMap(([name, ...parameters]) => [name, ...parameters.map((each) => each.replace('*', ''))]),
  )
  const stale = [...Object.keys(LEFT_OUT), ...Object.keys(ELSEWHERE), ...Object.keys(KEYWORDS)].filter((reason) => {
    const [, name, parameter] = /^([^(]*)(?:\((.*)\))?$/.exec(reason)
    if (name.startsWith('*.')) return ![...known].some((each) => each.endsWith(name.slice(1)))
    return !known.has(name) || (parameter !== undefined && !known.has(parameter))
  })
  const parameters = api.reduce((sum, entry) => sum + entry.length - 1, 0)
  const absent = rows.filter(({ isHere }) => !isHere)
  const text = [
    "# asyncio's API, and what is here of it",
    '',
    `Written by \`npm run differential:record\`: every public function, class, method, constant and exception of CPython 3.13's asyncio, ${rows.length}`,
    `of them with ${parameters} parameters, and what the package's types have of each. ${absent.length} names are not here.`,
    '',
    '| asyncio | here |',
    '| --- | --- |',
    ...rows.map((each) => `| \`${each.name}\` | ${each.here} |`),
    '',
    '## Parameters',
    '',
    'All others are here, as an option in camelCase or in their place.',
    '',
    '| parameter | here |',
    '| --- | --- |',
    ...rows.flatMap(({ notes }) => notes).map(([name, note]) => `| \`${name}\` | ${note} |`),
    '',
  ].join('\n')
  const file = join(here, 'api.md')
  return { text: await format(text, { ...(await resolveConfig(file)), filepath: file }), missing, stale }
}
