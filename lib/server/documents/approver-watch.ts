import {
  type AutomaticApprover,
  isSameApprover,
  UNKNOWN_APPROVER,
} from '#lib/csr/policy/automatic-approver.ts'
import { BRAKE_ANNOTATION, readTrips, type Trip } from '#lib/csr/policy/brake.ts'
import type { Lease } from '#lib/kube/reads/lease.ts'
import type { Clock } from '#lib/kube/transport/clock.ts'
import { keepAsking } from '#lib/kube/transport/keep-asking.ts'

/** What an approver leaves in its Lease for others to read. */
export type ApproverLease = Pick<Lease, 'holder' | 'renewTime' | 'durationSeconds' | 'annotations'>

/** What this process knows of the cluster's automatic approver. */
export interface ApproverWatch {
  /** Something that it goes by has changed: looks now. */
  look(): void
  stop(): void
}

export interface ApproverWatchOptions {
  readonly clock: Clock
  /** Null where there is none; rejects where it cannot be read. */
  readonly readLease: () => Promise<ApproverLease | null>
  /** The kill switch; null where there is none to be read. */
  readonly isPaused: () => boolean | null
  /** Whether the policy gives it anything to do: else nobody needs to know. */
  readonly isWanted: () => boolean
  readonly onChange: (approver: AutomaticApprover) => void
}

const LOOK_AGAIN_MS = 5_000
/** Mostly it is a right that is missing. */
const UNREADABLE_MS = 30_000
/** One look may come late, and the next holder takes a moment. */
const GRACE_MS = 5_000

/** Looks at the approver's Lease now and then. Whether it is renewed is told by our own clock. */
export function watchApprover(options: ApproverWatchOptions): ApproverWatch {
  const { clock, readLease, isPaused, isWanted, onChange } = options
  let known = UNKNOWN_APPROVER
  let renewed: { readonly what: string; readonly at: number } | null = null
  const looking = keepAsking(clock, async (signal) => {
    const approver = await read()
    if (!signal.aborted && !isSameApprover(known, approver)) onChange(approver)
    known = approver
    return approver.presence === 'unknown' ? UNREADABLE_MS : LOOK_AGAIN_MS
  })

  async function read(): Promise<AutomaticApprover> {
    if (!isWanted()) return UNKNOWN_APPROVER
    try {
      const lease = await readLease()
      if (lease === null) return { ...UNKNOWN_APPROVER, presence: 'absent' }
      return { presence: presenceOf(lease), paused: isPaused(), trips: tripsOf(lease, clock.now()) }
    } catch {
      return UNKNOWN_APPROVER
    }
  }

  function presenceOf({ holder, renewTime, durationSeconds }: ApproverLease) {
    const what = `${holder} ${renewTime}`
    if (renewed === null) {
      // It may be an old one: its next renewal comes before the next look but one, or it is over.
      renewed = { what, at: clock.now() - durationSeconds * 1000 }
    } else if (renewed.what !== what) renewed = { what, at: clock.now() }
    const isOver = clock.now() - renewed.at > durationSeconds * 1000 + GRACE_MS
    return holder === '' || isOver ? 'leaderless' : 'leading'
  }

  clock.after(0, looking.now)
  return { look: looking.now, stop: looking.stop }
}

/** Where its brake has stopped it; what cannot be understood is taken for the worst, as it does. */
export function tripsOf(
  { annotations, renewTime }: Pick<Lease, 'annotations' | 'renewTime'>,
  now: number,
): readonly Trip[] {
  const worst: Trip = { scope: 'total', name: '', at: renewTime ?? new Date(now).toISOString() }
  return readTrips(annotations[BRAKE_ANNOTATION] ?? '') ?? [worst]
}
