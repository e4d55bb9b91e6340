// The package as users get it: packed, installed into an empty project, type-checked, run, recorded, bundled, linted.
import { build, transformSync, type BuildOptions } from 'esbuild'
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { readTrace } from '../../trace/format/reader.ts'
import { buildModel } from '../../trace/model/build.ts'
import { taskReports } from '../../trace/exports/tasks.ts'
import { findInterpreters } from '../../scripts/interpreters.mjs'
import { cache } from '../real/folders.ts'
import { installOnce } from '../real/installOnce.ts'
import { logged } from '../real/logged.ts'
import { start, until } from './node.ts'

const TSX = '4.23.15'
const python = findInterpreters().find(({ minor }) => minor === 13)

const root = join(import.meta.dirname, '../..')
/** The README's. */
let program = ''
const project = mkdtempSync(join(tmpdir(), 'loopscope-package-'))
const require = createRequire(import.meta.url)
const at = (...path: string[]): string => join(project, ...path)
const node = (...args: string[]): string => execFileSync(process.execPath, args, { cwd: project, encoding: 'utf8' })
/** npm as a program of this Node, wherever it is. */
const npm = (args: string[], cwd: string): string =>
  execFileSync('npm', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })

beforeAll(async () => {
  execFileSync(process.execPath, [join(root, 'runtime/typescript/build.mjs')], { stdio: 'inherit' })
  const [{ filename }] = JSON.parse(
    npm(['pack', '--json', '--pack-destination', project], join(root, 'runtime/typescript')),
  ) as [{ filename: string }]
  writeFileSync(at('package.json'), JSON.stringify({ name: 'empty', private: true, type: 'module' }))
  npm(['install', '--offline', '--no-audit', '--no-fund', `./${filename}`], project)
  const readme = readFileSync(at('node_modules/@loopscope/asyncio/README.md'), 'utf8')
  program = /## A whole program[^]*?```ts\n([^]*?)```/.exec(readme)![1]
  writeFileSync(at('crawler.ts'), program)
  await build({
    entryPoints: [at('crawler.ts')],
    outfile: at('crawler.js'),
    sourcemap: true,
    format: 'esm',
    target: 'es2022',
  })
})

/** What the crawler prints until it has met its last page, in order; then Ctrl-C ends it. `args` are Node's. */
async function crawled(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<string[]> {
  const { child, ended } = start(args[0], args.slice(1), env)
  let printed = ''
  child.stdout!.on('data', (text: Buffer) => (printed += String(text)))
  await until(() => printed.includes('/slow TimeoutError') || child.exitCode !== null)
  child.kill('SIGINT')
  const { status, stdout, stderr } = await ended
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  return stdout.trimEnd().split('\n')
}

describe('the crawler of the README', () => {
  it('has 40 lines', () => {
    expect(program.trimEnd().split('\n').length).toBeLessThanOrEqual(40)
  })

  it('type-checks', () => {
    mkdirSync(at('node_modules/@types'), { recursive: true })
    for (const name of ['@types/node', 'undici-types'])
      symlinkSync(dirname(require.resolve(`${name}/package.json`)), at('node_modules', name))
    const compilerOptions = {
      strict: true,
      module: 'nodenext',
      target: 'es2022',
      lib: ['es2022', 'esnext.disposable'],
      noEmit: true,
      types: ['node'],
    }
    writeFileSync(at('tsconfig.json'), JSON.stringify({ compilerOptions, files: ['crawler.ts'] }))
    const tsc = join(dirname(require.resolve('typescript/package.json')), 'bin/tsc')
    expect(node(tsc, '-p', project)).toBe('')
  })

  it('runs until Ctrl-C, and its trace tells lines of the TypeScript', async () => {
    const path = at('crawler.looptrace')
    const printed = await crawled([at('crawler.js')], { LOOPSCOPE: path })
    expect(printed.at(-1)).toBe('KeyboardInterrupt')
    const pages = printed.slice(0, -1).map((line) => line.split(' ')[0])
    expect(pages.sort()).toEqual(['/', '/a', '/b', '/c', '/slow'])
    expectItsLines(path)
  })

  it('its trace opens with `loopscope info`', async () => {
    const cli = at('loopscope.mjs')
    const banner = "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url)"
    await build({
      entryPoints: [join(root, 'cli/loopscope.ts')],
      outfile: cli,
      bundle: true,
      platform: 'node',
      format: 'esm',
      banner: { js: banner },
      logLevel: 'error',
    })
    expect(node(cli, 'info', at('crawler.looptrace'))).toMatch(/loopscope-typescript[^]*the program ended/)
  })

  it.skipIf(python === undefined)('its trace opens beside that of a crawler in Python', () => {
    const args = ['-m', 'loopscope', 'run', '-o', at('python.looptrace'), join(root, 'test/programs/crawler.py')]
    const env = { ...process.env, PYTHONPATH: join(root, 'runtime/python'), LOOPSCOPE: '' }
    execFileSync(python!.path, args, { env, stdio: 'pipe' })
    const said = node(at('loopscope.mjs'), 'info', at('crawler.looptrace'), at('python.looptrace'))
    expect(said).toMatch(/loopscope-typescript/)
    expect(said).toMatch(/loopscope-python|CPython/)
    expect(said.match(/the program ended/g)).toHaveLength(2)
  })

  /** That the lines in a trace are those of crawler.ts. */
  const expectItsLines = (path: string): void => {
    const worker = [...taskReports(buildModel(readTrace(readFileSync(path))))].find(({ name }) => name === 'worker-1')!
    const lines = readFileSync(at('crawler.ts'), 'utf8').split('\n')
    const lineOf = (text: string): number => lines.findIndex((each) => each.includes(text)) + 1
    expect(worker).toMatchObject({ file: at('crawler.ts'), line: lineOf('function* worker') })
    const place = { kind: 'queue_get', file: at('crawler.ts'), line: lineOf('yield* queue.get()') }
    expect(worker.awaits).toContainEqual(expect.objectContaining(place))
  }

  it('has the lines of the TypeScript with --enable-source-maps', async () => {
    const path = at('maps.looptrace')
    await crawled(['--enable-source-maps', at('crawler.js')], { LOOPSCOPE: path })
    expectItsLines(path)
  })

  it('has them when tsx runs it', async () => {
    const tsx = await installOnce(join(cache, `tsx-${TSX}`), async (into) => {
      writeFileSync(join(into, 'package.json'), '{"private":true}\n')
      const args = ['install', '--no-audit', '--no-fund', '--ignore-scripts', `tsx@${TSX}`]
      await logged({ what: 'Installing tsx', command: 'npm', args, cwd: into, logFile: join(cache, 'logs', 'tsx.log') })
    })
    const path = at('tsx.looptrace')
    const loader = pathToFileURL(join(tsx, 'node_modules/tsx/dist/loader.mjs')).href
    await crawled(['--import', loader, at('crawler.ts')], { LOOPSCOPE: path })
    expectItsLines(path)
  })

  it('is recorded as a bundle, with the lines of its source map', async () => {
    const options = { bundle: true, platform: 'node', format: 'esm', minify: true, sourcemap: true } as const
    const target = 'es2022'
    await build({ ...options, target, entryPoints: [at('crawler.ts')], outfile: at('bundle.mjs') })
    const path = at('bundle.looptrace')
    await crawled([at('bundle.mjs')], { LOOPSCOPE: path })
    const worker = [...taskReports(buildModel(readTrace(readFileSync(path))))].find(({ name }) => name === 'worker-1')!
    expect(worker).toMatchObject({ file: at('crawler.ts') })
    expect(worker.awaits.map(({ file }) => file)).toContain(at('crawler.ts'))
  })
})

describe('stacks of tasks name no file of the package', () => {
  const source = `import { createTask, Queue, run, sleep, timeout, type Coroutine } from '@loopscope/asyncio'
const queue = new Queue<number>()
function* waits(): Coroutine<number> {
  return yield* timeout(60, () => queue.get())
}
function* fails(): Coroutine<void> {
  yield* sleep(0)
  throw new Error('as it should')
}
function* main(): Coroutine<void> {
  const [waiting, failed] = [createTask(waits(), { name: 'waits' }), createTask(fails())]
  while (!failed.done()) yield* sleep(0)
  failed.exception()
  console.log(JSON.stringify([waiting, failed].map((task) => task.getStack().map(({ file, line }) => [file, line]))))
  queue.putNowait(1)
  yield* waiting
}
await run(main())
`

  /** Runs a program of that source in a folder of its own, and looks at its stacks and its trace. */
  const expectNone = async (folder: string, made: BuildOptions): Promise<void> => {
    const file = join(folder, 'stacks.ts')
    const outfile = join(folder, 'stacks.mjs')
    writeFileSync(file, source)
    const options = { platform: 'node', format: 'esm', target: 'es2022', sourcemap: true, logLevel: 'error' } as const
    await build({ ...options, ...made, entryPoints: [file], outfile })
    const path = join(folder, 'stacks.looptrace')
    const { stdout, stderr } = await start(outfile, [], { LOOPSCOPE: path }).ended
    expect(stderr).toBe('')
    const lineOf = (text: string): number => source.split('\n').findIndex((line) => line.includes(text)) + 1
    expect(JSON.parse(stdout)).toEqual([[[file, lineOf('timeout(60')]], [[file, lineOf('throw')]]])
    const reports = [...taskReports(buildModel(readTrace(readFileSync(path))))]
    const { awaits } = reports.find(({ name }) => name === 'waits')!
    expect(awaits.map((each) => [each.file, each.line])).toEqual([[file, lineOf('timeout(60')]])
  }

  it('where it is a symbolic link', async () => {
    const folder = at('linked')
    mkdirSync(join(folder, 'node_modules/@loopscope'), { recursive: true })
    symlinkSync(join(root, 'runtime/typescript'), join(folder, 'node_modules/@loopscope/asyncio'))
    await expectNone(folder, {})
  })

  it('where it is part of a minified bundle', async () => {
    const folder = at('minified')
    mkdirSync(folder)
    await expectNone(folder, { bundle: true, minify: true })
  })
})

describe('@loopscope/asyncio/core', () => {
  const program = `import { createTask, getRunningLoop, run, sleep, type Coroutine } from '@loopscope/asyncio/core'
function* main(): Coroutine<string> {
  yield* createTask(sleep(0.01), { name: 'sleeper' })
  return typeof getRunningLoop().CALL
}
console.log(await run(main()))
`

  it('has none of the methods for what is outside, for the compiler either', () => {
    const check = (method: string): string => {
      writeFileSync(at('core.ts'), program.replace('CALL', method))
      const files = { extends: './tsconfig.json', files: ['core.ts'] }
      writeFileSync(at('tsconfig.core.json'), JSON.stringify(files))
      const tsc = join(dirname(require.resolve('typescript/package.json')), 'bin/tsc')
      return spawnSync(process.execPath, [tsc, '-p', at('tsconfig.core.json')], { encoding: 'utf8' }).stdout
    }
    expect(check('createConnection')).toContain("Property 'createConnection' does not exist on type 'EventLoop'")
    expect(check('createTask')).toBe('')
  })

  it('is the same core for both entries, and is recorded where the whole package is loaded', () => {
    const path = at('core.looptrace')
    writeFileSync(at('core.mjs'), transformSync(program.replace('CALL', 'createConnection'), { loader: 'ts' }).code)
    expect(node('core.mjs')).toBe('undefined\n')
    const options = { cwd: project, env: { ...process.env, LOOPSCOPE: path }, encoding: 'utf8' } as const
    expect(execFileSync(process.execPath, ['--import', '@loopscope/asyncio', 'core.mjs'], options)).toBe('function\n')
    expect([...taskReports(buildModel(readTrace(readFileSync(path))))].map(({ name }) => name)).toContain('sleeper')
  })
})

it('its classes are called in traces and errors as programs call them', async () => {
  const exported: Record<string, unknown> = (await import(
    pathToFileURL(at('node_modules/@loopscope/asyncio/dist/index.js')).href
  )) as object as Record<string, unknown>
  const classes = Object.entries(exported).filter(([, value]) => /^class\b/.test(String(value)))
  expect(classes.length).toBeGreaterThan(50)
  // A class that speaks of itself gets a `_` from the bundler.
  for (const [name, value] of classes) expect((value as { name: string }).name.replace(/^_/, '')).toBe(name)
})

it('the lint rule is in the package', async () => {
  const { default: plugin } = (await import(
    pathToFileURL(at('node_modules/@loopscope/asyncio/dist/eslint.js')).href
  )) as {
    default: { rules: object }
  }
  expect(Object.keys(plugin.rules)).toEqual(['no-floating-coroutine'])
})
