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

/** Judging as the approver: nobody approves their own request. */
export interface ApproverContext extends Context {
  readonly viewer: ViewerName
}

/** The policy's last answer for one request. */
export interface AnsweredRequest {
  readonly claim: Claim
  readonly answer: Automatic
  readonly superseded: boolean
}

export interface AutomaticAnswersOptions
  extends Pick<JudgementsOptions<ApproverContext>, 'world' | 'context' | 'passed' | 'onError'> {
  /** Called for a first answer (`before` is null) and for a changed one. */
  readonly onAnswer: (answered: AnsweredRequest, before: AnsweredRequest | null) => void
  /** Called when the request no longer exists. */
  readonly onGone: (last: AnsweredRequest) => void
}

export interface AutomaticAnswers
  extends Pick<Judgements<ApproverContext>, 'touch' | 'work' | 'waitMs'> {
  /** Answers by uid, for every request. */
  readonly answers: ReadonlyMap<string, AnsweredRequest>
}

interface Known extends AnsweredRequest {
  /** Kept by claim: the same object has the same judgement until its inputs change. */
  readonly judgement: Judgement | null
  /** The approver's name by which it was judged. */
  readonly by: string
}

/** The policy's answer for every request, kept in step with a world. */
export function createAutomaticAnswers(options: AutomaticAnswersOptions): AutomaticAnswers {
  const { world, context, passed, onError, onAnswer, onGone } = options
  const answers = new Map<string, Known>()
  const uidsOf = new Map<string, Set<string>>()

  function* passOf(name: string, before: ApproverContext): Pass<ApproverContext> {
    const around = yield* judgeInSteps(name, world, before)
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
      if (settled % STEP === 0) yield
    }
    for (const uid of uidsOf.get(name) ?? []) {
      if (world.claim(uid) === null) drop(uid)
      else kept.add(uid)
    }
    if (kept.size === 0) uidsOf.delete(name)
    else uidsOf.set(name, kept)
    return null
  }

  /** Answers whether anything but the claim is new. */
  function settle(claim: Claim, around: ApproverContext, superseded: boolean): boolean {
    const { uid } = claim.csr
    const { name: by } = around.viewer
    const before = answers.get(uid) ?? null
    const judgement = isPending(claim.csr) ? judge(claim, world, around) : null
    const isSame =
      before?.judgement === judgement && before.superseded === superseded && before.by === by
    // A decided request needs no judgement.
    if (isSame && (judgement !== null || !isPending(before.claim.csr))) {
      if (before.claim !== claim) answers.set(uid, { ...before, claim })
      return false
    }
    const answer = automatic(claim, world, around, superseded, around.viewer)
    const known: Known = { claim, answer, superseded, judgement, by }
    answers.set(uid, known)
    if (before === null || !isSameAnswer(before.answer, answer)) onAnswer(known, before)
    return true
  }

  function settleOther(uid: string, around: ApproverContext): void {
    const claim = world.claim(uid)
    if (claim === null) drop(uid)
    else if (claim.nodeName === null) settle(claim, around, false)
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
    answers,
    touch: (touched) => judgements.touch(touched),
    work: (hasTime) => judgements.work(hasTime),
    waitMs: () => judgements.waitMs(),
  }
}

function isSameAnswer(a: Automatic, b: Automatic): boolean {
  if (a.act === 'approve') return b.act === 'approve' && a.verdict === b.verdict
  return b.act === 'leave' && a.because === b.because && a.check === b.check
}
