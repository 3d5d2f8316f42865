import type { Trip } from '#lib/csr/policy/brake.ts'

/**
 * State of this product's automatic approver, a separate process, from its Lease and the kill
 * switch.
 */
export interface AutomaticApprover {
  /** `absent`: it never ran here. `unknown`: its Lease cannot be read. */
  readonly presence: 'leading' | 'leaderless' | 'absent' | 'unknown'
  /** The kill switch; null when unreadable. */
  readonly paused: boolean | null
  /** Scopes in which its brake has tripped. */
  readonly trips: readonly Trip[]
}

export const UNKNOWN_APPROVER: AutomaticApprover = {
  presence: 'unknown',
  paused: null,
  trips: [],
}

/** Whether an approver runs, or will once it is released or a leader is elected. */
export function isApproverHere({ presence }: Pick<AutomaticApprover, 'presence'>): boolean {
  return presence === 'leading' || presence === 'leaderless'
}
