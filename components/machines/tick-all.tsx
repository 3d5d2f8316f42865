'use client'

import { usePickedStore, useSelected } from '#components/machines/board-selection.tsx'
import { useMessages } from '#components/messages.tsx'
import { Checkbox } from '#components/ui/checkbox.tsx'

interface TickAllProps {
  /** Rows that can be approved together, as shown. */
  readonly keys: readonly string[]
}

export function TickAll({ keys }: TickAllProps) {
  const { board } = useMessages()
  const store = usePickedStore()
  const selected = useSelected()
  const ticked = keys.filter((key) => selected.has(key)).length
  const all = keys.length > 0 && ticked === keys.length
  return (
    <Checkbox
      aria-label={board.row.selectAll}
      disabled={keys.length === 0}
      checked={all}
      mixed={ticked > 0 && !all}
      onChange={() =>
        store.change((picked) => {
          const next = new Set(picked.selected)
          for (const key of keys) {
            if (all) next.delete(key)
            else next.add(key)
          }
          return { ...picked, selected: next, anchor: null }
        })
      }
    />
  )
}
