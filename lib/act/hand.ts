import { cause, type Sentence } from '#lib/csr/cause.ts'
import type { Csr } from '#lib/csr/model.ts'
import type { DecisionRequest } from '#lib/kube/writes/approval-write.ts'
import type { Pacer } from '#lib/kube/writes/pacer.ts'

/** A request that its owner may decide, as judged just now. */
export interface Judged {
  readonly go: true
  readonly csr: Csr
  /** Whether another person has to approve as well. */
  readonly takesTwo: boolean
}

interface Result {
  readonly outcome: string
  /** Milliseconds to wait, with `throttled`. */
  readonly retryAfterMs?: number | undefined
}

/** The end of a try before its PUT, and why. */
type No<R> = R & { readonly go: false; readonly causes: readonly Sentence[] }

/**
 * The owner of one decision: a person, by a click or a run (`decision-service.ts`), or the approver,
 * by its policy (`approver.ts`). The steps are in the order in which `carryOut` takes them.
 * `whyNot…` asks `may-act-now.ts`, and returns the reason against it; null where none holds.
 */
export interface Owner<J extends Judged, R extends Result> {
  /**
   * Writes the log line before, once for any number of tries. Resolves when the line is out.
   * Person: `decision.begin`. Approver: `approving`.
   */
  begin(): Promise<void>
  /**
   * Why this owner may decide nothing now. Person: the asker `item`, or what the order has lost.
   * Approver: the asker `approver`.
   */
  whyNotBegin(): No<R> | null
  /**
   * Judges the request by what is known now. The only step that may throw. Person: the request is as
   * it was on screen, and no worse than agreed (`judge-item.ts`). Approver: the policy in force
   * approves it (`lib/csr/approval/automatic.ts`).
   */
  judge(): J | No<R>
  /** Reports an error in judging, which does not affect other decisions. */
  judgingFailed(error: unknown): No<R>
  /**
   * Only for what takes two people. Person: finds the approval of another person, or files a proposal
   * as the first of two (`second-approval.ts`). Approver: leaves the request to people.
   */
  settle(judged: J): Promise<{ readonly go: true; readonly first: Csr } | No<R>>
  /**
   * Returns the result where the approval would be one too many; null for none. Person: always null.
   * Approver: counts the approval of its node, its requestor and the hour (`brake-keeper.ts`).
   */
  brake(judged: J): R | null
  /**
   * Why this owner may not write what was judged. `isAgain`: an earlier PUT has failed. Person: the
   * asker `write`, or `retry`. Approver: the asker `approver`, by the policy that it was judged by.
   */
  whyNotWrite(judged: J, isAgain: boolean): readonly Sentence[] | null
  /**
   * PUTs the decision, bound to the judged object's uid and resourceVersion, and reads a lost answer
   * back (`lib/kube/writes/approval-write.ts`). `whyNot` is asked before each PUT. `first`: the other
   * person's approval. Person: with their credential. Approver: with its own, while it leads.
   */
  write(judged: J, first: Csr | null, whyNot: NonNullable<DecisionRequest['whyNot']>): Promise<R>
  /**
   * Waits for a try. Person: until the server stops; a lost cluster or credential ends the order.
   * Approver: to its end.
   */
  waitFor(trying: Promise<R>): Promise<R>
  /**
   * Ends the decision. Person: logs `decision.end`, and sends the outcome to the page. Approver: logs
   * the outcome, and queues again what may be approved later.
   */
  end(result: R): void
}

/**
 * The only way to a decision, for people and for the approver. Each decision has these steps, in
 * this order: log → may act now → judge anew → second person → brake → PUT → read back → log.
 * Several decisions are under way at a time; one that the API server throttles is tried again.
 */
export async function carryOut<J extends Judged, R extends Result>(
  owners: Iterable<Owner<J, R>>,
  pacer: Pick<Pacer, 'pace'>,
  /** Aborted when no further decision may begin. */
  signal?: AbortSignal,
): Promise<void> {
  const attempt = async (owner: Owner<J, R>) => {
    await owner.begin()
    return owner.waitFor(tryOnce(owner))
  }
  const tries = pacer.pace(owners, attempt, {
    signal,
    retryAfter: ({ outcome, retryAfterMs = null }) =>
      outcome === 'throttled' ? retryAfterMs : null,
  })
  for await (const { item: owner, result } of tries) owner.end(result)
}

async function tryOnce<J extends Judged, R extends Result>(owner: Owner<J, R>): Promise<R> {
  const judged = owner.whyNotBegin() ?? judgeAnew(owner)
  if (!judged.go) return judged

  let first: Csr | null = null
  if (judged.takesTwo) {
    const settled = await owner.settle(judged)
    if (!settled.go) return settled
    // The calls to the API server took time: judge again.
    const now = owner.whyNotBegin() ?? judgeAnew(owner)
    if (!now.go) return now
    first = settled.first
  }

  const braked = owner.brake(judged)
  if (braked !== null) return braked

  return owner.write(judged, first, (isAgain) => {
    const why = owner.whyNotWrite(judged, isAgain)
    if (why !== null) return why
    const now = judgeAnew(owner)
    if (!now.go) return now.causes
    return now.takesTwo && !judged.takesTwo ? [cause('takesTwoByNow')] : null
  })
}

function judgeAnew<J extends Judged, R extends Result>(owner: Owner<J, R>): J | No<R> {
  try {
    return owner.judge()
  } catch (error) {
    return owner.judgingFailed(error)
  }
}
