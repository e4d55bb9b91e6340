// `npm run pictures [-- THEME … TASKS … SCENE …]`: the panel as it looks, see README.md.
import { join } from 'node:path'
import { importBundled } from '../../scripts/bundled.mjs'

const here = import.meta.dirname
await importBundled(join(here, 'run.ts'), join(here, '../../.cache/pictures/run.mjs'))
