import { JsonTraceSerializer, ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer'
import type { ReadableSpan } from '@opentelemetry/sdk-trace'
import type { Processes } from '../../model/processes.ts'
import { taskSpans } from './spans.ts'

/** Spans that are encoded together: about a MiB, far below what a Collector takes in one request. */
const BATCH_SPANS = 1000
const JSON_START = '{"resourceSpans":['
const JSON_END = ']}'

/** Traces as one `ExportTraceServiceRequest` of OTLP in protobuf, in pieces: requests one after another are one request with the spans of all. */
export function* otlpProtobuf(traces: Processes): Generator<Uint8Array> {
  for (const batch of batches(taskSpans(traces)))
    yield ProtobufTraceSerializer.serializeRequest(batch) ?? new Uint8Array()
}

/** The same as one object of OTLP's JSON, in one line, in pieces. */
export function* otlpJson(traces: Processes): Generator<string> {
  let separator = JSON_START
  for (const batch of batches(taskSpans(traces))) {
    const request = requestText(batch)
    yield separator + request.slice(JSON_START.length, -JSON_END.length)
    separator = ','
  }
  yield `${separator === ',' ? '' : separator}${JSON_END}\n`
}

/** The same as one object a line, each a request of its own: OTLP's file format. */
export function* otlpJsonLines(traces: Processes): Generator<string> {
  for (const batch of batches(taskSpans(traces))) yield `${requestText(batch)}\n`
}

function requestText(batch: ReadableSpan[]): string {
  const text = new TextDecoder().decode(JsonTraceSerializer.serializeRequest(batch))
  if (!text.startsWith(JSON_START) || !text.endsWith(JSON_END))
    throw new Error('OpenTelemetry changed its JSON: otlp.ts must follow.')
  return text
}

function* batches(spans: Iterable<ReadableSpan>): Generator<ReadableSpan[]> {
  let batch: ReadableSpan[] = []
  for (const span of spans) {
    batch.push(span)
    if (batch.length < BATCH_SPANS) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}
