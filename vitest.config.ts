import { defineConfig } from 'vitest/config'

/** A page shows what was done a moment later: `expect.poll` gives it this long, ms. */
const poll = { timeout: 20_000, interval: 50 }

/** Of real programs, those that are judged by how long things take. */
const timed = ['test/findings/**/*.real.test.ts', 'test/cli/diff.real.test.ts']

/**
 * Suites by what they need: `unit` nothing, `real` interpreters and a browser, `timed` the machine for itself, `e2e` VS Code.
 * Where a file waits for conditions only, as many run at once as there are processors; vitest alone would leave one idle.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/{trace,live,cli,webview,extension,docs,findings,runtime,differential}/**/*.test.ts'],
          exclude: ['**/*.real.test.ts'],
          maxWorkers: '100%',
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'real',
          globalSetup: 'test/real/bundle.ts',
          include: ['test/{live,cli,webview,runtime}/**/*.real.test.ts'],
          exclude: timed,
          maxWorkers: '100%',
          testTimeout: 120_000,
          hookTimeout: 180_000,
          expect: { poll },
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'timed',
          globalSetup: 'test/real/bundle.ts',
          include: timed,
          testTimeout: 120_000,
          hookTimeout: 180_000,
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
      {
        test: {
          name: 'e2e',
          globalSetup: 'test/e2e/pack.ts',
          include: ['test/e2e/**/*.test.ts'],
          testTimeout: 300_000,
          hookTimeout: 900_000,
          expect: { poll },
          fileParallelism: false,
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
})
