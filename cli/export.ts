import { extname } from 'node:path'
import { modelJson } from '../trace/exports/model.ts'
import { otlpJson, otlpJsonLines, otlpProtobuf } from '../trace/exports/otlp/otlp.ts'
import { perfettoTrace } from '../trace/exports/perfetto/perfetto.ts'
import type { Processes } from '../trace/model/processes.ts'
import { htmlPage } from './htmlPage.ts'
import { openTraces, UsageError } from './openTrace.ts'
import { writeFileWhole, writePieces, type Pieces } from './output.ts'

export const exportFormats = ['perfetto', 'otlp', 'json', 'html'] as const
type ExportFormat = (typeof exportFormats)[number]

interface Options {
  readonly format: string
  readonly output: string
}

/** Writes traces in another program's format to a file, or to stdout where `output` is `-`. */
export async function exportTraces(paths: readonly string[], { format: name, output }: Options): Promise<void> {
  const format = exportFormats.find((each) => each === name)
  if (!format) throw new UsageError(`There is no format ${name}: take one of ${exportFormats.join(', ')}.`)
  const pieces = await writers[format](await openTraces(paths), extname(output))
  if (output === '-') await writePieces(process.stdout, pieces)
  else await writeFileWhole(output, pieces)
}

const writers: Readonly<Record<ExportFormat, (traces: Processes, extension: string) => Pieces | Promise<Pieces>>> = {
  perfetto: perfettoTrace,
  otlp: (traces, extension) => (otlpEncodings[extension] ?? otlpProtobuf)(traces),
  json: modelJson,
  html: htmlPage,
}

/** By the file's extension; protobuf is what the others are. */
const otlpEncodings: Readonly<Record<string, (traces: Processes) => Pieces>> = {
  '.json': otlpJson,
  '.jsonl': otlpJsonLines,
}
