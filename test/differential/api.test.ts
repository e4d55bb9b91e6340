// Everything that asyncio has is here, or api.md says why not.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { apiTable } from './api.mjs'

it('api.md is what the declared types have of asyncio’s API', async () => {
  const { text, missing, stale } = await apiTable()
  expect(missing).toEqual([])
  expect(stale).toEqual([])
  expect(readFileSync(join(import.meta.dirname, 'api.md'), 'utf8')).toBe(text)
}, 120_000)
