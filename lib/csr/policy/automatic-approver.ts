import { type Trip, writeTrips } from '#lib/csr/policy/brake.ts'

/** This product's own approver, a process of its own: what its Lease and the kill switch tell. */
export interface AutomaticApprover {
  /** `absent`: it was never here. `unknown`: nobody can say. */
  readonly presence: 'leading' | 'leaderless' | 'absent' | 'unknown'
  /** The kill switch; null where there is none to be read. */
  readonly paused: boolean | null
  /** Where its brake has stopped it. */
  readonly trips: readonly Trip[]
}

export const UNKNOWN_APPROVER: AutomaticApprover = {
  presence: 'unknown',
  paused: null,
  trips: [],
}

export function isSameApprover(a: AutomaticApprover, b: AutomaticApprover): boolean {
  return (
    a.presence === b.presence &&
    a.paused === b.paused &&
    writeTrips(a.trips) === writeTrips(b.trips)
  )
}

/** Whether there is one that will do something, now or when somebody lets it. */
export function isApproverHere({ presence }: AutomaticApprover): boolean {
  return presence === 'leading' || presence === 'leaderless'
}
