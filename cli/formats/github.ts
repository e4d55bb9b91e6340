import { findingKinds } from '../../trace/findings/registry.ts'
import type { Finding } from '../../trace/findings/types.ts'

const LEVELS = { error: 'error', warning: 'warning', info: 'notice' } as const

/** Workflow commands, which GitHub shows as annotations of the lines: https://docs.github.com/actions/reference/workflow-commands-for-github-actions */
export function asGitHub(findings: readonly Finding[]): string {
  return findings
    .map((finding) => {
      const place = finding.file === null ? '' : `file=${property(finding.file)},line=${finding.line},`
      return `::${LEVELS[finding.severity]} ${place}title=${property(findingKinds[finding.kind].title)}::${data(finding.message)}`
    })
    .join('\n')
}

const data = (text: string): string => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
const property = (text: string): string => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
