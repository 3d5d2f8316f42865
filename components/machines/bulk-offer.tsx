'use client'

import { nextRequest } from '#components/decide/target.ts'
import { usePartlyJudged } from '#components/machines/partly-judged.tsx'
import { offFor, useOff } from '#components/machines/permissions.tsx'
import { useMessages } from '#components/messages.tsx'
import type { Reason } from '#components/ui/button.tsx'
import type { BoardCounts } from '#lib/query/board.ts'
import { offWhile } from '#lib/query/feed.ts'
import { useFeed, useSnapshot } from '#lib/query/live.ts'
import type { ListedSnapshot } from '#lib/query/wire.ts'

export interface BulkOffer {
  readonly label: string
  readonly hint: string
  readonly off: Reason | null
}

/** What the bulk button offers now: what is verified, as far as this identity may decide it. */
export function useBulkOffer(counts: BoardCounts): BulkOffer {
  const { board } = useMessages()
  const { summary } = board
  const off = useOff()
  const why = offWhile(useFeed())
  const partial = (off.client === null) !== (off.serving === null)
  const snapshot = useSnapshot(partial ? whole : nothing)
  const isPartly = usePartlyJudged()
  const sound = partial ? countAllowed(snapshot, off) : counts
  const { verified, plausible } = isPartly ? NOTHING : sound
  const offered = verified > 0 ? verified : plausible
  const label = offered > 0 ? summary.bulk(offered) : summary.bulkNone
  if (why !== null) return { label, hint: summary.off[why], off: off.client }
  if (!partial && off.client !== null) {
    return { label, hint: summary.offNoPermission, off: off.client }
  }
  if (offered === 0) return { label, hint: '', off: { text: summary.bulkNoneSpoken } }
  return {
    label,
    hint: partial
      ? off.client === null
        ? summary.clientOnly
        : summary.servingOnly
      : summary.bulkHint(verified, plausible),
    off: null,
  }
}

/** While nothing is called sound. */
const NOTHING = { verified: 0, plausible: 0 }

const whole = (snapshot: ListedSnapshot) => snapshot
/** Where the counts of all rows do, no row is looked at. */
const nothing = () => null

function countAllowed(snapshot: ListedSnapshot | null, off: ReturnType<typeof useOff>) {
  let verified = 0
  let plausible = 0
  for (const machine of snapshot?.machines.values() ?? []) {
    if (!machine.waiting) continue
    const request = nextRequest({ kind: 'machine', machine })
    if (request === null || offFor(off, request.signerName) !== null) continue
    if (machine.verdict === 'verified') verified += 1
    else if (machine.verdict === 'plausible') plausible += 1
  }
  return { verified, plausible }
}
