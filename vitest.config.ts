import { defineConfig } from 'vitest/config'

/** A page shows what was done a moment later: `expect.poll` gives it this long, ms. */
const poll = { timeout: 20_000, interval: 50 }

/** Suites by how long they take: `unit` in seconds, `real` with interpreters and a browser, `e2e` in VS Code. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/{trace,live,cli,webview,extension,docs,findings,runtime,differential}/**/*.test.ts'],
          exclude: ['**/*.real.test.ts'],
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'real',
          globalSetup: 'test/real/bundle.ts',
          include: ['test/{live,cli,webview,findings,runtime}/**/*.real.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 180_000,
          expect: { poll },
          fileParallelism: false,
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
        },
      },
    ],
  },
})
