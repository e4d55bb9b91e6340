import type { Report } from '../../trace/findings/index.ts'
import { findingKinds } from '../../trace/findings/registry.ts'
import type { Finding } from '../../trace/findings/types.ts'

/** For people: causes first, what they explain indented below them, and what to do. */
export function asText(reports: readonly { path: string; report: Report }[]): string {
  return reports
    .map(({ path, report }) => {
      const title = reports.length > 1 ? `${path}\n` : ''
      const body = report.findings.length === 0 ? 'Nothing found.' : sections(report.findings)
      return title + [body, ...notKnown(report)].join('\n\n')
    })
    .join('\n\n')
}

function sections(findings: readonly Finding[]): string {
  const causes = findings.filter((finding) => finding.because.length === 0)
  const shown = new Set<Finding>()
  const lines: string[] = []
  const show = (finding: Finding, depth: number): void => {
    if (shown.has(finding)) return
    shown.add(finding)
    lines.push(section(finding, '  '.repeat(depth)))
    for (const other of findings) if (other.because.includes(finding.id)) show(other, depth + 1)
  }
  for (const cause of causes) show(cause, 0)
  for (const finding of findings) show(finding, 0)
  return lines.join('\n\n')
}

function section(finding: Finding, indent: string): string {
  const { title, advice } = findingKinds[finding.kind]
  const place = finding.file === null ? '' : `\n  at ${finding.file}:${finding.line}`
  const related = finding.related.slice(0, 8).map(({ message, file, line }) => `\n     ${file}:${line}  ${message}`)
  const sure = finding.confidence === 'likely' ? ' (likely)' : ''
  const because = finding.because.length > 0 ? `\n  because of ${finding.because.join(', ')}` : ''
  const text = `${finding.severity}: ${title}${sure} [${finding.id}]\n  ${finding.message}${place}${related.join('')}${because}\n  ${advice}`
  return text.replaceAll(/^/gm, indent)
}

function notKnown({ answers }: Report): string[] {
  const unsure = Object.entries(answers).flatMap(([kind, answer]) =>
    answer.answer === 'cannotTell' ? [`  ${kind}: ${answer.record}`] : [],
  )
  return unsure.length > 0 ? [`The trace cannot tell:\n${unsure.join('\n')}`] : []
}
