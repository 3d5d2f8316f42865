import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'

/** The rows of ticked keys, on whatever page or under whatever filter they are now. */
export interface RowsOfKeys<Row> {
  readonly rows: ReadonlyMap<string, Row>
  /** Keys that no page on screen has: another page or the filter hides them, or they are gone. */
  readonly offScreen: readonly string[]
  /** Keys that the whole list no longer has. */
  readonly gone: readonly string[]
}

/** The whole list is read again so often while a key is off screen, milliseconds. */
const AGAIN_MS = 5_000

/** `onScreen` keeps its identity for as long as it is the same; `list` names what `readAll` reads. */
export function useRowsOfKeys<Row>(
  list: string,
  keys: ReadonlySet<string>,
  onScreen: ReadonlyMap<string, Row>,
  readAll: () => Promise<ReadonlyMap<string, Row>>,
): RowsOfKeys<Row> {
  const offScreen = useMemo(() => [...keys].filter((key) => !onScreen.has(key)), [keys, onScreen])
  // The list itself tells why it cannot be read.
  const { data, isPlaceholderData } = useQuery({
    queryKey: ['rowsOfKeys', list, offScreen],
    queryFn: readAll,
    enabled: offScreen.length > 0,
    refetchInterval: AGAIN_MS,
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
