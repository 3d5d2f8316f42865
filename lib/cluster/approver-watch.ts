import {
  type AutomaticApprover,
  isApproverHere,
  UNKNOWN_APPROVER,
} from '#lib/csr/policy/automatic-approver.ts'
import { BRAKE_ANNOTATION, readTrips, type Trip } from '#lib/csr/policy/brake.ts'
import { sameValue } from '#lib/csr/same-value.ts'
import type { Clock } from '#lib/kube/transport/clock.ts'
import { keepAsking } from '#lib/kube/transport/keep-asking.ts'
import type { Lease } from '#lib/kube/writes/lease.ts'
import { OF_PEOPLE } from '#lib/refusals/limits.ts'
import type { ApproverStatus } from '#lib/wire/policy-answers.ts'

/** Fields of the approver's Lease that the dashboard reads. */
export type ApproverLease = Pick<Lease, 'holder' | 'renewTime' | 'durationSeconds' | 'annotations'>

const LOOK_AGAIN_MS = 5_000
/** Pause after a failed read, usually a missing right. */
const UNREADABLE_MS = 30_000
/** Grace after the Lease's duration: a read may be late, and a new holder takes a moment. */
const GRACE_MS = 5_000

/**
 * Watches the cluster's automatic approver: reads its Lease regularly. Whether it is renewed is
 * measured by our own clock.
 */
export function watchApprover(options: {
  readonly clock: Clock
  /** Reads the Lease; null without one; rejects when unreadable. */
  readonly readLease: () => Promise<ApproverLease | null>
  /** The kill switch; null when unreadable. */
  readonly isPaused: () => boolean | null
  /** Whether the policy lets an approver act; otherwise its state does not matter. */
  readonly isWanted: () => boolean
  readonly onChange: (approver: AutomaticApprover) => void
}) {
  const { clock, readLease, isPaused, isWanted, onChange } = options
  let known = UNKNOWN_APPROVER
  let lastRead: { readonly status: Promise<ApproverStatus>; readonly at: number } | null = null
  let renewed: { readonly what: string; readonly at: number } | null = null
  const looking = keepAsking(clock, async (signal) => {
    const approver = await read()
    if (!signal.aborted && !sameValue(known, approver)) onChange(approver)
    known = approver
    return approver.presence === 'unknown' ? UNREADABLE_MS : LOOK_AGAIN_MS
  })

  async function read(): Promise<AutomaticApprover> {
    if (!isWanted()) return UNKNOWN_APPROVER
    const found = await status()
    const { presence, trips } = found
    return { presence, paused: isApproverHere(found) ? isPaused() : null, trips }
  }

  function status(): Promise<ApproverStatus> {
    const status = readStatus()
    lastRead = { status, at: clock.passed() }
    return status
  }

  /** The state for a page: any number of pages cost one read a second. */
  function recentStatus(): Promise<ApproverStatus> {
    const isRecent = lastRead !== null && clock.passed() - lastRead.at < OF_PEOPLE.leaseReads.inAll
    return lastRead !== null && isRecent ? lastRead.status : status()
  }

  async function readStatus(): Promise<ApproverStatus> {
    const nobody = { holder: '', renewedAt: null, trips: [] }
    try {
      const lease = await readLease()
      if (lease === null) return { ...nobody, presence: 'absent' }
      const { holder, renewTime: renewedAt } = lease
      return { presence: presenceOf(lease), holder, renewedAt, trips: tripsOf(lease, clock.now()) }
    } catch {
      return { ...nobody, presence: 'unknown' }
    }
  }

  function presenceOf({ holder, renewTime, durationSeconds }: ApproverLease) {
    const what = `${holder} ${renewTime}`
    if (renewed === null) {
      // The leader of the first Lease read may be gone. Its time is over, and the grace is left.
      renewed = { what, at: clock.now() - durationSeconds * 1000 }
    } else if (renewed.what !== what) renewed = { what, at: clock.now() }
    const isOver = clock.now() - renewed.at > durationSeconds * 1000 + GRACE_MS
    return holder === '' || isOver ? 'leaderless' : 'leading'
  }

  clock.after(0, looking.now)
  return {
    /** The state by a read of the last second, also while `isWanted` is false. Never rejects. */
    status: recentStatus,
    /** Reads the Lease now, after an input has changed. */
    look: looking.now,
    stop: looking.stop,
  }
}

/**
 * Scopes in which the brake has tripped; an unreadable annotation counts as the worst, as for the
 * approver.
 */
function tripsOf({ annotations, renewTime }: ApproverLease, now: number): readonly Trip[] {
  const worst: Trip = { scope: 'total', name: '', at: renewTime ?? new Date(now).toISOString() }
  return readTrips(annotations[BRAKE_ANNOTATION] ?? '') ?? [worst]
}
