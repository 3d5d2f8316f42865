import { expect, it } from 'vitest'
import { createFairBuffer, type FairBuffer } from '#approver/fair-buffer.ts'
import { makeCsr } from '#lib/csr/fixtures/make-csr.ts'

const REQUEST = makeCsr().request
const csr = (nodeName: string, name: string) =>
  makeCsr({ nodeName, name, uid: name, request: REQUEST })

function drain(buffer: FairBuffer): string[] {
  const names: string[] = []
  for (let one = buffer.take(); one !== null; one = buffer.take()) names.push(one.name)
  return names
}

it('lets requestors take turns, each in the order in which theirs came', () => {
  const buffer = createFairBuffer()
  for (const [node, name] of [
    ['a', 'a1'],
    ['a', 'a2'],
    ['b', 'b1'],
    ['a', 'a3'],
    ['c', 'c1'],
    ['b', 'b2'],
  ] as const) {
    buffer.put(csr(node, name))
  }
  expect(drain(buffer)).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3'])
  expect(buffer.size).toBe(0)
})

it('lets nobody wait for a flood', () => {
  const buffer = createFairBuffer()
  for (let n = 0; n < 20_000; n += 1) buffer.put(csr('flood', `f${n}`))
  buffer.put(csr('other', 'one'))
  expect([buffer.take()?.name, buffer.take()?.name]).toEqual(['f0', 'one'])
})

it('holds the newest state of each, once, and none that was deleted', () => {
  const buffer = createFairBuffer()
  const first = csr('a', 'a1')
  buffer.put(first)
  buffer.put(csr('a', 'a2'))
  buffer.put({ ...first, resourceVersion: 'later' })
  buffer.remove('a2')
  buffer.remove('never')
  expect(buffer.size).toBe(1)
  expect(buffer.take()?.resourceVersion).toBe('later')
  expect(buffer.take()).toBeNull()
})
