import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createItemSplitter } from '#lib/kube/transport/item-splitter.ts'

/** The splitter's items for a text in pieces of `size` bytes. */
function split(text: string, size: number): { items: unknown[]; rest: unknown } {
  const bytes = Buffer.from(text)
  const splitter = createItemSplitter()
  const items: unknown[] = []
  for (let at = 0; at < bytes.length; at += size) {
    for (const item of splitter.push(bytes.subarray(at, at + size))) {
      items.push(JSON.parse(item.toString()))
    }
  }
  return { items, rest: JSON.parse(splitter.rest().toString()) }
}

it.each<[string, object]>([
  ['nothing', { kind: 'List', metadata: {}, items: [] }],
  ['null', { kind: 'List', items: null, metadata: { resourceVersion: '7' } }],
  ['metadata after the items', { items: [{ a: 1 }, { b: [1, { c: 2 }] }], metadata: { x: 1 } }],
  ['items of something else', { metadata: { items: [{ a: 1 }] }, items: [{ items: [{ b: 1 }] }] }],
  ['quotes and backslashes', { items: [{ 'a"]}': '\\"', b: '\\\\' }, { c: '}]{["' }] }],
  ['control and other characters', { items: [{ name: '\u0001\u202e\u{1f600}' }] }],
])('a list with %s is split into its items, however it arrives', (_, list) => {
  const { items = [], ...rest } = list as { items?: unknown[] | null }
  for (const size of [1, 2, 3, 7, 1_000]) {
    expect(split(JSON.stringify(list), size)).toEqual({
      items: items ?? [],
      rest: { ...rest, items: items === null ? null : [] },
    })
    expect(split(JSON.stringify(list, null, 2), size).items).toEqual(items ?? [])
  }
})

it('any list is split into its items', () => {
  const item = fc.dictionary(fc.string(), fc.jsonValue())
  const list = fc.record({ metadata: item, items: fc.array(item, { maxLength: 5 }) })
  fc.assert(
    fc.property(list, fc.integer({ min: 1, max: 50 }), (value, size) => {
      const plain = JSON.parse(JSON.stringify(value)) as typeof value
      expect(split(JSON.stringify(value), size)).toEqual({
        items: plain.items,
        rest: { metadata: plain.metadata, items: [] },
      })
    }),
  )
})
