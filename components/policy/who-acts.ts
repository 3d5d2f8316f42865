import type { PolicyAnswer } from '#lib/query/document-queries.ts'

/** Whether a program approves here without a person; if not, the reason. */
export type WhoActs =
  | 'act'
  | 'shadow'
  | 'stopped'
  | 'brake'
  /** No program: the policy or a missing program is the reason. */
  | 'off'
  | 'absent'
  | 'barred'
  | 'leaderless'
  /** The approver's Lease cannot be read. */
  | 'unknown'

type Told = Pick<PolicyAnswer, 'paused' | 'barred' | 'approver'> & {
  readonly policy: { readonly automatic: Pick<PolicyAnswer['policy']['automatic'], 'mode'> }
}

/** The first reason that applies: a person's stop, then the policy, then the program. */
export function whoActs({ policy, paused, barred, approver }: Told): WhoActs {
  const { mode } = policy.automatic
  if (paused === true) return 'stopped'
  if (mode === 'off') return 'off'
  if (approver.presence === 'absent') return 'absent'
  if (barred !== null) return 'barred'
  if (approver.trips.length > 0) return 'brake'
  if (approver.presence === 'leaderless' || approver.presence === 'unknown')
    return approver.presence
  return mode
}
