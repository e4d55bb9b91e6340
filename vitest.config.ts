import { defineConfig } from 'vitest/config'

/** Suites by how long they take: `unit` in seconds, `real` with interpreters and a browser, `e2e` in VS Code. */
export default defineConfig({
  test: {
    projects: [{ test: { name: 'unit', include: ['test/{trace,cli,webview,extension,docs}/**/*.test.ts'] } }],
  },
})
