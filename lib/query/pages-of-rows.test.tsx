// @vitest-environment happy-dom
import { act, cleanup, renderHook } from '@testing-library/react'
import { afterEach, describe, expect, it } from 'vitest'
import { InTab, openTab, servedWorld } from '#lib/query/fixtures/open-tab.tsx'
import { problem } from '#lib/query/fixtures/server.ts'
import { pagesAround, usePagesOfRows } from '#lib/query/pages-of-rows.ts'
import { makeSnapshot, NOW } from '#lib/wire/fixtures/cluster.ts'

afterEach(cleanup)

describe('the pages around a window', () => {
  it.each<[string, [number, number, number], [number, number][]]>([
    ['at the top', [0, 53, -1], [[0, 100]]],
    ['of nothing', [0, -1, -1], [[0, 100]]],
    ['further down', [80, 133, -1], [[50, 200]]],
    ['the next window, the same', [90, 143, -1], [[50, 200]]],
    [
      'higher than a page',
      [100, 399, -1],
      [
        [50, 250],
        [250, 450],
      ],
    ],
    ['with the mark in view', [80, 133, 100], [[50, 200]]],
    [
      'with the mark far away',
      [80, 133, 1_000],
      [
        [50, 200],
        [950, 1_050],
      ],
    ],
  ])('the pages around a window are asked for: %s', (_, around, pages) => {
    expect(pagesAround(...around).map(({ from, to }) => [from, to])).toEqual(pages)
  })

  it('the pages around a window include the page of the marked row', () => {
    const bottom = pagesAround(96, 149, 149)
    expect(pagesAround(0, 53, 149, bottom)).toEqual([{ from: 0, to: 100 }, bottom[0]])
    expect(pagesAround(96, 149, 149, pagesAround(0, 53, 149, bottom))).toEqual(bottom)
  })

  it('the pages around a window have every row of it, and the next rows for the keys', () => {
    for (const height of [1, 30, 54, 90, 230]) {
      for (let first = 0; first < 700; first += 7) {
        const pages = pagesAround(first, first + height - 1)
        const has = (index: number) => pages.some(({ from, to }) => from <= index && index < to)
        const needed = Array.from({ length: height + 50 }, (_, at) => first - 25 + at)
        expect(needed.filter((index) => index >= 0 && !has(index))).toEqual([])
        expect(pages.filter(({ from, to }) => to - from > 200)).toEqual([])
      }
    }
  })
})

interface Row {
  readonly name: string
}

/** A list at the server, and a page that shows the list. */
async function open(status = 0) {
  const { world, server } = servedWorld()
  const list = {
    rows: Array.from({ length: 1_000 }, (_, at) => ({ name: `row-${at}` })),
    revision: 1,
  }
  const asked: string[] = []
  const trouble = { status }
  world.network.respond = (path, init) => {
    const url = new URL(path, 'http://x')
    if (url.pathname !== '/api/nodes') return server.respond(path, init)
    asked.push(url.search)
    if (trouble.status !== 0) return problem(trouble.status)
    const [from, to] = ['from', 'to'].map((name) => Number(url.searchParams.get(name)))
    const matching = list.rows.filter(({ name }) =>
      name.includes(url.searchParams.get('text') ?? ''),
    )
    return Response.json({
      epoch: 'e',
      revision: list.revision,
      serverTime: new Date(NOW).toISOString(),
      feed: makeSnapshot().feed,
      total: matching.length,
      from: from ?? 0,
      counts: { all: list.rows.length },
      rows: matching.slice(from, to),
    })
  }
  const { client } = openTab(world)
  const hook = renderHook(({ text }) => usePagesOfRows('nodes', { text }), {
    initialProps: { text: '' },
    wrapper: ({ children }) => <InTab client={client}>{children}</InTab>,
  })
  const settle = () => act(() => world.advance(100))
  await act(async () => void client.start())
  await act(() => world.advance(1_000))
  return {
    list,
    asked,
    trouble,
    settle,
    rows: () => hook.result.current,
    rerender: hook.rerender,
    at: (index: number) => hook.result.current.rowAt(index)?.name,
    window: async (...drawn: [number, number, number]) => {
      act(() => hook.result.current.onWindow(...drawn))
    },
    changed: async () => {
      list.revision += 1
      server.send({
        event: 'changed',
        data: { epoch: 'e', revision: list.revision, topics: ['nodes'], keys: null },
      })
      await settle()
    },
  }
}

const keyOf = ({ name }: Row) => name

it('rows arrive with their page, and the previous page’s rows stay until then', async () => {
  const { rows, at, window, settle } = await open()
  expect([rows().count, rows().counts, at(0), at(100)]).toEqual([
    1_000,
    { all: 1_000 },
    'row-0',
    undefined,
  ])
  await window(80, 133, -1)
  expect([at(80), at(133)]).toEqual(['row-80', undefined])
  await settle()
  expect([at(49), at(50), at(133), at(199), at(200)]).toEqual([
    undefined,
    'row-50',
    'row-133',
    'row-199',
    undefined,
  ])
})

it('a change at the server is shown, and unchanged rows stay the same objects', async () => {
  const { rows, list, at, changed } = await open()
  const before = rows().rowAt(5)
  list.rows = list.rows.map((row, index) => (index === 3 ? { name: 'new' } : row))
  await changed()
  expect([at(3), rows().rowAt(5)]).toEqual(['new', before])
  expect(rows().rowAt(5)).toBe(before)
})

it('another filter shows the previous filter’s rows until it is answered', async () => {
  const { rows, at, rerender, settle } = await open()
  act(() => rerender({ text: 'row-99' }))
  expect([rows().count, at(0)]).toEqual([1_000, 'row-0'])
  await settle()
  expect([rows().count, at(0), at(11)]).toEqual([11, 'row-99', undefined])
})

it('a mouse over rows of the previous filter holds none of them', async () => {
  const { rows, at, rerender, settle } = await open()
  act(() => rerender({ text: 'row-99' }))
  await settle()
  act(() => rerender({ text: 'row-990' }))
  act(() => rows().hold.set('pointer', true))
  expect([rows().count, at(0)]).toEqual([11, 'row-99'])
  await settle()
  expect([rows().count, at(0), rows().gone.size]).toEqual([1, 'row-990', 0])
})

it('the mark keeps its row wherever the window is', async () => {
  const { at, window, settle, changed, list } = await open()
  await window(800, 853, 3)
  expect(at(3)).toBe('row-3')
  await settle()
  expect([at(3), at(300)]).toEqual(['row-3', undefined])
  list.rows = list.rows.filter((_, index) => index !== 1)
  await changed()
  expect(at(2)).toBe('row-3')
})

it('a row on two pages of different states is drawn once', async () => {
  const { at, window, settle, list, asked } = await open()
  await window(800, 853, 3)
  await settle()
  // The marked row's page is of the earlier list, the window's page of the later one.
  list.rows = [...list.rows.slice(0, 880).toReversed(), ...list.rows.slice(880)]
  asked.length = 0
  await window(700, 753, 3)
  await settle()
  expect(asked).toHaveLength(1)
  expect([at(790), at(89)]).toEqual(['row-89', undefined])
})

it('all rows can be read, page after page', async () => {
  const { rows, asked, rerender } = await open()
  asked.length = 0
  await act(async () => {
    expect((await rows().readAll()).map(keyOf)).toEqual(
      Array.from({ length: 1_000 }, (_, at) => `row-${at}`),
    )
  })
  expect(asked).toHaveLength(5)
  const { readAll } = rows()
  act(() => rows().onWindow(500, 550, -1))
  expect(rows().readAll).toBe(readAll)
  act(() => rerender({ text: 'row-99' }))
  expect(rows().readAll).not.toBe(readAll)
})

it('the page reports that its first page failed, before it tries again', async () => {
  const { rows } = await open(503)
  expect(rows().problem?.status).toBe(503)
})

it('the rows stay when they cannot be read again, and the page reports the problem', async () => {
  const { rows, at, trouble, changed, settle } = await open()
  trouble.status = 403
  await changed()
  expect([at(0), rows().problem?.status]).toEqual(['row-0', 403])
  trouble.status = 0
  act(() => rows().retry())
  await settle()
  expect(rows().problem).toBe(null)
})
