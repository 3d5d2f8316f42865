import type { Reason, Verdict } from '#lib/csr/model.ts'

/** The verdicts of a request that nothing speaks against. */
export type Sound = Extract<Verdict, 'verified' | 'plausible'>

/** Nothing speaks against it. Whether anything confirms it is another question. */
export function isSound(verdict: string | null): verdict is Sound {
  return verdict === 'verified' || verdict === 'plausible'
}

/** Something speaks against it: a person has to look, and it is part of no bulk. */
export function isHeldBack(verdict: Verdict | null): verdict is 'suspicious' | 'refused' {
  return verdict === 'suspicious' || verdict === 'refused'
}

/**
 * How far sound requests are trusted, best first. `rebootstrapping`: plausible, and it asks for the
 * name of a Node that exists and is not Ready.
 */
export const TRUST_LEVELS = ['verified', 'plausible', 'rebootstrapping'] as const
export type Trust = (typeof TRUST_LEVELS)[number]

interface Judged {
  readonly verdict: Verdict | null
  readonly reason: Reason | null
}

/** The level of a request; null for one that is held back, decided or not judged. */
export function trustOf({ verdict, reason }: Judged): Trust | null {
  if (!isSound(verdict)) return null
  const again = reason?.code === 'node.new' && reason.finding === 'rebootstrapping'
  return verdict === 'plausible' && again ? 'rebootstrapping' : verdict
}

/** Whether a request is trusted at least as much as an approval asks for. */
export function isTrusted(judged: Judged, least: Trust): boolean {
  const trust = trustOf(judged)
  return trust !== null && TRUST_LEVELS.indexOf(trust) <= TRUST_LEVELS.indexOf(least)
}

/** The least trusted level of several; `verified` for none. */
export function leastTrust(levels: readonly Trust[]): Trust {
  return TRUST_LEVELS.findLast((level) => levels.includes(level)) ?? 'verified'
}

/**
 * Whether a run may approve a serving request as it arrives: with which trust, `asking` while its
 * kubelet is still to answer, null where a person looks first (lib/csr/policy/automatic.ts).
 */
export type Unattended = Sound | 'asking' | null

/** Whether a run in which that trust was ticked approves it. */
export function isFollowed(unattended: Unattended, ticked: Trust): boolean {
  return unattended === 'verified' || (unattended === 'plausible' && ticked !== 'verified')
}
