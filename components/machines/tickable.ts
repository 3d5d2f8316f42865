import { nextRequest } from '#components/decide/target.ts'
import type { HeldRow } from '#components/machines/board-order.ts'
import { offFor, type useOff } from '#components/machines/permissions.tsx'
import type { BoardItem } from '#lib/query/board-facts.ts'
import type { ListedMachine } from '#lib/query/wire.ts'

/** Worked out when first asked for, and then kept. */
export function onDemand<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | null = null
  return () => {
    made ??= { value: make() }
    return made.value
  }
}

/** Whether the row can be part of a bulk: it waits, is safe enough, and this person may approve it. */
export function canTick({ item, gone }: HeldRow, off: ReturnType<typeof useOff>): boolean {
  if (gone || item.kind !== 'machine' || !item.machine.waiting) return false
  const { verdict } = item.machine
  if (verdict !== 'verified' && verdict !== 'plausible') return false
  const signerName = nextSignerOf(item)
  return signerName !== null && offFor(off, signerName) === null
}

/** Kept with the row: thousands are asked again for each patch, and a few have changed. */
const nextSigners = new WeakMap<ListedMachine, string | null>()

function nextSignerOf(item: BoardItem & { readonly kind: 'machine' }): string | null {
  const known = nextSigners.get(item.machine)
  if (known !== undefined) return known
  const signerName = nextRequest(item)?.signerName ?? null
  nextSigners.set(item.machine, signerName)
  return signerName
}
