import type { Trip } from '#lib/csr/policy/brake.ts'
import type { AutomaticPolicy } from '#lib/csr/policy/policy.ts'

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

/** Whether a program approves here without a person; if not, the reason. */
export type WhoActs =
  | 'act'
  | 'shadow'
  | 'paused'
  | 'brake'
  /** No program: the policy or a missing program is the reason. */
  | 'off'
  | 'absent'
  | 'barred'
  | 'leaderless'
  /** The approver's Lease cannot be read. */
  | 'unknown'

/** The first reason that applies: a person's stop, then the policy, then the program. */
export function whoActs(of: {
  readonly mode: AutomaticPolicy['mode']
  /** Whether the policy may not act together with the list of expected machines. */
  readonly isBarred: boolean
  /** `trips`: those of the brake that concern the question. */
  readonly approver: AutomaticApprover
}): WhoActs {
  const { presence, paused, trips } = of.approver
  if (paused === true) return 'paused'
  if (of.mode === 'off') return 'off'
  if (presence === 'absent') return 'absent'
  if (of.isBarred) return 'barred'
  if (trips.length > 0) return 'brake'
  return presence === 'leading' ? of.mode : presence
}
