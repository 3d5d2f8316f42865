import type { Context } from '#lib/csr/checks/check-question.ts'
import type { Claim } from '#lib/csr/claim/claim.ts'
import type { Reason, Verdict } from '#lib/csr/model.ts'
import type { Stage } from '#lib/csr/rows/rows.ts'
import type { StageFacts } from '#lib/csr/stage/stage.ts'
import { awaitsSigner, decision } from '#lib/csr/status.ts'
import { MINUTE_MS } from '#lib/csr/units-of-time.ts'
import type { World } from '#lib/csr/world/world.ts'

/** A judged request that waits for a decision. */
interface Awaited {
  readonly claim: Claim
  readonly verdict: Verdict
  readonly reason: Reason | null
  readonly warning: Reason | null
}

/** The input of every condition. */
export interface HoldQuestion {
  readonly facts: StageFacts
  /** The machine's stage; never `ready` while a request waits. */
  readonly stage: Stage
  /** The request that waits; null for none. */
  readonly awaited: Awaited | null
  readonly world: World
  readonly context: Context
}

/** A question about a machine with a waiting request. */
export interface WaitingQuestion extends HoldQuestion {
  readonly awaited: Awaited
}

/** Milliseconds after which the silence itself is the finding. */
export const SIGNER_PATIENCE = MINUTE_MS
export const SERVING_PATIENCE = 2 * MINUTE_MS
export const APPROVER_PATIENCE = MINUTE_MS

export function isPast(at: number | null, patience: number, now: number): boolean {
  return at !== null && now >= at + patience
}

/**
 * The approved request that the signer has not issued. Only the newest decided request of each
 * signer counts: older ones may be given up.
 */
export function claimAtSigner(claims: readonly Claim[]): Claim | null {
  const seen = new Set<string>()
  for (const claim of claims) {
    const { csr } = claim
    if (decision(csr) === null || seen.has(csr.signerName)) continue
    if (awaitsSigner(csr)) return claim
    seen.add(csr.signerName)
  }
  return null
}

const LONGEST_TEXT = 200

/** An untrusted text, short enough for a row and for values that many rows share. */
export function shortened(text: string): string {
  if (text.length <= LONGEST_TEXT) return text
  // Stryker disable next-line MethodExpression: only avoids splitting a megabyte.
  const characters = [...text.slice(0, 2 * LONGEST_TEXT)]
  return `${characters.slice(0, LONGEST_TEXT - 1).join('')}…`
}
