import { type QueryKey, type UseQueryResult, useQueries, useQuery } from '@tanstack/react-query'
import { useCallback, useMemo, useState } from 'react'
import { sameValue } from '#lib/csr/same-value.ts'
import { problemOf } from '#lib/query/api.ts'
import { type HeldRows, type Hold, type ListedRows, useHeldRows } from '#lib/query/held-rows.ts'
import { useSession } from '#lib/query/live.ts'
import { listQuery, ROW_KEYS } from '#lib/query/queries.ts'
import { type LiveClient, useLiveClient } from '#lib/query/tab-client.ts'
import {
  type ListName,
  type ListPage,
  type Lists,
  type PageQuery,
  VIEW_PAGE_LIMIT,
} from '#lib/wire/views.ts'
import type { Problem } from '#lib/wire/wire.ts'

/** A list that the server holds. The rows around the window are here, as one page of one state. */
export interface PagesOfRows<Row, Counts> extends Omit<HeldRows<Row>, 'changes'> {
  /** Null before the first answer. */
  readonly counts: Counts | null
  /** Keeps the rows in their places while a person points at them. */
  readonly hold: Hold
  /** Reads every matching row, one page after the other. */
  readonly readAll: () => Promise<readonly Row[]>
  /** Reports the drawn rows, `first` to `last`, and the marked one wherever it is (-1: none). */
  readonly onWindow: (first: number, last: number, marked: number) => void
  /** Reason that the latest answer could not be read; null after one that could. */
  readonly problem: Problem | null
  readonly retry: () => void
}

export function usePagesOfRows<Name extends ListName>(
  list: Name,
  filter: Lists[Name]['filter'],
  /** False for a list that is not read, and so is empty. */
  isWanted = true,
): PagesOfRows<Lists[Name]['row'], Lists[Name]['counts']> {
  const [[page, ...more], setPages] = useState(TOP)
  const enabled = useSession().status === 'signedIn' && isWanted
  const client = useLiveClient()
  const same = useSame(filter)
  const keyOf = ROW_KEYS[list]
  const queryOf = useCallback(
    (page: PageQuery) => listQuery(client, list, same, page),
    [list, client, same],
  )
  const first = useQuery({ ...queryOf(page), enabled })
  const { data: latest, refetch } = first
  // Without rows the first failure is shown while the page is tried again.
  const error = first.error ?? (latest === undefined ? first.failureReason : null)
  const data = isWanted ? latest : undefined
  const others = useQueries({
    queries: more.map((other) => ({ ...queryOf(other), enabled })),
    combine: answersOf<ListPage<Name>>,
  })

  const onWindow = useCallback((first: number, last: number, marked: number) => {
    setPages((before) => {
      const next = pagesAround(first, last, marked, before)
      return JSON.stringify(before) === JSON.stringify(next) ? before : next
    })
  }, [])

  const readAll = useCallback(() => readRows(client, list, same), [client, list, same])

  const listed = useMemo((): ListedRows<Lists[Name]['row']> => {
    const pages = data === undefined ? [] : [data, ...others]
    const inFirst = new Set(others.length === 0 ? [] : data?.rows.map(keyOf))
    return {
      count: data?.total ?? 0,
      rowAt(index) {
        const at = pages.find(({ from, rows }) => from <= index && index < from + rows.length)
        const row = at?.rows[index - at.from]
        // Pages of two states may both have a row, which is drawn once.
        return row !== undefined && at !== data && inFirst.has(keyOf(row)) ? undefined : row
      },
      keyOf,
      read: pages.flatMap(({ from, rows }) => rows.map((_, at) => from + at)).sort((a, b) => a - b),
    }
  }, [data, others, keyOf])
  const isUnread = isWanted && data === undefined
  const answered = useAnswered(queryOf, first.isPlaceholderData)
  const held = useHeldRows(listed, isUnread ? UNREAD : answered)

  return useMemo(() => {
    const { count, rowAt, read, gone, hold } = held
    return {
      ...{ count, rowAt, keyOf, read, gone, hold },
      counts: data?.counts ?? null,
      readAll,
      onWindow,
      problem: error === null ? null : problemOf(error),
      retry: () => void refetch(),
    }
  }, [held, data, error, refetch, readAll, onWindow, keyOf])
}

const UNREAD = null

/** Returns the first object for as long as later ones have the same value. */
function useSame<Value extends object>(value: Value): Value {
  const [same, setSame] = useState(value)
  if (sameValue(same, value)) return same
  setSame(value)
  return value
}

/** The list of the rows on screen: the previous rows stay until another list is answered. */
function useAnswered<List>(list: List, isPlaceholder: boolean): List {
  const [answered, setAnswered] = useState(() => list)
  if (isPlaceholder || answered === list) return answered
  setAnswered(() => list)
  return list
}

/**
 * Every row of these lists, read again when their topic changes. Null before that, or when not
 * wanted.
 */
export function useAllRows<Name extends ListName>(
  queryKey: QueryKey,
  list: Name,
  filters: readonly Lists[Name]['filter'][],
  isWanted: boolean,
): readonly Lists[Name]['row'][] | null {
  const client = useLiveClient()
  const { data } = useQuery({
    queryKey,
    queryFn: async () => {
      const rows: Lists[Name]['row'][] = []
      for (const filter of filters) rows.push(...(await readRows(client, list, filter)))
      return rows
    },
    enabled: isWanted,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  })
  return isWanted ? (data ?? null) : null
}

/** Reads every matching row; pages that changed in the meantime are read again. */
export async function readRows<Name extends ListName>(
  client: LiveClient,
  list: Name,
  filter: Lists[Name]['filter'],
): Promise<readonly Lists[Name]['row'][]> {
  const all = new Map<string, Lists[Name]['row']>()
  for (let from = 0, total = 1; from < total; from += VIEW_PAGE_LIMIT) {
    const query = listQuery(client, list, filter, { from, to: from + VIEW_PAGE_LIMIT })
    const { answer } = await client.queryClient.fetchQuery(query)
    for (const row of answer.rows) all.set(ROW_KEYS[list](row), row)
    total = answer.total
  }
  return [...all.values()]
}

function answersOf<Answer>(results: readonly UseQueryResult<Answer>[]): readonly Answer[] {
  return results.flatMap(({ data }) => data ?? [])
}

type Page = Required<PageQuery>
type Pages = readonly [Page, ...Page[]]

/** Rows read beyond each end of the window, so that a step of the keys finds its row. */
const MARGIN = 25
/** Pages begin and end at multiples of it, so that neighbouring windows have the same pages. */
const STEP = 50
const LEAST = 100

const TOP: Pages = [{ from: 0, to: LEAST }]

/**
 * The pages for rows `first` to `last` and the marked one: in most cases one page, of one state.
 */
export function pagesAround(
  first: number,
  last: number,
  marked = -1,
  before: readonly Page[] = [],
): Pages {
  const from = Math.max(0, Math.floor((first - MARGIN) / STEP) * STEP)
  const to = Math.max(from + LEAST, Math.ceil((last + 1 + MARGIN) / STEP) * STEP)
  const more: Page[] = []
  for (let at = from + VIEW_PAGE_LIMIT; at < to; at += VIEW_PAGE_LIMIT) {
    more.push({ from: at, to: Math.min(to, at + VIEW_PAGE_LIMIT) })
  }
  const hasMarked = (page: Page) => page.from <= marked && marked < page.to
  if (marked !== -1 && !hasMarked({ from, to })) {
    // Another page would have to be read first, and its row would lose the focus until then.
    more.push(before.find(hasMarked) ?? pagesAround(marked, marked)[0])
  }
  return [{ from, to: Math.min(to, from + VIEW_PAGE_LIMIT) }, ...more]
}
