import { describe, expect, it } from 'vitest'
import { holdOrder, type Sort, sortItems } from '#components/machines/board-order.ts'
import { makeItem } from '#components/machines/fixtures/make-machine.ts'
import type { BoardItem } from '#lib/query/board-facts.ts'

const names = (items: readonly BoardItem[]) => items.map(({ key }) => key).join(' ')
const nowhere = () => null

describe('the order of the waiting rows', () => {
  const items = [
    makeItem('b', { firstPendingAt: '2026-11-24T14:00:00Z' }),
    makeItem('c', { firstPendingAt: '2026-11-24T14:20:00Z' }),
    makeItem('a', { firstPendingAt: '2026-11-24T14:10:00Z' }),
  ]
  it.each<[Sort, string]>([
    ['deadline', 'b c a'],
    ['name', 'a b c'],
    ['newest', 'c a b'],
  ])('%s: %s', (sort, expected) => {
    expect(names(sortItems(items, sort))).toBe(expected)
  })
})

describe('a list that is pointed at', () => {
  const [a, b, c] = [makeItem('a'), makeItem('b'), makeItem('c')]
  const places = (rows: ReturnType<typeof holdOrder>) =>
    rows.map(({ item, gone }) => (gone ? `(${item.key})` : item.key)).join(' ')

  it.each<[string, readonly BoardItem[], readonly BoardItem[] | null, string]>([
    ['not held: as it is', [b, a], null, 'b a'],
    ['another order: keeps its own', [c, b, a], [a, b, c], 'a b c'],
    ['a new one comes last', [c, a, b], [a, b], 'a b c'],
    ['one that is gone keeps its place', [a, c], [a, b, c], 'a (b) c'],
  ])('%s', (_, items, held, expected) => {
    expect(places(holdOrder(items, held, nowhere))).toBe(expected)
  })

  it('shows the newest state of a row, not the one that was held', () => {
    const newer = makeItem('a', { verdict: 'suspicious' })
    const [row] = holdOrder([newer], [a], nowhere)
    expect(row?.item).toBe(newer)
  })

  it('keeps a row that has moved to another section, as it is there', () => {
    const moved = makeItem('b', { waiting: false, waitingForSigner: true })
    const rows = holdOrder([a, c], [a, b, c], (key) => (key === 'b' ? moved : null))
    expect(rows[1]).toEqual({ item: moved, gone: false })
  })
})
