/** The real editor for scripts that are plain JavaScript: `scripts/start.mjs` bundles this file and imports it. */
export { findChromium, installChromium } from './chromium.ts'
export { ensureCodeServer } from './codeServer.ts'
export { cache, repository } from './folders.ts'
export { startServer } from './vscodeServer.ts'
export { launchBrowser, Workbench } from './workbench.ts'
