import { ArrowDownUp } from 'lucide-react'
import { type PointerEvent, useCallback, useEffect, useRef } from 'react'
import { Button } from '#components/ui/button.tsx'
import { useKeys } from '#components/ui/keyboard.tsx'
import { useSay } from '#components/ui/live-region.tsx'
import { useMessages } from '#components/ui/messages.tsx'
import { TableCell, TableRow } from '#components/ui/table.tsx'

/** Rows that keep their places while a mouse is over them or one of them is marked. */
export interface RowHold {
  /** Rows that come, leave or move once they are drawn where they are listed now. */
  readonly changes: number
  readonly bringIn: () => void
  readonly set: (by: 'pointer' | 'mark', isOn: boolean) => void
}

/** Tells the hold of the mouse and of the mark; returns the listener of the table. */
export function useHold(hold: RowHold | undefined, marked: number): (event: PointerEvent) => void {
  const set = hold?.set
  const onPointed = useCallback((isOn: boolean) => set?.('pointer', isOn), [set])
  const isMarked = marked !== -1
  useEffect(() => {
    set?.('mark', isMarked)
    return () => set?.('mark', false)
  }, [set, isMarked])
  return usePointed(set === undefined ? undefined : onPointed)
}

/** “3 changes”, over the edge of the table: it moves no row. */
export function ChangesPill({ hold }: { readonly hold: RowHold }) {
  const { common } = useMessages()
  const say = useSay()
  const { changes, bringIn } = hold
  const hasChanges = changes > 0
  useKeys({
    u() {
      if (!hasChanges) return false
      bringIn()
      return true
    },
  })
  useEffect(() => {
    if (hasChanges) say({ about: 'changes', words: () => common.changes.spoken })
  }, [hasChanges, say, common])
  if (!hasChanges) return null
  return (
    <Button
      icon={ArrowDownUp}
      size="small"
      onClick={bringIn}
      className="absolute -top-4 right-4 z-10"
    >
      <span className="tabular-nums">{common.changes.bringIn(changes)}</span>
    </Button>
  )
}

interface GoneRowProps {
  readonly index: number
  readonly height: number
  readonly columns: number
}

/** The place of a row that left the list, until the list is brought up to date. */
export function GoneRow({ index, height, columns }: GoneRowProps) {
  const { common } = useMessages()
  return (
    <TableRow
      aria-rowindex={index + 2}
      style={{ height }}
      className="max-roomy:block max-roomy:border-b max-roomy:border-line-soft"
    >
      <TableCell
        colSpan={columns}
        className="px-4 text-xs text-fg-3 max-roomy:block max-roomy:py-3 roomy:border-b roomy:border-line-soft"
      >
        {common.changes.left}
      </TableCell>
    </TableRow>
  )
}

/**
 * Reports when a mouse enters and leaves an element or its tooltip. Decided by the element entered:
 * a button replaced under the pointer sends no leave event.
 */
function usePointed(
  onPointed: ((pointed: boolean) => void) | undefined,
): (event: PointerEvent) => void {
  const within = useRef<Event | null>(null)
  useEffect(() => {
    if (onPointed === undefined) return
    let before = false
    const tell = (pointed: boolean) => {
      if (pointed !== before) onPointed(pointed)
      before = pointed
    }
    // The window's listener runs last, after the element's own.
    const onOver = (event: globalThis.PointerEvent) =>
      tell(event.pointerType === 'mouse' && event === within.current)
    // A pointer that leaves the window enters no element.
    const onOut = (event: globalThis.PointerEvent) => event.relatedTarget === null && tell(false)
    window.addEventListener('pointerover', onOver)
    window.addEventListener('pointerout', onOut)
    return () => {
      window.removeEventListener('pointerover', onOver)
      window.removeEventListener('pointerout', onOut)
      tell(false)
    }
  }, [onPointed])
  return useCallback(({ nativeEvent }) => {
    within.current = nativeEvent
  }, [])
}
