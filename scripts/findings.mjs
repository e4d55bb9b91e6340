// `npm run findings:projects [-- NAME…]`: records real projects' own tests, and compares what is found with what a person judged of it.
// `npm run findings:table [-- --write]`: that, and all of test/programs: by kind, what was found and what was alarmed at in vain. `--write` puts it into docs/findings.md.
import { parseArgs } from 'node:util'
import { write } from './document.mjs'
import { findInPrograms } from './findings/programs.mjs'
import { projectLines, table } from './findings/report.mjs'
import { findInProjects, JUDGEMENTS } from './projects/findings.mjs'
import { fail } from './setup.mjs'

const { values: options, positionals: names } = parseArgs({
  allowPositionals: true,
  options: { programs: { type: 'boolean' }, write: { type: 'boolean' } },
})
if (options.write && (!options.programs || names.length > 0)) fail('Only the whole table is written.')

const projects = findInProjects(names)
console.log(projectLines(projects))
const alarms = projects.flatMap(({ findings }) => findings).filter(({ severity }) => severity !== 'info')
if (options.programs) {
  const programs = await findInPrograms()
  for (const { path, problem } of programs.filter((program) => program.problem)) console.log(`${path}: ${problem}`)
  const text = table(programs, projects)
  console.log(`\n${text}`)
  if (options.write) await write('docs/findings.md', 'table', text)
  process.exitCode = programs.some(({ problem }) => problem) ? 1 : 0
}
const unjudged = alarms.filter(({ judged }) => !judged).length
const wrong = alarms.filter(({ judged }) => judged && !judged.right).length
console.log(`\n${alarms.length} findings above info: ${wrong} false alarms, ${unjudged} not in ${JUDGEMENTS}`)
if (wrong + unjudged > 0) process.exitCode = 1
