import { nextRequest, targetName, targetOf, targetOfRow } from '#components/decide/target.ts'
import type { HeldRow } from '#components/machines/board-order.ts'
import { offFor, useOff } from '#components/machines/permissions.tsx'
import { useMessages } from '#components/messages.tsx'
import { visible } from '#lib/csr/escape.ts'
import { isHeldBack } from '#lib/csr/policy/trust.ts'

/** Whether the row can be part of a bulk: it waits, is safe enough, and this person may approve it. */
export function canTick({ item, gone }: HeldRow, off: ReturnType<typeof useOff>): boolean {
  if (gone || item.kind !== 'machine' || !item.machine.waiting) return false
  const { verdict } = item.machine
  if (verdict !== 'verified' && verdict !== 'plausible') return false
  const signerName = nextRequest(targetOf(item.machine))?.signerName
  return signerName !== undefined && offFor(off, signerName) === null
}

/** The name of the row's box; null for a row without a box. */
export function useTickName(): (row: HeldRow) => string | null {
  const { cannotSelect, select } = useMessages().board.row
  const off = useOff()
  return ({ item, gone }) => {
    const { verdict } = item.kind === 'machine' ? item.machine : item.request
    const waits = item.kind === 'request' || (item.machine.waiting && !gone)
    const isHeld = waits && isHeldBack(verdict)
    if (item.kind === 'request' ? !isHeld : !waits) return null
    const target = targetOfRow(item)
    const name = visible(targetName(target))
    if (isHeld) return cannotSelect[verdict](name)
    const signerName = nextRequest(target)?.signerName
    return signerName === undefined || offFor(off, signerName) !== null
      ? cannotSelect.off(name)
      : select(name)
  }
}
