// The trace file: where it goes, and appending to it.
import { closeSync, fstatSync, mkdirSync, openSync, statSync, writeSync } from 'node:fs'
import { basename, dirname, extname, join, resolve, sep } from 'node:path'
import { thisProgram } from '../program.ts'

const SUFFIX = '.looptrace'

/** Where a trace goes: `spec` is a file, an existing directory (or ends in a separator), or undefined. As the recorder for Python names it. */
export function tracePath(spec: string | undefined): string {
  const [path] = thisProgram().argv
  const script = path === undefined ? 'node' : basename(path, extname(path))
  const name = `${script}-${timestamp(new Date())}-${process.pid}${SUFFIX}`
  if (spec === undefined || spec === '') return resolve(name)
  return spec.endsWith(sep) || spec.endsWith('/') || isDirectory(spec) ? join(resolve(spec), name) : resolve(spec)
}

function timestamp(date: Date): string {
  const part = (value: number): string => String(value).padStart(2, '0')
  const day = [date.getFullYear(), part(date.getMonth() + 1), part(date.getDate())].join('')
  return `${day}-${[date.getHours(), date.getMinutes(), date.getSeconds()].map(part).join('')}`
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
}

function openIn(path: string, flags: string): number {
  try {
    return openSync(path, flags)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    makeFolder(dirname(path))
    return openSync(path, flags)
  }
}

/** With those that lead to it. Where one cannot be made, as below /proc, Node's own `recursive` tries for ever. */
function makeFolder(path: string): void {
  if (isDirectory(path)) return
  if (dirname(path) !== path) makeFolder(dirname(path))
  try {
    mkdirSync(path)
  } catch (error) {
    if (!isDirectory(path)) throw error // else another process was faster
  }
}

/** An append-only file. Throws where it cannot be written. */
export class Output {
  readonly path: string
  private readonly fd: number

  /** With `replace` an older file makes place; without, this process takes the name with its id added. The folder is made if it is missing. */
  constructor(path: string, replace: boolean) {
    let opened = path
    let fd: number
    try {
      fd = openIn(path, replace ? 'w' : 'ax')
    } catch (error) {
      if (replace || (error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      const extension = extname(path)
      opened = `${path.slice(0, path.length - extension.length)}-${process.pid}${extension || SUFFIX}`
      fd = openSync(opened, 'ax')
    }
    this.path = opened
    this.fd = fd
  }

  write(bytes: Uint8Array): void {
    for (let done = 0; done < bytes.length;) done += writeSync(this.fd, bytes, done)
  }

  /** Bytes so far. */
  length(): number {
    return fstatSync(this.fd).size
  }

  close(): void {
    closeSync(this.fd)
  }
}
