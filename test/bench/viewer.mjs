// `npm run bench:viewer [-- --only 1M] [-- --no-peers] [-- --no-live]`: the panel in Chromium on traces of 100 k, 1 M and 10 M events; see viewer/README.md.
import { join } from 'node:path'
import { importBundled } from '../../scripts/bundled.mjs'

const here = import.meta.dirname
await importBundled(join(here, 'viewer/run.ts'), join(here, '../../node_modules/.cache/bench-viewer/run.mjs'))
