'use client'

import { usePickedStore, useSelected } from '#components/machines/board-selection.tsx'
import { useMessages } from '#components/messages.tsx'
import { Checkbox } from '#components/ui/checkbox.tsx'

interface TickAllProps {
  /** Rows that can be approved together, as shown. */
  readonly keys: () => readonly string[]
  /** There are none. */
  readonly disabled: boolean
}

export function TickAll({ keys, disabled }: TickAllProps) {
  const { board } = useMessages()
  const store = usePickedStore()
  const selected = useSelected()
  const ticked = selected.size === 0 ? 0 : keys().filter((key) => selected.has(key)).length
  const all = ticked > 0 && ticked === keys().length
  return (
    <Checkbox
      aria-label={board.row.selectAll}
      disabled={disabled}
      checked={all}
      mixed={ticked > 0 && !all}
      onChange={() =>
        store.change((picked) => {
          const next = new Set(picked.selected)
          for (const key of keys()) {
            if (all) next.delete(key)
            else next.add(key)
          }
          return { ...picked, selected: next, anchor: null }
        })
      }
    />
  )
}
