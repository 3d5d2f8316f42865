import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'

/** The rows of ticked keys, also those on other pages or hidden by the filter. */
export interface RowsOfKeys<Row> {
  readonly rows: ReadonlyMap<string, Row>
  /** Keys that no page on screen has: they are on another page, filtered out, or gone. */
  readonly offScreen: readonly string[]
  /** Keys that the whole list no longer has. */
  readonly gone: readonly string[]
}

/**
 * `onScreen` must stay the same object while its rows do; `list` identifies what `readAll` reads.
 */
export function useRowsOfKeys<Row>(
  list: string,
  keys: ReadonlySet<string>,
  onScreen: ReadonlyMap<string, Row>,
  readAll: () => Promise<ReadonlyMap<string, Row>>,
): RowsOfKeys<Row> {
  const offScreen = useMemo(() => [...keys].filter((key) => !onScreen.has(key)), [keys, onScreen])
  // The list itself shows why it cannot be read.
  const { data, isPlaceholderData } = useQuery({
    queryKey: ['rowsOfKeys', list, offScreen],
    queryFn: readAll,
    enabled: offScreen.length > 0,
    refetchInterval: 5_000,
    placeholderData: keepPreviousData,
    structuralSharing: false,
    retry: false,
    gcTime: 0,
  })
  return useMemo(() => {
    const rows = new Map<string, Row>()
    for (const key of keys) {
      const row = onScreen.get(key) ?? data?.get(key)
      if (row !== undefined) rows.set(key, row)
    }
    const isRead = data !== undefined && !isPlaceholderData
    return { rows, offScreen, gone: isRead ? offScreen.filter((key) => !data.has(key)) : [] }
  }, [keys, onScreen, data, isPlaceholderData, offScreen])
}
