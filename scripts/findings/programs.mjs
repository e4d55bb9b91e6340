// All of test/programs that says what is wrong with it, recorded and judged.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { find } from '../corpus/find.mjs'
import { record } from '../corpus/record.mjs'
import { findInterpreters } from '../interpreters.mjs'

const AT_ONCE = 2

/**
 * One program: `{ path, kind, has, hangs, lines, quiet, minor }` is what it says of itself; `hit` (it has the kind, and that is first, at its line),
 * `alarms` (kinds above `info` in one that has nothing) and `problem` are what came of it.
 */
export async function findInPrograms() {
  const programs = [...ofKinds('test/programs/findings'), ...cases('test/programs/cases')]
  const traces = mkdtempSync(join(tmpdir(), 'loopscope-programs-'))
  const queue = programs.map((program, i) => ({ program, trace: join(traces, `${i}.looptrace`) }))
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let next = queue.shift(); next; next = queue.shift()) Object.assign(next.program, await judge(next))
    }),
  )
  rmSync(traces, { recursive: true })
  return programs
}

/** `has_….py` and `lookalike_….py` in a folder for each kind. */
function ofKinds(root) {
  return readdirSync(root).flatMap((kind) =>
    readdirSync(join(root, kind))
      .filter((name) => name.endsWith('.py'))
      .map((name) => {
        const path = join(root, kind, name)
        const lines = readFileSync(path, 'utf8').split('\n')
        return {
          path,
          kind,
          has: name.startsWith('has_'),
          hangs: /^# (?:hangs|killed)$/.test(lines[0]),
          lines: lines.flatMap((line, i) => (line.endsWith('# here') ? [i + 1] : [])),
          quiet: [],
          minor: 13,
        }
      }),
  )
}

/** `bug.py` and `ok.py` beside a `case.json`. */
function cases(root) {
  return readdirSync(root)
    .filter((name) => existsSync(join(root, name, 'case.json')))
    .flatMap((name) => {
      const test = JSON.parse(readFileSync(join(root, name, 'case.json'), 'utf8'))
      const minor = Number(/^3\.(\d+)/.exec(test.max_python ?? '')?.[1] ?? 13)
      const about = { kind: test.kind, lines: test.cause_lines, minor }
      return [
        { ...about, path: join(root, name, 'bug.py'), has: true, hangs: test.hangs, quiet: [] },
        { ...about, path: join(root, name, 'ok.py'), has: false, hangs: false, quiet: test.quiet_kinds_ok },
      ]
    })
}

const interpreters = findInterpreters()

async function judge({ program: { path, kind, has, hangs, lines, quiet, minor }, trace }) {
  const interpreter = interpreters.filter((each) => each.minor <= minor).at(-1)
  if (!interpreter) return { alarms: [], problem: 'no CPython that runs it' }
  const script = resolve(path)
  const { status: ended, killed, output } = await record({ interpreter: interpreter.path, script, trace, hangs })
  if (killed !== hangs)
    return { alarms: [], problem: killed ? 'did not end' : `ended, though it hangs: ${output.trim()}` }
  if (!has && !hangs && ended !== 0) return { alarms: [], problem: `ended with status ${ended}: ${output.trim()}` }
  const findings = await find(trace).catch((error) => error)
  rmSync(trace, { force: true })
  if (findings instanceof Error) return { alarms: [], problem: findings.message }
  const [first] = findings
  if (!has) {
    const alarms = findings.filter((each) => each.severity !== 'info' && !quiet.includes(each.kind))
    return { alarms: alarms.map((each) => each.kind), ...(alarms.length > 0 && { problem: alarms[0].message }) }
  }
  const hit = first?.kind === kind && basename(first.file ?? '') === basename(path) && lines.includes(first.line)
  return {
    hit,
    alarms: [],
    ...(!hit && { problem: `first: ${first ? `${first.kind} at line ${first.line}` : 'nothing'}` }),
  }
}
