import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The repository's root, found from this file or from the bundle it ended up in. */
export const repository = findRepository(dirname(fileURLToPath(import.meta.url)))

/** Where everything downloaded lives; ignored by git, shared by tests and `npm start`. */
export const cache = resolve(process.env['LOOPSCOPE_CACHE'] ?? join(repository, '.cache'))

function findRepository(folder: string): string {
  const manifest = join(folder, 'package.json')
  if (existsSync(manifest)) {
    const { name } = JSON.parse(readFileSync(manifest, 'utf8')) as { name?: string }
    if (name === 'loopscope') return folder
  }
  const parent = dirname(folder)
  if (parent === folder) throw new Error('The root of the repository was not found: no package.json named "loopscope".')
  return findRepository(parent)
}
