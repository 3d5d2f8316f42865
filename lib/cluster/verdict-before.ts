import { isNodeLater, type KeptDay } from '#lib/cluster/kept-day.ts'
import { capture, capturedVerdict, withoutNode } from '#lib/csr/approval/forecast.ts'
import type { Context } from '#lib/csr/checks/check-question.ts'
import type { Claim } from '#lib/csr/claim/claim.ts'
import { approvedAgainst } from '#lib/csr/machine/approved-against.ts'
import type { Csr } from '#lib/csr/model.ts'
import { isKubeletSigner } from '#lib/csr/names.ts'
import { isApprovedRow, isPendingRow } from '#lib/csr/rows/next-request.ts'
import type { JudgedRequest } from '#lib/csr/rows/rows.ts'
import { judge, lastingDoubt } from '#lib/csr/verdict/verdict.ts'
import type { ApprovedAgainst } from '#lib/csr/world/alarms.ts'
import type { World } from '#lib/csr/world/world.ts'
import type { RecordedVerdict } from '#lib/wire/views.ts'

/**
 * Answers "What was it judged before?" for the record and for the alarm of an approval against the
 * checks. The verdict before a decision, whoever made it, is the first of these that is known:
 *
 * 1. **Heard while the feed is live**: as it was judged when the news of the decision came, by the
 *    policy of that moment, whether or not a row had shown the request. A Node that the decision let in
 *    does not count (`verdictAtEnd`).
 * 2. **Heard otherwise**, as after a lost connection: as the request's row last showed it while the
 *    feed was live. In which order things happened meanwhile is not known.
 * 3. **Never shown as pending**: of an approved request of a kubelet as the kept day captured it, by
 *    the policy of now; else by what the request itself says, whatever the cluster and the policy's
 *    limits have become, which can tell only of failed checks (`verdictNeverShown`).
 *
 * Otherwise it is null: nobody can tell. An answer is settled once, which raises its alarm, and stands
 * until its request is gone. After a restart there is the third alone; earlier answers and alarms are in
 * the record.
 */
export class VerdictsBefore {
  /** Verdicts of pending requests as last shown, by uid. */
  readonly #shown = new Map<string, RecordedVerdict>()
  /** Answers, by uid of decided requests. */
  readonly #settled = new Map<string, RecordedVerdict | null>()
  readonly #neverShown: (uid: string) => RecordedVerdict | null
  readonly #onAgainst: (alarm: ApprovedAgainst) => void

  constructor(options: {
    /** The verdict of an approved request that no row showed as pending. */
    readonly neverShown: (uid: string) => RecordedVerdict | null
    /** Takes the alarm of an approval against the checks. */
    readonly onAgainst: (alarm: ApprovedAgainst) => void
  }) {
    this.#neverShown = options.neverShown
    this.#onAgainst = options.onAgainst
  }

  /** Takes the row of a pending request, as it is shown while the feed is live. */
  shows(row: JudgedRequest): void {
    this.#shown.set(row.uid, recordedVerdict(row))
  }

  /** Settles the answer for a decided request: where its decision was just heard, or a row tells it. */
  settle(row: JudgedRequest, judged: RecordedVerdict | null): RecordedVerdict | null {
    this.#shown.delete(row.uid)
    this.#settled.set(row.uid, judged)
    const alarm = judged === null ? null : approvedAgainst(row, judged)
    if (alarm !== null) this.#onAgainst(alarm)
    return judged
  }

  /** The verdict before the decision that the row tells. `before`: its row until then, if any. */
  of(row: JudgedRequest, before?: JudgedRequest): RecordedVerdict | null {
    const settled = this.#settled.get(row.uid)
    if (settled !== undefined) return settled
    const shown = this.#shown.get(row.uid)
    if (shown !== undefined) return this.settle(row, shown)
    const wasPending = before !== undefined && isPendingRow(before)
    if (wasPending) return this.settle(row, recordedVerdict(before))
    // A denied request that no row showed needs none: only an approval can be against the checks.
    return this.settle(row, isApprovedRow(row) ? this.#neverShown(row.uid) : null)
  }

  /** Forgets a request that is gone, or pending again. */
  forget(uid: string): void {
    this.#shown.delete(uid)
    this.#settled.delete(uid)
  }

  /** Forgets all requests that are not here any more. */
  keepOnly(isHere: (uid: string) => boolean): void {
    for (const known of [this.#shown, this.#settled]) {
      for (const uid of known.keys()) if (!isHere(uid)) known.delete(uid)
    }
  }
}

/**
 * Longest time, in milliseconds, from the creation of a Node to the news of the decision that let it
 * in. Only the decider tells when it decided: an older Node was there before, whatever it says.
 */
const NODE_AHEAD_MS = 60_000

/** The verdict of a pending request at the moment in which its decision is heard. */
export function verdictAtEnd(
  claim: Claim,
  decided: Csr,
  world: World,
  context: Context,
): RecordedVerdict {
  if (!isNodeLater(claim, decided, world, context.now - NODE_AHEAD_MS)) {
    return recordedVerdict(judge(claim, world, context))
  }
  const before = withoutNode(capture(claim, world, context, false), context)
  return recordedVerdict(capturedVerdict(before, context.policy))
}

/** The verdict before the decision on a request that no row showed as pending. */
export function verdictNeverShown(
  claim: Claim | null,
  day: Pick<KeptDay, 'captured'>,
  world: World,
  context: Context,
): RecordedVerdict | null {
  if (claim === null || !isKubeletSigner(claim.csr.signerName)) return null
  const captured = day.captured(claim.csr.uid)
  const concluded =
    captured === null
      ? lastingDoubt(claim, world, context)
      : capturedVerdict(captured, context.policy)
  return concluded === null ? null : recordedVerdict(concluded)
}

/** Picks of a judgement what is kept. */
export function recordedVerdict({ verdict, failing, reason }: RecordedVerdict): RecordedVerdict {
  return { verdict, failing, reason }
}
