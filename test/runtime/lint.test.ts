// The ESLint plugin of the package: what it reports, with types and without.
import { RuleTester } from 'eslint'
import { join } from 'node:path'
import tseslint from 'typescript-eslint'
import { describe, it, vi } from 'vitest'
import plugin from '../../runtime/typescript/eslint/index.ts'

vi.setConfig({ testTimeout: 60_000 }) // the first case with types makes TypeScript read the package
Object.assign(RuleTester, { describe, it, itOnly: it.only })
const rule = plugin.rules['no-floating-coroutine']
const floating = { messageId: 'floating' }

/** A case inside of a coroutine, in which the rule suggests `yield*`. */
const suggests = (from: string, code: string, to: string, messageId = 'floating') => ({
  code: code.replace('HERE', from),
  errors: [{ messageId, suggestions: [{ messageId: 'addYield', output: code.replace('HERE', to) }] }],
})

const coroutine = "import { sleep } from '@loopscope/asyncio'\nfunction* work() { HERE }"

new RuleTester({ languageOptions: { ecmaVersion: 2024, sourceType: 'module' } }).run('without types', rule, {
  valid: [
    coroutine.replace('HERE', 'yield* sleep(1)'),
    coroutine.replace('HERE', 'const later = sleep(1); yield* later'),
    coroutine.replace('HERE', 'createTask(sleep(1)); gather(sleep(1), work())'),
    coroutine.replace('HERE', 'if (yield* sleep(1, true)) return'),
    "import { sleep } from './elsewhere.js'\nsleep(1)",
    'function sleep() {}\nfunction* work() { sleep(1) }',
    'async function* stream() {}\nstream()',
    'class Worker { run() {} start() { this.run() } }',
  ],
  invalid: [
    suggests('sleep(1)', coroutine, 'yield* sleep(1)'),
    suggests('void sleep(1)', coroutine, 'void (yield* sleep(1))'),
    suggests('ready && sleep(1)', coroutine, 'ready && (yield* sleep(1))'),
    suggests('if (sleep(1, true)) return', coroutine, 'if (yield* sleep(1, true)) return', 'condition'),
    suggests('while (!sleep(1, true));', coroutine, 'while (!(yield* sleep(1, true)));', 'condition'),
    suggests('work()', coroutine, 'yield* work()'),
    { code: 'const work = function* () {}\nwork()', errors: [floating] },
    { code: 'class Worker { *run() {} start() { this.run() } }', errors: [floating] },
    { code: "import * as aio from '@loopscope/asyncio'\naio.sleep(1)", errors: [floating] },
    {
      code: "import { sleep } from '@loopscope/asyncio'\nasync function main() { await sleep(1) }",
      errors: [{ messageId: 'awaited' }],
    },
  ],
})

const folder = join(import.meta.dirname, 'lint')
const typed =
  "import * as aio from '../../../runtime/typescript/index.ts'\nfunction* work(lock: aio.Lock, job: { run(): aio.Coroutine<number> }): aio.Coroutine<void> { HERE }"

new RuleTester({
  languageOptions: {
    parser: tseslint.parser,
    // In CI the parser would read the file from the disk, and not the case.
    parserOptions: { project: './tsconfig.json', tsconfigRootDir: folder, disallowAutomaticSingleRunInference: true },
  },
}).run('with types', rule, {
  valid: [
    'aio.createTask(job.run())',
    'const number: number = yield* job.run()',
    'yield* lock.acquire()',
    'lock.release()',
    'const words = [1][Symbol.iterator](); words.next()',
    'function* numbers(): Generator<number> { yield 1 }\nnumbers()',
    'new aio.Future<void>()',
  ].map((body) => ({ code: typed.replace('HERE', body), filename: join(folder, 'file.ts') })),
  invalid: [
    suggests('job.run()', typed, 'yield* job.run()'),
    suggests('lock.acquire()', typed, 'yield* lock.acquire()'),
    suggests('lock.locked() && job.run()', typed, 'lock.locked() && (yield* job.run())'),
    suggests('if (job.run()) return', typed, 'if (yield* job.run()) return', 'condition'),
    {
      code: typed.replace('HERE', 'const later = async () => { await job.run() }; void later'),
      errors: [{ messageId: 'awaited' }],
    },
  ].map((each) => ({ ...each, filename: join(folder, 'file.ts') })),
})
