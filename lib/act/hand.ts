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
type Unwanted = NonNullable<DecisionRequest['unwanted']>

/**
 * The owner of one decision: a person, by a click or a run, or the approver, by its policy. Each
 * step of the decision is the owner's own.
 */
export interface Owner<J extends Judged, R extends Result> {
  /** Writes the log line before, once for any number of tries. Resolves when the line is out. */
  begin(): Promise<void>
  /** The reason why this owner may decide nothing now. */
  mayNotBegin(): No<R> | null
  /** Judges the request by what is known now. The only step that may throw. */
  judge(): J | No<R>
  /** Reports an error in judging, which does not affect other decisions. */
  judgingFailed(error: unknown): No<R>
  /** Finds the approval of another person, or becomes the first of two. */
  settle(judged: J): Promise<{ readonly go: true; readonly first: Csr } | No<R>>
  /** Counts the approval. Returns the result where it would be one too many; null for none. */
  brake(judged: J): R | null
  /**
   * The reason why this owner may not write now what was judged. `isAgain`: an earlier PUT has
   * failed.
   */
  mayNotWrite(judged: J, isAgain: boolean): readonly Sentence[] | null
  /**
   * PUTs the decision, bound to the judged object's uid and resourceVersion, and reads a lost answer
   * back (`lib/kube/writes/approval-write.ts`). `unwanted` is asked before each PUT. `first`: the
   * other person's approval, where it takes two.
   */
  write(judged: J, first: Csr | null, unwanted: Unwanted): Promise<R>
  /** Waits for a try as long as the owner has patience, and learns from its result. */
  waitFor(trying: Promise<R>): Promise<R>
  /** Writes the log line after. */
  end(result: R): void
}

interface Pace {
  readonly pacer: Pick<Pacer, 'pace'>
  /** Aborted when no further decision may begin. */
  readonly signal?: AbortSignal
}

/**
 * The only way to a decision, for people and for the approver. Each decision has these steps, in
 * this order: log → may act now → judge anew → second person → brake → PUT → read back → log.
 * Several decisions are under way at a time; one that the API server throttles is tried again.
 */
export async function carryOut<J extends Judged, R extends Result>(
  owners: Iterable<Owner<J, R>>,
  { pacer, signal }: Pace,
): Promise<void> {
  const attempt = async (owner: Owner<J, R>) => {
    await owner.begin()
    return owner.waitFor(decide(owner))
  }
  const tries = pacer.pace(owners, attempt, {
    signal,
    retryAfter: ({ outcome, retryAfterMs = null }) =>
      outcome === 'throttled' ? retryAfterMs : null,
  })
  for await (const { item: owner, result } of tries) owner.end(result)
}

async function decide<J extends Judged, R extends Result>(owner: Owner<J, R>): Promise<R> {
  const judged = look(owner)
  if (!judged.go) return judged

  let first: Csr | null = null
  if (judged.takesTwo) {
    const settled = await owner.settle(judged)
    if (!settled.go) return settled
    // The calls to the API server took time: judge again.
    const now = look(owner)
    if (!now.go) return now
    first = settled.first
  }

  const braked = owner.brake(judged)
  if (braked !== null) return braked

  return owner.write(judged, first, (isAgain) => {
    const why = owner.mayNotWrite(judged, isAgain)
    if (why !== null) return why
    const now = judgeAnew(owner)
    if (!now.go) return now.causes
    return now.takesTwo && !judged.takesTwo ? [cause('takesTwoByNow')] : null
  })
}

/** Asks whether the owner may act now, and judges anew. */
function look<J extends Judged, R extends Result>(owner: Owner<J, R>): J | No<R> {
  return owner.mayNotBegin() ?? judgeAnew(owner)
}

function judgeAnew<J extends Judged, R extends Result>(owner: Owner<J, R>): J | No<R> {
  try {
    return owner.judge()
  } catch (error) {
    return owner.judgingFailed(error)
  }
}
