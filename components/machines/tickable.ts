import { nextRequest, targetOf } from '#components/decide/target.ts'
import type { HeldRow } from '#components/machines/board-order.ts'
import { offFor, type useOff } from '#components/machines/permissions.tsx'

/** Whether the row can be part of a bulk: it waits, is safe enough, and this person may approve it. */
export function canTick({ item, gone }: HeldRow, off: ReturnType<typeof useOff>): boolean {
  if (gone || item.kind !== 'machine' || !item.machine.waiting) return false
  const { verdict } = item.machine
  if (verdict !== 'verified' && verdict !== 'plausible') return false
  const signerName = nextRequest(targetOf(item.machine))?.signerName
  return signerName !== undefined && offFor(off, signerName) === null
}
