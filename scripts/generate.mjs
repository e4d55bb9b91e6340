// Writes what is derived from trace/format/schema.json: the TypeScript and Python constants and the tables of docs/trace-format.md.
// `node scripts/generate.mjs --check` changes nothing and fails where a file is out of date.
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import * as prettier from 'prettier'

const root = new URL('../', import.meta.url)
const path = (name) => fileURLToPath(new URL(name, root))
const schema = JSON.parse(readFileSync(path('trace/format/schema.json'), 'utf8'))
const note = 'Generated from trace/format/schema.json by scripts/generate.mjs. Do not edit.'

const constants = [
  ['Block', schema.blocks],
  ['Definition', schema.definitions],
  ['Event', schema.events],
  ['TaskFlag', schema.taskFlags],
]
const nameLists = [
  ['awaitKindNames', 'AwaitKindName', 'AWAIT_KINDS', 'Await', schema.awaitKinds],
  ['targetKindNames', 'TargetKindName', 'TARGET_KINDS', 'Target', schema.targetKinds],
  ['objectKindNames', 'ObjectKindName', 'OBJECT_KINDS', 'Object', schema.objectKinds],
]

function typescript() {
  const lines = [`// ${note}`, '']
  lines.push(
    `export const FORMAT_MAJOR = ${schema.version.major}`,
    `export const FORMAT_MINOR = ${schema.version.minor}`,
    '',
  )
  for (const [name, rows] of constants) {
    lines.push(`export const ${name} = {`)
    for (const row of rows) lines.push(`  /** ${row.doc} */`, `  ${row.name}: ${row.code},`)
    lines.push('} as const', '')
  }
  for (const [list, type, , constant, rows] of nameLists) {
    lines.push(
      `/** Names by code. */`,
      `export const ${list} = [${rows.map((row) => `'${row.name}'`).join(', ')}] as const`,
    )
    lines.push(`export type ${type} = (typeof ${list})[number]`)
    lines.push(
      '/** An enum, and no object, so that a bundler writes the number where it is used. */',
      `export enum ${constant}Code {`,
      ...rows.map((row) => `  ${row.name} = ${row.code},`),
      '}',
      '',
    )
  }
  return lines.join('\n')
}

function python() {
  const lines = [`"""${note}"""`, '']
  lines.push(`FORMAT_MAJOR = ${schema.version.major}`, `FORMAT_MINOR = ${schema.version.minor}`)
  for (const [name, rows] of constants) {
    const prefix = { Block: 'BLOCK_', Definition: 'DEF_', Event: 'EV_', TaskFlag: 'TASK_' }[name]
    lines.push('', ...rows.map((row) => `${prefix}${row.name} = ${row.code}`))
  }
  for (const [, , , constant, rows] of nameLists) {
    lines.push('', ...rows.map((row) => `${constant.toUpperCase()}_${row.name.toUpperCase()} = ${row.code}`))
  }
  return lines.join('\n') + '\n'
}

const table = (head, rows) => [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n')
const codeTable = (rows) =>
  table(
    ['code', 'name', 'meaning'],
    rows.map((row) => [row.code, `\`${row.name}\``, row.doc ?? row.name.replaceAll('_', ' ')]),
  )

const tables = {
  blocks: codeTable(schema.blocks),
  definitions: table(
    ['kind', 'name', 'fields', 'meaning'],
    schema.definitions.map((row) => [
      row.code,
      `\`${row.name}\``,
      row.fields.map((field) => `\`${field}\``).join(' '),
      row.doc,
    ]),
  ),
  events: table(
    ['kind', 'name', '`aux`', '`a`', '`b`', 'meaning'],
    schema.events.map((row) => [row.code, `\`${row.name}\``, row.aux, row.a, row.b, row.doc]),
  ),
  awaitKinds: codeTable(schema.awaitKinds),
  targetKinds: codeTable(schema.targetKinds),
  objectKinds: codeTable(schema.objectKinds),
  taskFlags: codeTable(schema.taskFlags),
}

function documentation() {
  const text = readFileSync(path('docs/trace-format.md'), 'utf8')
  return text.replace(/<!-- generated: (\w+) -->[^]*?<!-- \/generated -->/g, (_, name) => {
    if (!(name in tables))
      throw new Error(`docs/trace-format.md asks for a table '${name}' that scripts/generate.mjs does not make`)
    return `<!-- generated: ${name} -->\n\n${tables[name]}\n\n<!-- /generated -->`
  })
}

async function formatted(name, text) {
  if (name.endsWith('.py')) return text
  const options = await prettier.resolveConfig(path(name))
  return prettier.format(text, { ...options, filepath: path(name) })
}

const check = process.argv.includes('--check')
const stale = []
for (const [name, make] of [
  ['trace/format/schema.ts', typescript],
  ['runtime/python/loopscope/_schema.py', python],
  ['docs/trace-format.md', documentation],
]) {
  const text = await formatted(name, make())
  let before = ''
  try {
    before = readFileSync(path(name), 'utf8')
  } catch {
    // first run: the file does not exist yet
  }
  if (before === text) continue
  if (check) stale.push(name)
  else writeFileSync(path(name), text)
}
if (stale.length > 0) {
  console.error(`Out of date: ${stale.join(', ')}. Run \`npm run generate\`.`)
  process.exit(1)
}
