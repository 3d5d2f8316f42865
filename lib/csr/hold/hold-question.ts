import type { Context } from '#lib/csr/checks/check-question.ts'
import type { Claim } from '#lib/csr/claim.ts'
import type { HoldFinding } from '#lib/csr/hold/hold-findings.ts'
import type { Stage } from '#lib/csr/machine/rows.ts'
import type { StageFacts } from '#lib/csr/machine/stage.ts'
import type { Hold, Holder, Reason, Verdict } from '#lib/csr/model.ts'
import { awaitsSigner, decision } from '#lib/csr/status.ts'
import type { World } from '#lib/csr/world/world.ts'

/** A request that waits for a decision, with what is thought of it. */
interface Told {
  readonly claim: Claim
  readonly verdict: Verdict
  readonly reason: Reason | null
}

/** What a case is asked about a machine. */
export interface HoldQuestion {
  readonly name: string
  readonly facts: StageFacts
  /** `ready` only where no request waits. */
  readonly stage: Stage
  /** Null when nothing waits. */
  readonly told: Told | null
  readonly world: World
  readonly context: Context
}

/** The same of a machine that has a request waiting. */
export interface WaitingQuestion extends HoldQuestion {
  readonly told: Told
}

/** A case: whose move it is, and its blanks when it applies, null when it does not. */
export interface HoldCase<By extends Holder = Holder> {
  readonly holder: By
  readonly finding: HoldFinding<By>
  readonly when: (question: HoldQuestion) => Hold['values'] | null
}

const NOTHING: Hold['values'] = {}

/** A case without blanks. */
export function holdsIf<By extends Holder>(
  holder: By,
  finding: HoldFinding<By>,
  applies: (question: HoldQuestion) => boolean,
): HoldCase<By> {
  return { holder, finding, when: (question) => (applies(question) ? NOTHING : null) }
}

/** Longer than these, in milliseconds, and the silence itself is the finding. */
export const SIGNER_PATIENCE = 60 * 1000
export const SERVING_PATIENCE = 2 * 60 * 1000
export const APPROVER_PATIENCE = 60 * 1000

export function isPast(at: number | null, patience: number, now: number): boolean {
  return at !== null && now >= at + patience
}

/**
 * The approved request that the signer has not issued yet. Of each signer only the newest decided
 * one tells: an older one may have been left behind.
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

/** A stranger's text, short enough for a row and for what many rows share. */
export function shortened(text: string): string {
  if (text.length <= LONGEST_TEXT) return text
  // Stryker disable next-line MethodExpression: it spares taking a megabyte apart, no more.
  const characters = [...text.slice(0, 2 * LONGEST_TEXT)]
  return `${characters.slice(0, LONGEST_TEXT - 1).join('')}…`
}
