import { isAbsolute } from 'node:path'
import { pathToFileURL } from 'node:url'
import { findingKindNames, findingKinds } from '../../trace/findings/registry.ts'
import type { Finding } from '../../trace/findings/types.ts'

const LEVELS = { error: 'error', warning: 'warning', info: 'note' } as const

/** SARIF 2.1.0, as code scanning reads it. */
export function asSarif(findings: readonly Finding[]): string {
  const kinds = findingKindNames.filter((kind) => findings.some((finding) => finding.kind === kind))
  const rules = kinds.map((kind) => ({
    id: kind,
    shortDescription: { text: findingKinds[kind].title },
    fullDescription: { text: findingKinds[kind].meaning },
    help: { text: findingKinds[kind].advice },
  }))
  const results = findings.map((finding) => ({
    ruleId: finding.kind,
    ruleIndex: kinds.indexOf(finding.kind),
    level: LEVELS[finding.severity],
    message: { text: finding.message },
    locations: finding.file === null ? [] : [location(finding.file, finding.line ?? 1)],
    relatedLocations: finding.related.map(({ message, file, line }, id) => ({
      id,
      message: { text: message },
      ...location(file, line),
    })),
  }))
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [{ tool: { driver: { name: 'Loopscope', rules } }, results }],
  }
  return JSON.stringify(log, null, 2)
}

function location(file: string, line: number): object {
  const uri = isAbsolute(file) ? pathToFileURL(file).href : encodeURI(file.replaceAll('\\', '/'))
  return { physicalLocation: { artifactLocation: { uri }, region: { startLine: Math.max(line, 1) } } }
}
