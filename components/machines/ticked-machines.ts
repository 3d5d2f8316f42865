import { useEffect, useMemo } from 'react'
import type { BoardRows } from '#components/machines/board-rows.ts'
import { useSay } from '#components/ui/live-region.tsx'
import { useMessages } from '#components/ui/messages.tsx'
import { knownRows } from '#components/ui/row-list.ts'
import { visible } from '#lib/csr/escape.ts'
import { isHeldBack } from '#lib/csr/policy/trust.ts'
import { readRows } from '#lib/query/pages-of-rows.ts'
import { type RowsOfKeys, useRowsOfKeys } from '#lib/query/rows-of-keys.ts'
import { useLiveClient } from '#lib/query/tab-client.ts'
import type { BoardRow, BoardSection } from '#lib/wire/views.ts'

/** The rows of the ticked machines, on all pages, filtered or not. */
export function useTickedMachines(
  keys: ReadonlySet<string>,
  { waiting, returning }: BoardRows['sections'],
): RowsOfKeys<BoardRow> {
  const readAll = useReadWaiting()
  const onScreen = useMemo(
    () => new Map([waiting, returning].flatMap(knownRows).map((row) => [row.key, row])),
    [waiting, returning],
  )
  return useRowsOfKeys('waiting', keys, onScreen, readAll)
}

/** Reads every waiting row, including returning machines. */
export function useReadWaiting(): () => Promise<ReadonlyMap<string, BoardRow>> {
  const client = useLiveClient()
  const read = (section: BoardSection) => readRows(client, 'machines', { section })
  return async () => {
    const rows = [...(await read('returning')), ...(await read('waiting'))]
    return new Map(rows.map((row) => [row.key, row]))
  }
}

/**
 * Unticks rows that can no longer be part of a bulk. A decided row leaves silently; a row that
 * became suspicious is announced.
 */
export function useSelectionGuard(
  { rows, gone }: RowsOfKeys<BoardRow>,
  untick: (keys: readonly string[]) => void,
): void {
  const { board } = useMessages()
  const say = useSay()

  useEffect(() => {
    const suspicious = [...rows].flatMap(([key, row]) =>
      row.kind === 'machine' && isHeldBack(row.machine.verdict) ? [key] : [],
    )
    if (gone.length + suspicious.length === 0) return
    untick([...gone, ...suspicious])
    const [first] = suspicious
    if (first === undefined) return
    const words = board.spoken
    const sentence =
      suspicious.length === 1
        ? words.unselected(visible(first))
        : words.unselectedMany(suspicious.length)
    say(sentence, 'assertive')
  }, [rows, gone, untick, say, board])
}
