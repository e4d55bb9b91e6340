// Programs of ./programs, built as a user would build them and run in a Node of their own.
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'

/** Bundles a program with its source map; the path of the JavaScript. */
export async function built(name: string): Promise<string> {
  const outfile = join(mkdtempSync(join(tmpdir(), 'loopscope-')), `${name}.mjs`)
  const entryPoints = [join(import.meta.dirname, 'programs', `${name}.ts`)]
  await build({
    entryPoints,
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'es2022',
    sourcemap: true,
    logLevel: 'error',
  })
  return outfile
}

export interface Outcome {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

export function start(
  file: string,
  args: readonly string[] = [],
  env: NodeJS.ProcessEnv = {},
): { child: ChildProcess; ended: Promise<Outcome> } {
  const child = spawn(process.execPath, [file, ...args], { env: { ...process.env, LOOPSCOPE: '', ...env } })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (text: Buffer) => (stdout += String(text)))
  child.stderr.on('data', (text: Buffer) => (stderr += String(text)))
  const ended = new Promise<Outcome>((resolve) => child.on('close', (status) => resolve({ status, stdout, stderr })))
  return { child, ended }
}

/** Waits until the condition holds. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 10))
}
