import { basename } from 'node:path'
import { notKnown } from '../../trace/findings/notKnown.ts'
import type { ProcessesReport } from '../../trace/findings/processes.ts'
import { findingKinds } from '../../trace/findings/registry.ts'
import type { Finding } from '../../trace/findings/types.ts'
import type { Processes } from '../../trace/model/processes.ts'

/** For people: causes first, what they explain indented below them, and what to do. Of several processes, each finding says which. */
export function asText({ processes }: Processes, { findings, answers }: ProcessesReport): string {
  const several = processes.length > 1
  const nameOf = ({ process }: Finding): string =>
    several ? `  in process ${process}, ${programOf(processes, process)}\n` : ''
  const body = findings.length === 0 ? 'Nothing found.' : sections(findings, nameOf)
  return [body, ...unknowns(answers)].join('\n\n')
}

function programOf(processes: Processes['processes'], pid: number): string {
  const found = processes.find(({ model }) => model.header.pid === pid)
  return (
    found?.model.header.argv.map((argument, i) => (i === 0 ? basename(argument) : argument)).join(' ') ||
    'a program not known'
  )
}

function sections(findings: readonly Finding[], nameOf: (finding: Finding) => string): string {
  const causes = findings.filter((finding) => finding.because.length === 0)
  const shown = new Set<Finding>()
  const lines: string[] = []
  const show = (finding: Finding, depth: number): void => {
    if (shown.has(finding)) return
    shown.add(finding)
    lines.push(section(finding, nameOf(finding), '  '.repeat(depth)))
    for (const other of findings) if (other.because.includes(finding.id)) show(other, depth + 1)
  }
  for (const cause of causes) show(cause, 0)
  for (const finding of findings) show(finding, 0)
  return lines.join('\n\n')
}

function section(finding: Finding, process: string, indent: string): string {
  const { title, advice } = findingKinds[finding.kind]
  const place = finding.file === null ? '' : `\n  at ${finding.file}:${finding.line}`
  const related = finding.related.slice(0, 8).map(({ message, file, line }) => `\n     ${file}:${line}  ${message}`)
  const sure = finding.confidence === 'likely' ? ' (likely)' : ''
  const because = finding.because.length > 0 ? `\n  because of ${finding.because.join(', ')}` : ''
  const text = `${finding.severity}: ${title}${sure} [${finding.id}]\n${process}  ${finding.message}${place}${related.join('')}${because}\n  ${advice}`
  return text.replaceAll(/^/gm, indent)
}

function unknowns(answers: ProcessesReport['answers']): string[] {
  const unsure = answers.flatMap((each) =>
    notKnown(each).map(({ kinds, record }) => `  ${kinds.join(', ')}: ${record}`),
  )
  return unsure.length > 0 ? [`The trace cannot tell:\n${[...new Set(unsure)].join('\n')}`] : []
}
