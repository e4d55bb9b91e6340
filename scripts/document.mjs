// Parts of pages that a command writes, between `<!-- generated: NAME -->` and `<!-- /generated -->`.
import { readFileSync, writeFileSync } from 'node:fs'
import * as prettier from 'prettier'

const part = (name) => new RegExp(`<!-- generated: ${name} -->([^]*?)<!-- /generated -->`)

/** What stands there now, '' where the page has no such part. */
export const generated = (page, name) => part(name).exec(readFileSync(page, 'utf8'))?.[1] ?? ''

export async function write(page, name, text) {
  const options = await prettier.resolveConfig(page)
  const written = readFileSync(page, 'utf8').replace(
    part(name),
    () => `<!-- generated: ${name} -->\n\n${text}\n\n<!-- /generated -->`,
  )
  writeFileSync(page, await prettier.format(written, { ...options, filepath: page }))
}
