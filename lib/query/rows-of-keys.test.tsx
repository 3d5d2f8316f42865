// @vitest-environment happy-dom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { act, cleanup, renderHook } from '@testing-library/react'
import type { ReactNode } from 'react'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { useRowsOfKeys } from '#lib/query/rows-of-keys.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  cleanup()
  vi.useRealTimers()
})

const rowsOf = (...names: string[]) => new Map(names.map((name) => [name, `row ${name}`]))

function ticked(keys: readonly string[], onScreen: ReadonlyMap<string, string>) {
  let listed = rowsOf('a', 'b', 'c')
  const readAll = vi.fn<() => Promise<ReadonlyMap<string, string>>>(async () => listed)
  const selected = new Set(keys)
  const client = new QueryClient()
  const wrapper = ({ children }: { readonly children: ReactNode }) => (
    <QueryClientProvider client={client}>{children}</QueryClientProvider>
  )
  const hook = renderHook(({ screen }) => useRowsOfKeys('letters', selected, screen, readAll), {
    initialProps: { screen: onScreen },
    wrapper,
  })
  return {
    readAll,
    now: () => hook.result.current,
    show: (screen: ReadonlyMap<string, string>) => hook.rerender({ screen }),
    list: (...names: string[]) => {
      listed = rowsOf(...names)
    },
    pass: (ms: number) => act(() => vi.advanceTimersByTimeAsync(ms)),
  }
}

it('rows on screen need no question', async () => {
  const { now, readAll, pass } = ticked(['a', 'b'], rowsOf('a', 'b'))
  await pass(20_000)
  expect([...now().rows.keys()]).toEqual(['a', 'b'])
  expect(readAll).not.toHaveBeenCalled()
})

it('a ticked row that the filter hides is read, and does not count as gone', async () => {
  const { now, pass } = ticked(['a', 'b'], rowsOf('a'))
  expect(now().offScreen).toEqual(['b'])
  await pass(0)
  expect(now().rows.get('b')).toBe('row b')
  expect(now().gone).toEqual([])
})

it('a row that left the screen and the list counts as gone, also when an older answer had it', async () => {
  const { now, pass, show, list } = ticked(['a', 'b', 'c'], rowsOf('a', 'b'))
  await pass(0)
  list('a', 'c')
  show(rowsOf('a'))
  expect(now().gone).toEqual([])
  await pass(0)
  expect(now().gone).toEqual(['b'])
})

it('a ticked row off screen is asked for every five seconds', async () => {
  const { now, pass, list } = ticked(['c'], rowsOf('a'))
  await pass(0)
  expect(now().gone).toEqual([])
  list('a')
  await pass(4_999)
  expect(now().gone).toEqual([])
  await pass(1)
  expect(now().gone).toEqual(['c'])
})
