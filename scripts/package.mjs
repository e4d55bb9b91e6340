// Builds everything and packs it: dist/loopscope.vsix. `npm run package`.
import { execFileSync } from 'node:child_process'
import { statSync } from 'node:fs'
import { createVSIX } from '@vscode/vsce'

const packagePath = 'dist/loopscope.vsix'
execFileSync(process.execPath, ['esbuild.config.mjs'], { stdio: 'inherit' })
// The README's links stay as they are: there is no address yet to make them absolute.
const write = console.log
if (process.argv.includes('--quiet')) console.log = () => undefined
await createVSIX({ packagePath, dependencies: false, allowMissingRepository: true, rewriteRelativeLinks: false })
write(`${packagePath}: ${Math.ceil(statSync(packagePath).size / 1000)} KB`)
