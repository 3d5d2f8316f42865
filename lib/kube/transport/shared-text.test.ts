import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, it } from 'vitest'
import { shared, sharedList } from '#lib/kube/transport/shared-text.ts'

it('the shared text is equal, whatever was shared before, and however long it is', () => {
  for (let at = 0; at < 5_000; at += 1)
    expect(shared(`system:node:${at}`)).toBe(`system:node:${at}`)
  expect(shared('x'.repeat(1_000))).toBe('x'.repeat(1_000))
  expect(shared('')).toBe('')
})

it('equal lists of texts are one list, and lists that differ only in a comma are two', () => {
  expect(sharedList(['client auth', 'digital signature'])).toBe(
    sharedList(['client auth', 'digital signature']),
  )
  expect(sharedList(['a,b'])).toEqual(['a,b'])
  expect(sharedList(['a', 'b'])).toEqual(['a', 'b'])
  for (let at = 0; at < 5_000; at += 1) expect(sharedList([`group-${at}`])).toEqual([`group-${at}`])
  expect(sharedList(['x'.repeat(1_000)])).toEqual(['x'.repeat(1_000)])
})

it('a shared text takes the memory of one, however many objects have it', () => {
  // 28 MB of text: beside that, other garbage does not matter.
  const text = 'x'.repeat(120)
  const many = 200_000
  setFlagsFromString('--expose-gc')
  const collect: () => void = runInNewContext('gc')
  const heldBy = (keep: (text: string) => string) => {
    collect()
    const before = process.memoryUsage().heapUsed
    const held = Array.from({ length: many }, () => keep(JSON.parse(JSON.stringify(text))))
    collect()
    return { bytes: process.memoryUsage().heapUsed - before, held }
  }
  const alone = heldBy((each) => each)
  const together = heldBy(shared)
  expect(together.held.every((each) => each === text)).toBe(true)
  expect(together.bytes).toBeLessThan(alone.bytes / 2)
})
