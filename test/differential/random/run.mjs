// `npm run differential:random -- [COUNT] [FIRST_SEED]`: random programs on both sides; prints the first that differ, shortened.
import { spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { findInterpreters } from '../../../scripts/interpreters.mjs'

const BATCH = 500
const count = Number(process.argv[2] ?? 1000)
const first = Number(process.argv[3] ?? 1)
const python = findInterpreters().find(({ minor }) => minor === 13)
if (!python) {
  console.error('Random programs need CPython 3.13, and none was found on PATH or in pyenv.')
  process.exit(1)
}
const outfile = join(import.meta.dirname, `../../../node_modules/.cache/random-${process.pid}.mjs`)
const entry = `export * from './programs.ts'\nexport * from './interpret.ts'`
await build({
  stdin: { contents: entry, resolveDir: import.meta.dirname, loader: 'ts' },
  bundle: true,
  platform: 'node',
  format: 'esm',
  outfile,
  logLevel: 'error',
})
const { drawProgram, interpret } = await import(pathToFileURL(outfile))
rmSync(outfile)

function onPython(programs) {
  const input = programs.map((program) => JSON.stringify(program)).join('\n')
  const { stdout, stderr, status } = spawnSync(python.path, [join(import.meta.dirname, 'interpret.py')], {
    input,
    encoding: 'utf8',
    maxBuffer: 1 << 30,
    stdio: 'pipe', // what collected coroutines say on stderr is no matter while the program ends well
  })
  if (status !== 0)
    throw new Error(`CPython could not run the programs: it ended with ${status}\n${stderr.slice(-2000)}`)
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => (line ? JSON.parse(line) : []))
}

const differs = async (program, expected) => JSON.stringify(await interpret(program)) !== JSON.stringify(expected)

/** Takes operations away while the two sides still differ. */
async function shrink(program) {
  for (let smaller = true; smaller;) {
    smaller = false
    const candidates = smallerOnes(program).slice(0, 400)
    const logs = onPython(candidates)
    for (let i = 0; i < candidates.length; i++) {
      if (!(await differs(candidates[i], logs[i]))) continue
      program = candidates[i]
      smaller = true
      break
    }
  }
  return program
}

function smallerOnes(program) {
  return program.bodies.flatMap((ops, body) =>
    shorter(ops).map((fewer) => ({ ...program, bodies: program.bodies.map((old, i) => (i === body ? fewer : old)) })),
  )
}

/** The lists with one operation less, or with one operation replaced by what is inside it or by a smaller self. */
function shorter(ops) {
  return ops.flatMap((op, i) => {
    const put = (...items) => [...ops.slice(0, i), ...items, ...ops.slice(i + 1)]
    const inner = op.flatMap((part, k) =>
      Array.isArray(part) && (part.length === 0 || Array.isArray(part[0]))
        ? [put(...part), ...shorter(part).map((fewer) => put(op.map((old, n) => (n === k ? fewer : old))))]
        : [],
    )
    return [put(), ...inner]
  })
}

let lines = 0
let differing = 0
for (let from = first; from < first + count && differing < 3; from += BATCH) {
  const programs = Array.from({ length: Math.min(BATCH, first + count - from) }, (_, i) => drawProgram(from + i))
  const logs = onPython(programs)
  for (let i = 0; i < programs.length && differing < 3; i++) {
    lines += logs[i].length
    if (!(await differs(programs[i], logs[i]))) continue
    differing++
    const small = await shrink(programs[i])
    console.log(`seed ${programs[i].seed} differs; shrunk:`, JSON.stringify(small))
    const [theirs, ours] = [onPython([small])[0], await interpret(small)]
    const at = theirs.findIndex((line, k) => line !== ours[k])
    const start = Math.max(0, (at < 0 ? theirs.length : at) - 8)
    console.log('CPython:', theirs.slice(start, start + 14), '\nhere:', ours.slice(start, start + 14))
  }
}
console.log(
  `${count} programs from seed ${first}, ${lines} lines logged by CPython ${python.version}, ${differing} differ`,
)
process.exitCode = differing > 0 ? 1 : 0
