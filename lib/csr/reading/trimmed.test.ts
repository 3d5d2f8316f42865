import { expect, it } from 'vitest'
import { trimmed } from '#lib/csr/reading/trimmed.ts'

it.each([[[]], [['a']], [['a', 'b']]])('%j is copied unchanged', (list) => {
  expect(trimmed(list)).toEqual(list)
  expect(trimmed(list)).not.toBe(list)
})
