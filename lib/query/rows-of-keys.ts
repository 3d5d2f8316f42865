import { useEffect, useMemo, useState } from 'react'

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

interface Reading<Row> {
  /** The off-screen keys that it was begun for. */
  readonly asked: string
  readonly rows: ReadonlyMap<string, Row>
}

/** `onScreen` and `readAll` keep their identity for as long as they are the same. */
export function useRowsOfKeys<Row>(
  keys: ReadonlySet<string>,
  onScreen: ReadonlyMap<string, Row>,
  readAll: () => Promise<ReadonlyMap<string, Row>>,
): RowsOfKeys<Row> {
  const [reading, setReading] = useState<Reading<Row> | null>(null)
  const offScreen = useMemo(() => [...keys].filter((key) => !onScreen.has(key)), [keys, onScreen])
  const asked = useMemo(() => JSON.stringify(offScreen), [offScreen])
  const isNeeded = offScreen.length > 0

  useEffect(() => {
    if (!isNeeded) return
    let timer: ReturnType<typeof setTimeout> | undefined
    let isOver = false
    const read = async () => {
      try {
        const rows = await readAll()
        if (!isOver) setReading({ asked, rows })
      } catch {
        // The list itself tells why it cannot be read.
      }
      if (!isOver) timer = setTimeout(() => void read(), AGAIN_MS)
    }
    void read()
    return () => {
      isOver = true
      clearTimeout(timer)
    }
  }, [asked, isNeeded, readAll])

  return useMemo(() => {
    const rows = new Map<string, Row>()
    for (const key of keys) {
      const row = onScreen.get(key) ?? reading?.rows.get(key)
      if (row !== undefined) rows.set(key, row)
    }
    const gone = reading?.asked === asked ? offScreen.filter((key) => !reading.rows.has(key)) : []
    return { rows, offScreen, gone }
  }, [keys, onScreen, reading, asked, offScreen])
}
