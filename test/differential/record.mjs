// `npm run differential:record`: writes the twins, CPython's logs, coverage.md and api.md anew, with the CPython 3.13 of this machine.
import { execFileSync } from 'node:child_process'
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { format, resolveConfig } from 'prettier'
import { apiTable } from './api.mjs'
import { findInterpreters } from '../../scripts/interpreters.mjs'

const python = findInterpreters().find(({ minor }) => minor === 13)
if (!python) {
  console.error('The logs come from CPython 3.13, and none was found on PATH or in pyenv.')
  process.exit(1)
}
const here = import.meta.dirname
const only = process.argv.slice(2)
const execute = (...args) =>
  execFileSync(python.path, args, { cwd: here, encoding: 'utf8', env: { ...process.env, PYTHONHASHSEED: '0' } })

for (const file of readdirSync(join(here, 'scenarios')).filter((name) => name.endsWith('.py'))) {
  const name = file.slice(0, -3)
  if (only.length > 0 && !only.includes(name)) continue
  const target = join(here, 'scenarios', `${name}.ts`)
  const twin = await format(execute('twin.py', `scenarios/${file}`), {
    ...(await resolveConfig(target)),
    filepath: target,
  })
  writeFileSync(target, twin)
  const log = execute('harness.py', `scenarios/${file}`)
  writeFileSync(join(here, 'logs', `${name}.txt`), log)
  console.log(`${name}: ${log.match(/^== /gm)?.length ?? 0} scenarios, CPython ${python.version}`)
}

// Their twins are written by hand.
for (const folder of ['loops', 'network'])
  for (const file of readdirSync(join(here, folder)).filter((name) => name.endsWith('.py'))) {
    const name = file.slice(0, -3)
    if (only.length > 0 && !only.includes(name)) continue
    const log = execute('harness.py', `${folder}/${file}`)
    writeFileSync(join(here, 'logs', `${name}.txt`), log)
    console.log(`${name}: ${log.match(/^== /gm)?.length ?? 0} scenarios, CPython ${python.version}`)
  }

/** Writes a file as prettier has it. */
async function writeFormatted(name, text) {
  const filepath = join(here, name)
  writeFileSync(filepath, await format(text, { ...(await resolveConfig(filepath)), filepath }))
}
await writeFormatted('coverage.md', execute('coverage.py'))
await writeFormatted('api.json', execute('-W', 'ignore', 'api.py'))
writeFileSync(join(here, 'api.md'), (await apiTable()).text)
