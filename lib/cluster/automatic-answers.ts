import {
  Judgements,
  type JudgementsOptions,
  judgeInSteps,
  type Pass,
  STEP,
} from '#lib/cluster/judgements.ts'
import { type Automatic, automatic } from '#lib/csr/approval/automatic.ts'
import type { Context } from '#lib/csr/checks/check-question.ts'
import type { Claim } from '#lib/csr/claim/claim.ts'
import type { Judgement } from '#lib/csr/claim/judgement.ts'
import { supersession } from '#lib/csr/stage/superseded.ts'
import { isPending } from '#lib/csr/status.ts'
import { judge } from '#lib/csr/verdict/verdict.ts'
import type { ViewerName } from '#lib/csr/verdict/viewer-overlay.ts'

/** Facts for judging as the approver, who approves no request of its own. */
export interface ApproverContext extends Context {
  readonly viewer: ViewerName
}

/** The policy's last answer for one request. */
export interface AnsweredRequest {
  readonly claim: Claim
  readonly answer: Automatic
  readonly superseded: boolean
}

export type AutomaticAnswers = ReturnType<typeof createAutomaticAnswers>

interface Known extends AnsweredRequest {
  /** The judgement of the claim: the same object has the same one until its inputs change. */
  readonly judgement: Judgement | null
}

/** The policy's answer for every request, kept in step with a world. */
export function createAutomaticAnswers(
  options: Pick<JudgementsOptions<ApproverContext>, 'world' | 'context' | 'passed' | 'onError'> & {
    /** Takes a first answer (`before` is null) and a changed one. */
    readonly onAnswer: (answered: AnsweredRequest, before: AnsweredRequest | null) => void
    /** Takes the last answer about a request that no longer exists. */
    readonly onGone: (last: AnsweredRequest) => void
  },
) {
  const { world, context, passed, onError, onAnswer, onGone } = options
  const answers = new Map<string, Known>()
  const uidsOf = new Map<string, Set<string>>()

  function* passOf(name: string, before: ApproverContext): Pass<ApproverContext> {
    let around = yield* judgeInSteps(name, world, before)
    const claims = world.claimsOf(name)
    const { superseded } = supersession(claims, world, around)
    const kept = new Set<string>()
    let settled = 0
    for (const claim of claims) {
      const { uid } = claim.csr
      // Deleted during this pass: the next pass removes it.
      if (world.claim(uid) !== claim) continue
      kept.add(uid)
      if (!settle(claim, around, superseded.has(uid))) continue
      settled += 1
      if (settled % STEP === 0) around = yield
    }
    for (const uid of uidsOf.get(name) ?? []) {
      if (world.claim(uid) === null) drop(uid)
      else kept.add(uid)
    }
    if (kept.size === 0) uidsOf.delete(name)
    else uidsOf.set(name, kept)
    return null
  }

  /** Settles the answer about a claim. Returns whether anything but the claim is new. */
  function settle(claim: Claim, around: ApproverContext, superseded: boolean): boolean {
    const { uid } = claim.csr
    const before = answers.get(uid) ?? null
    const judgement = isPending(claim.csr) ? judge(claim, world, around) : null
    const isSame = before?.judgement === judgement && before.superseded === superseded
    // A decided request needs no judgement.
    if (isSame && (judgement !== null || !isPending(before.claim.csr))) {
      if (before.claim !== claim) answers.set(uid, { ...before, claim })
      return false
    }
    const answer = automatic(claim, world, around, superseded, around.viewer)
    const known: Known = { claim, answer, superseded, judgement }
    answers.set(uid, known)
    if (before === null || !isSameAnswer(before.answer, answer)) onAnswer(known, before)
    return true
  }

  function settleOther(uid: string, around: ApproverContext): void {
    const claim = world.claim(uid)
    if (claim === null) drop(uid)
    else if (claim.nodeName === null) settle(claim, around, false)
  }

  /**
   * Answers by what is known now, as each write needs it; null for a request that is gone, and while
   * nothing can be judged. Whether a newer request supersedes it is taken from the last answer: so the
   * cost does not grow with the machine's other requests.
   */
  function answerNow(uid: string): AnsweredRequest | null {
    const around = context()
    const claim = world.claim(uid)
    const known = answers.get(uid)
    if (around === null || claim === null || known === undefined) return null
    const { superseded } = known
    const answer = automatic(claim, world, around, superseded, around.viewer)
    // Evidence aged since the request was judged: the kept answer must change too.
    if (answer.act !== 'approve') judgements.touch(placeOf(claim))
    return { claim, answer, superseded }
  }

  function drop(uid: string): void {
    const last = answers.get(uid)
    if (last === undefined) return
    answers.delete(uid)
    onGone(last)
  }

  const judgements = new Judgements<ApproverContext>({
    world,
    context,
    passed,
    machine: passOf,
    other: settleOther,
    onError,
  })
  return {
    /** Answers by the request's uid. */
    answers: answers as ReadonlyMap<string, AnsweredRequest>,
    answerNow,
    work: (hasTime: () => boolean): boolean => judgements.work(hasTime),
    waitMs: () => judgements.waitMs(),
  }
}

/** The place where a change of the request is derived. */
function placeOf({ nodeName, csr }: Claim) {
  return nodeName === null
    ? { machines: [], others: [csr.uid] }
    : { machines: [nodeName], others: [] }
}

function isSameAnswer(a: Automatic, b: Automatic): boolean {
  if (a.act === 'approve') return b.act === 'approve' && a.verdict === b.verdict
  return b.act === 'leave' && a.because === b.because && a.check === b.check
}
