// The real editor and browser for scripts that are plain JavaScript.
import { resolve } from 'node:path'
import { importBundled } from './bundled.mjs'

/** `test/real`, which the end-to-end tests use too. */
export const real = () => importBundled('test/real/index.ts', resolve('.cache', 'real.mjs'))
