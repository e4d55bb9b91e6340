import { findInProcesses } from '../trace/findings/processes.ts'
import {
  severities,
  thresholdInfos,
  type Severity,
  type ThresholdName,
  type Thresholds,
} from '../trace/findings/registry.ts'
import { asGitHub } from './formats/github.ts'
import { asSarif } from './formats/sarif.ts'
import { asText } from './formats/text.ts'
import { openTraces, UsageError } from './openTrace.ts'

export const findingFormats = ['text', 'json', 'github', 'sarif'] as const
type FindingFormat = (typeof findingFormats)[number]

interface Options {
  readonly json?: boolean
  readonly failOn?: string
  readonly format?: string
  readonly threshold?: readonly string[]
}

/** Prints what is wrong in one or more traces. Ends with status 1 where `--fail-on` says so. */
export async function findings(paths: readonly string[], options: Options): Promise<void> {
  const format = options.json ? 'json' : formatOf(options.format ?? 'text')
  const failOn = severityOf(options.failOn)
  const thresholds = thresholdsOf(options.threshold ?? [])
  const traces = await openTraces(paths)
  const report = findInProcesses(traces, thresholds)
  const print: Record<FindingFormat, () => string> = {
    text: () => asText(traces, report),
    json: () => JSON.stringify(report.findings, null, 2),
    github: () => asGitHub(report.findings),
    sarif: () => asSarif(report.findings),
  }
  // Everything is read and found before the first byte goes out: half an array helps nobody.
  process.stdout.write(`${print[format]()}\n`)
  const worst = failOn === undefined ? -1 : severities.indexOf(failOn)
  if (report.findings.some(({ severity }) => severities.indexOf(severity) <= worst)) process.exitCode = 1
}

function formatOf(name: string): FindingFormat {
  const format = findingFormats.find((each) => each === name)
  if (!format) throw new UsageError(`There is no format ${name}: take one of ${findingFormats.join(', ')}.`)
  return format
}

function severityOf(name: string | undefined): Severity | undefined {
  if (name === undefined) return undefined
  const severity = severities.find((each) => each === name)
  if (!severity) throw new UsageError(`There is no severity ${name}: take one of ${severities.join(', ')}.`)
  return severity
}

function thresholdsOf(settings: readonly string[]): Partial<Thresholds> {
  const thresholds: Partial<Record<ThresholdName, number>> = {}
  for (const setting of settings) {
    const [name, text] = setting.split('=')
    const value = Number(text)
    if (!(name in thresholdInfos))
      throw new UsageError(`There is no threshold ${name}: take one of ${Object.keys(thresholdInfos).join(', ')}.`)
    if (text === undefined || text.trim() === '' || !(value >= 0))
      throw new UsageError(`The threshold ${name} needs a number: --threshold ${name}=100.`)
    thresholds[name as ThresholdName] = value
  }
  return thresholds
}
