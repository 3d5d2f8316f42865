// @vitest-environment happy-dom
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { type Columns, DataTable, type RowGroup } from '#components/ui/data-table.tsx'
import { Keyboard } from '#components/ui/keyboard.tsx'
import { useListKeys } from '#components/ui/list-keys.ts'
import type { Rows } from '#components/ui/row-list.ts'
import { useTicks } from '#components/ui/ticks.ts'

const opened = vi.fn<() => void>()
const approved = vi.fn<(letter: string) => boolean>(() => true)
const brought = vi.fn<() => void>()
const held = vi.fn<(by: string, isOn: boolean) => void>()
const drawn = vi.fn<(first: number, last: number) => void>()

beforeEach(() => {
  vi.clearAllMocks()
  // The DOM of these tests has no layout: what has the focus is on screen.
  showAbove(':focus')
})
afterEach(cleanup)

const COLUMNS: Columns<string> = { name: { cell: (name) => <a href={`/${name}`}>{name}</a> } }
const WORDS = { column: 'Selection', all: 'Select all', nameOf: (name: string) => `Select ${name}` }
const HEIGHT = { row: 10, lines: 20 }

interface PageProps {
  /** Rows named by letters. A dot is an unread row; a capital cannot be ticked. */
  readonly letters: string
  readonly groups?: readonly RowGroup[]
  readonly heads?: 'shown' | 'spoken'
}

function Page({ letters, groups = [], heads = 'shown' }: PageProps) {
  const bringIn = () => brought()
  const rows: Rows<string> = {
    count: letters.length,
    rowAt: (index) => ('.-'.includes(letters[index] ?? '.') ? undefined : letters[index]),
    keyOf: (letter) => letter,
    // The place of a row that left.
    gone: new Map([...letters].flatMap((letter, at) => (letter === '-' ? [[at, letter]] : []))),
  }
  const ticks = useTicks(rows, (letter) => letter === letter.toLowerCase(), WORDS)
  const list = useListKeys(rows, { onOpen: opened, onApprove: approved, ticks })
  const { filter } = list
  return (
    <>
      <header />
      <div data-base-ui-portal="" />
      <input ref={filter} aria-label="Filter" />
      <DataTable
        label="Letters"
        columns={COLUMNS}
        names={{ name: 'Name' }}
        list={list}
        height={HEIGHT}
        stale={false}
        ticks={ticks}
        groups={groups}
        heads={heads}
        hold={{ changes: letters.split('-').length - 1, bringIn, set: held }}
        onWindow={drawn}
        empty={{ title: 'No letters', clear: { label: 'Show all', onClear: opened } }}
      />
    </>
  )
}

function show(letters: string, props: Omit<PageProps, 'letters'> = {}) {
  const page = (now: string) => (
    <Keyboard path="/" letters>
      <Page letters={now} {...props} />
    </Keyboard>
  )
  const { rerender } = render(page(letters))
  return { becomes: (now: string) => rerender(page(now)) }
}

/** Presses keys on the focused element, as a browser does. */
function press(...keys: readonly string[]): void {
  for (const key of keys) fireEvent.keyDown(document.activeElement ?? document.body, { key })
}

/** Makes that element the one on top at every point of the page. */
function showAbove(selector: string): void {
  const above = () => document.querySelector(selector)
  vi.spyOn(document, 'elementFromPoint').mockImplementation(above)
}

const focused = () => document.activeElement?.textContent
const marked = () => document.querySelector('.keyboard-row')?.getAttribute('data-key') ?? null
const ticked = () =>
  screen
    .getAllByRole<HTMLInputElement>('checkbox', { checked: true })
    .map((box) => box.getAttribute('aria-label'))

it('the table keeps the place of a row that left, counts the changes, and brings them in on a press', () => {
  const { becomes } = show('abc')
  expect(screen.queryByRole('button', { name: /change/ })).toBeNull()
  press('u')
  expect(brought).not.toHaveBeenCalled()
  becomes('a-c')
  const rows = screen.getAllByRole('row').slice(1)
  expect(rows.map(({ textContent }) => textContent)).toEqual(['a', 'No longer in this list', 'c'])
  expect(screen.getByRole('table').hasAttribute('aria-busy')).toBe(false)
  fireEvent.click(screen.getByRole('button', { name: '1 change' }))
  press('u')
  expect(brought).toHaveBeenCalledTimes(2)
})

it('no key decides the place of a row that left', () => {
  const { becomes } = show('abc')
  press('j', 'j')
  expect(marked()).toBe('b')
  becomes('a-c')
  press('a', 'x')
  expect(approved).not.toHaveBeenCalled()
})

it('the table reports when a row is marked, and when none is any more', () => {
  show('abc')
  press('j')
  expect(held.mock.lastCall).toEqual(['mark', true])
  press('Escape')
  expect(held.mock.lastCall).toEqual(['mark', false])
})

it('the table has a sub-head above the first row of each group, and the keys pass over it', () => {
  const groups = [
    { from: 0, key: 'x', head: 'First' },
    { from: 1, key: 'y', head: 'Rest' },
  ]
  show('abc', { groups })
  const rows = screen.getAllByRole('row').slice(1)
  expect(rows.map(({ textContent }) => textContent)).toEqual(['First', 'a', 'Rest', 'b', 'c'])
  expect(screen.getByRole('rowheader', { name: 'Rest' }).getAttribute('colspan')).toBe('2')
  press('j', 'j')
  expect(marked()).toBe('b')
})

it('the table is busy while a drawn row is unread, and keeps that row’s place free', () => {
  const { becomes } = show('a.c')
  const table = screen.getByRole('table', { name: 'Letters' })
  const rows = screen.getAllByRole('row')
  expect(table.getAttribute('aria-rowcount')).toBe('4')
  expect(rows.map((row) => row.getAttribute('aria-rowindex'))).toEqual(['1', '2', '3', '4'])
  expect(rows.map((row) => row.getAttribute('data-key'))).toEqual([null, 'a', null, 'c'])
  expect(table.getAttribute('aria-busy')).toBe('true')
  becomes('abc')
  expect(table.getAttribute('aria-busy')).toBeNull()
})

it('the table reports which rows are drawn and that none is marked, and draws only those', () => {
  show('x'.repeat(1_000).replaceAll(/x/g, (_, at: number) => String.fromCodePoint(0x4e00 + at)))
  const rows = screen.getAllByRole('row').length - 1
  expect(rows).toBeLessThan(200)
  expect(drawn.mock.lastCall).toEqual([0, rows - 1, -1])
})

it.each<[string, keys: string[], row: string]>([
  ['j: the first row', ['j'], 'a'],
  ['j j: the second', ['j', 'j'], 'b'],
  ['k: the last', ['k'], 'c'],
  ['j j k: the first again', ['j', 'j', 'k'], 'a'],
  ['k j: no row is below the last', ['k', 'j'], 'c'],
])('keys mark a row of a table: %s', (_, keys, row) => {
  show('abc')
  press(...keys)
  expect([marked(), focused()]).toEqual([row, row])
})

it('the second of two keys before one render acts on the row that the first moved to', () => {
  show('abc')
  act(() => {
    for (const key of ['j', 'j', 'a']) {
      document.body.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }))
    }
  })
  expect(approved.mock.calls).toEqual([['b']])
  expect([marked(), focused()]).toEqual(['b', 'b'])
})

it('a key acts on the marked row', () => {
  show('abc')
  press('j', 'j', 'a')
  expect(approved.mock.calls).toEqual([['b']])
})

it.each<[where: string, above: string, decided: string[][]]>([
  ['was scrolled away', 'none', []],
  ['lies under a bar that stays in place', 'header', []],
  ['lies under a toast', '[data-base-ui-portal]', [['b']]],
])(
  'a marked row that %s can be ticked; a key decides it only under what passes',
  (_, above, decided) => {
    show('abc')
    press('j', 'j')
    showAbove(above)
    press('x', 'a')
    expect([ticked(), approved.mock.calls]).toEqual([['Select b'], decided])
  },
)

it('the mark stays on its row while other rows come and go', () => {
  const { becomes } = show('abc')
  press('j', 'j')
  becomes('xybc')
  expect([marked(), focused()]).toEqual(['b', 'b'])
})

it('a row that leaves passes the mark and the focus to the row in its place', () => {
  const { becomes } = show('abc')
  press('j', 'j')
  becomes('ac')
  expect([marked(), focused()]).toEqual(['c', 'c'])
})

it('a marked row that is no longer read keeps the mark, and its keys do nothing', () => {
  const { becomes } = show('abc')
  press('j', 'j')
  becomes('a.c')
  press('a')
  expect(approved).not.toHaveBeenCalled()
  becomes('abc')
  expect(marked()).toBe('b')
})

it('an unread row is marked and focused once it is read; no key decides it before', () => {
  const { becomes } = show('ab.')
  press('k', 'a')
  expect(approved).not.toHaveBeenCalled()
  becomes('abc')
  expect([marked(), focused()]).toEqual(['c', 'c'])
})

it.each<[string, keys: string[], boxes: string[]]>([
  ['x', ['j', 'x'], ['Select a']],
  ['a range from the row ticked last', ['j', 'x', 'j', 'j', 'X'], ['Select a', 'Select c']],
])('%s ticks the marked row, but not a row that cannot be ticked', (_, keys, boxes) => {
  show('aBcd')
  for (const key of keys) {
    fireEvent.keyDown(document.activeElement ?? document.body, { key, shiftKey: key === 'X' })
  }
  expect(ticked()).toEqual(boxes)
})

it('the box in the head ticks every row that can be ticked, then none', () => {
  show('aBc')
  fireEvent.click(screen.getByRole('checkbox', { name: 'Select all' }))
  expect(ticked()).toEqual(['Select all', 'Select a', 'Select c'])
  fireEvent.click(screen.getByRole('checkbox', { name: 'Select all' }))
  expect(screen.queryAllByRole('checkbox', { checked: true })).toEqual([])
})

it('an empty table says so, and clearing the filter moves the focus to the filter', () => {
  show('')
  expect(screen.queryByRole('table')).toBeNull()
  fireEvent.click(screen.getByRole('button', { name: 'Show all' }))
  expect(opened).toHaveBeenCalled()
  expect(document.activeElement).toBe(screen.getByRole('textbox', { name: 'Filter' }))
})

it.each([
  ['shown', false, ['Select all', 'Select a']],
  ['spoken', true, ['Select a']],
] as const)(
  'heads that are %s are for screen readers only: %s, with the boxes %s',
  (heads, isSpoken, boxes) => {
    show('a', { heads })
    const head = screen.getByRole('columnheader', { name: 'Name' })
    expect(head.closest('thead')?.className === 'sr-only').toBe(isSpoken)
    expect(screen.getAllByRole('checkbox').map((box) => box.getAttribute('aria-label'))).toEqual(
      boxes,
    )
  },
)
