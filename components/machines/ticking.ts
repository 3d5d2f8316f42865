import { useCallback, useEffect, useMemo, useRef } from 'react'
import type { Rows } from '#components/machines/board-order.ts'
import {
  selectRange,
  toggleSelected,
  usePickedStore,
} from '#components/machines/board-selection.tsx'
import { useOff } from '#components/machines/permissions.tsx'
import { canTick, hasTickable, onDemand } from '#components/machines/tickable.ts'

export interface Ticking {
  /** Keys of the rows that can be ticked, in order. */
  readonly tickable: () => readonly string[]
  readonly someTickable: boolean
  readonly onTick: (key: string, range: boolean) => void
}

/**
 * What of the waiting rows can be ticked. Thousands of keys that a patch need not list again are
 * asked for by a key or a click.
 */
export function useTicking(waiting: Rows): Ticking {
  const off = useOff()
  const store = usePickedStore()
  const tickable = useMemo(
    () => onDemand(() => waiting.all().flatMap((row) => (canTick(row, off) ? [row.item.key] : []))),
    [waiting, off],
  )
  const someTickable = useMemo(() => hasTickable(waiting, off), [waiting, off])
  const latest = useRef(tickable)
  useEffect(() => {
    latest.current = tickable
  })
  const onTick = useCallback(
    (key: string, range: boolean) =>
      store.change((picked) =>
        range ? selectRange(picked, latest.current(), key) : toggleSelected(picked, key),
      ),
    [store],
  )
  return { tickable, someTickable, onTick }
}
