import { describe, expect, it } from 'vitest'
import {
  clearSelected,
  type Picked,
  selectRange,
  toggleSelected,
  withoutSelected,
} from '#components/machines/board-selection.tsx'

const NOTHING: Picked = { selected: new Set(), anchor: null, cursor: null }
const KEYS = ['a', 'b', 'c', 'd', 'e']
const ticked = ({ selected }: Picked) => [...selected].sort().join('')

describe('ticking rows', () => {
  it('ticks and unticks, and begins the next range there', () => {
    const once = toggleSelected(NOTHING, 'b')
    expect(ticked(once)).toBe('b')
    expect(once.anchor).toBe('b')
    expect(ticked(toggleSelected(once, 'b'))).toBe('')
  })

  it.each([
    ['down', 'b', 'd', 'bcd'],
    ['up', 'd', 'b', 'bcd'],
    ['the same row', 'c', 'c', 'c'],
  ])('a range %s: %s to %s', (_, from, to, expected) => {
    expect(ticked(selectRange(toggleSelected(NOTHING, from), KEYS, to))).toBe(expected)
  })

  it('a range from a row that has left is that one row', () => {
    expect(ticked(selectRange(toggleSelected(NOTHING, 'gone'), KEYS, 'c'))).toBe('cgone')
  })

  it('a range holds only rows that can be ticked', () => {
    const tickable = KEYS.filter((key) => key !== 'c')
    expect(ticked(selectRange(toggleSelected(NOTHING, 'b'), tickable, 'd'))).toBe('bd')
  })

  it('tells nobody when nothing changes', () => {
    const one = toggleSelected(NOTHING, 'a')
    expect(withoutSelected(one, ['b'])).toBe(one)
    expect(clearSelected(NOTHING)).toBe(NOTHING)
    expect(ticked(withoutSelected(one, ['a']))).toBe('')
  })
})
