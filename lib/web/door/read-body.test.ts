import { expect, it } from 'vitest'
import { z } from 'zod'
import { readBody } from '#lib/web/door/read-body.ts'

const read = async (path: string, body: string) => {
  const request = new Request(`http://localhost${path}`, { method: 'POST', body })
  const reading = await readBody(request, z.array(z.number()))
  if (!('refusal' in reading)) return reading.body
  const { code, causes } = await reading.refusal.json()
  return [code, causes[0].code]
}

it.each([
  [
    'a body longer than its route takes',
    '/api/retry',
    `[${' '.repeat(1024)}]`,
    'tooLarge',
    'bodyTooLarge',
  ],
  ['a body of a route that takes none', '/api/summary', '[]', 'tooLarge', 'bodyTooLarge'],
  [
    'a megabyte of brackets',
    '/api/decisions',
    '['.repeat(1_000_000),
    'invalidBody',
    'bodyTooNested',
  ],
  [
    'half a million numbers',
    '/api/decisions',
    `[${Array(500_000).fill(1)}]`,
    'invalidBody',
    'bodyTooNested',
  ],
])('a body with %s is refused before a parser reads it', async (_, path, body, code, why) => {
  expect(await read(path, body)).toEqual([code, why])
})

it('a body within both limits is read', async () => {
  expect(await read('/api/decisions', '[1, 2]')).toEqual([1, 2])
})
