import type { Reason, Verdict } from '#lib/csr/model.ts'

/** Verdicts of a request without a failed check. */
export type Sound = Extract<Verdict, 'verified' | 'plausible'>

/** Whether no check failed; whether one confirms the machine is a separate question. */
export function isSound(verdict: string | null): verdict is Sound {
  return verdict === 'verified' || verdict === 'plausible'
}

/** Whether a check failed: a person has to look, and no bulk includes the request. */
export function isHeldBack(verdict: Verdict | null): verdict is 'suspicious' | 'refused' {
  return verdict === 'suspicious' || verdict === 'refused'
}

/**
 * Trust levels of sound requests, best first. `rebootstrapping`: plausible, for the name of an
 * existing Node that is not Ready.
 */
export const TRUST_LEVELS = ['verified', 'plausible', 'rebootstrapping'] as const
export type Trust = (typeof TRUST_LEVELS)[number]

interface Judged {
  readonly verdict: Verdict | null
  readonly reason: Reason | null
}

/** The trust level; null for a failed, decided or unjudged request. */
export function trustOf({ verdict, reason }: Judged): Trust | null {
  if (!isSound(verdict)) return null
  const again = reason?.code === 'node.new' && reason.finding === 'rebootstrapping'
  return verdict === 'plausible' && again ? 'rebootstrapping' : verdict
}

/** Whether a request has at least the given trust. */
export function isTrusted(judged: Judged, least: Trust): boolean {
  const trust = trustOf(judged)
  return trust !== null && TRUST_LEVELS.indexOf(trust) <= TRUST_LEVELS.indexOf(least)
}

/** The least trusted level of several; `verified` for none. */
export function leastTrust(levels: readonly Trust[]): Trust {
  return TRUST_LEVELS.findLast((level) => levels.includes(level)) ?? 'verified'
}

/**
 * Whether a run may approve an arriving serving request: the trust it has, `asking` while its
 * kubelet's answer is awaited, null if a person has to look first (lib/csr/approval/automatic.ts).
 */
export type Unattended = Sound | 'asking' | null

/** Whether a run with that ticked trust approves the request. */
export function isFollowed(unattended: Unattended, ticked: Trust): boolean {
  return unattended === 'verified' || (unattended === 'plausible' && ticked !== 'verified')
}
