// Builds everything and packs it: dist/loopscope.vsix. `npm run package`.
import { execFileSync } from 'node:child_process'
import { statSync } from 'node:fs'
import { createVSIX } from '@vscode/vsce'

const packagePath = 'dist/loopscope.vsix'
execFileSync(process.execPath, ['esbuild.config.mjs'], { stdio: 'inherit' })
await createVSIX({ packagePath, dependencies: false, allowMissingRepository: true, rewriteRelativeLinks: false })
console.log(`${packagePath}: ${Math.ceil(statSync(packagePath).size / 1000)} KB`)
