import { type Automatic, automatic } from '#lib/csr/approval/automatic.ts'
import type { Context } from '#lib/csr/checks/check-question.ts'
import type { Claim } from '#lib/csr/claim/claim.ts'
import type { Judgement } from '#lib/csr/claim/judgement.ts'
import { supersession } from '#lib/csr/stage/superseded.ts'
import { isPending } from '#lib/csr/status.ts'
import { judge } from '#lib/csr/verdict/verdict.ts'
import type { ViewerName } from '#lib/csr/verdict/viewer-overlay.ts'
import type { Touched } from '#lib/csr/world/touches.ts'
import type { World } from '#lib/csr/world/world.ts'

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

export interface JudgeOptions {
  readonly world: World
  /** Everything that judging depends on besides the world; null while nothing can be judged. */
  readonly context: () => ApproverContext | null
  /** Monotonic milliseconds, for the cost of work. */
  readonly now: () => number
  /** Called for a first answer (`before` is null) and for a changed one. */
  readonly onAnswer: (answered: AnsweredRequest, before: AnsweredRequest | null) => void
  /** Called when the request no longer exists. */
  readonly onGone: (last: AnsweredRequest) => void
  /** Called when judging a machine throws: it is left until it changes, and the others continue. */
  readonly onError: (error: unknown) => void
}

export interface Judge {
  /** Answers by uid, for every request. */
  readonly answers: ReadonlyMap<string, AnsweredRequest>
  touch(touched: Pick<Touched, 'machines' | 'others'>): void
  /** Judges touched requests, a step at a time, until `hasTime` is false. */
  work(hasTime: () => boolean): void
  /**
   * Milliseconds until a touched machine may be judged, as one may rest; null when none is touched.
   */
  waitMs(): number | null
}

/**
 * Rest of a machine after a pass, as a multiple of the pass: one with twenty thousand requests gets
 * a tenth of the time. A machine with a few requests rests for less than a person notices.
 */
const REST = 9
const LONGEST_REST_MS = 2_000

/** Judgements of one machine in one step, about 0.2 ms each. */
const STEP = 8

interface Known extends AnsweredRequest {
  /** Kept by claim: the same object has the same judgement until its inputs change. */
  readonly judgement: Judgement | null
  /** The approver's name by which it was judged. */
  readonly by: string
}

/**
 * Keeps an answer for every request. Machines take turns of a few judgements, so that one with
 * twenty thousand requests delays no other; unchanged requests are not judged again.
 */
export function createJudge(options: JudgeOptions): Judge {
  const { world, context, now, onAnswer, onGone } = options
  const answers = new Map<string, Known>()
  const uidsOf = new Map<string, Set<string>>()
  /** Touched machines, in order. */
  const machines = new Set<string>()
  const others = new Set<string>()
  const passes = new Map<string, Iterator<void, void, undefined>>()
  /** Machines touched during their pass: a flood must not restart the pass forever. */
  const again = new Set<string>()
  /** Machines with a long pass: milliseconds of work in it, and the end of their rest. */
  const spent = new Map<string, number>()
  const restsUntil = new Map<string, number>()

  /** Answers whether it made a judgement, the unit of a step. */
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

  function drop(uid: string): void {
    const last = answers.get(uid)
    if (last === undefined) return
    answers.delete(uid)
    onGone(last)
  }

  /** Judges in steps first; comparing the machine's requests with each other is then cheap. */
  function* passOf(name: string, around: ApproverContext): Generator<void, void, undefined> {
    const claims = world.claimsOf(name)
    let judged = 0
    for (const claim of claims) {
      const known = claim.memo.judgement
      if (!isPending(claim.csr) || judge(claim, world, around) === known) continue
      judged += 1
      if (judged % STEP === 0) yield
    }
    const { superseded } = supersession(claims, world, around)
    const before = uidsOf.get(name) ?? new Set()
    const kept = new Set<string>()
    let settled = 0
    for (const claim of claims) {
      // Deleted during this pass: the next pass removes it.
      if (world.claim(claim.csr.uid) !== claim) continue
      kept.add(claim.csr.uid)
      if (!settle(claim, around, superseded.has(claim.csr.uid))) continue
      settled += 1
      if (settled % STEP === 0) yield
    }
    for (const uid of before) {
      if (world.claim(uid) === null) drop(uid)
      else kept.add(uid)
    }
    if (kept.size === 0) uidsOf.delete(name)
    else uidsOf.set(name, kept)
  }

  function nextMachine(): string | null {
    const at = now()
    for (const [name, until] of restsUntil) if (until <= at) restsUntil.delete(name)
    for (const name of machines) if (!restsUntil.has(name)) return name
    return null
  }

  function stepMachine(around: ApproverContext): boolean {
    const name = nextMachine()
    if (name === null) return false
    machines.delete(name)
    const pass = passes.get(name) ?? passOf(name, around)
    const startedAt = now()
    const isDone = isOver(pass)
    const took = (spent.get(name) ?? 0) + now() - startedAt
    if (isDone) {
      passes.delete(name)
      spent.delete(name)
      if (again.delete(name)) machines.add(name)
      if (took * REST >= 1) restsUntil.set(name, now() + Math.min(took * REST, LONGEST_REST_MS))
    } else {
      passes.set(name, pass)
      spent.set(name, took)
      machines.add(name)
    }
    return true
  }

  function isOver(pass: Iterator<void, void, undefined>): boolean {
    try {
      return pass.next().done === true
    } catch (error) {
      options.onError(error)
      return true
    }
  }

  function stepOther(around: ApproverContext): boolean {
    const [uid] = others
    if (uid === undefined) return false
    others.delete(uid)
    const claim = world.claim(uid)
    try {
      if (claim === null) drop(uid)
      else if (claim.nodeName === null) settle(claim, around, false)
    } catch (error) {
      options.onError(error)
    }
    return true
  }

  return {
    answers,
    touch(touched) {
      for (const uid of touched.others) others.add(uid)
      for (const name of touched.machines) {
        if (passes.has(name)) again.add(name)
        else machines.add(name)
      }
    },
    work(hasTime) {
      const around = context()
      if (around === null) return
      for (;;) {
        const machine = stepMachine(around)
        const other = stepOther(around)
        if ((!machine && !other) || !hasTime()) return
      }
    },
    waitMs() {
      if (others.size > 0 || nextMachine() !== null) return 0
      const ends = [...machines].map((name) => restsUntil.get(name) ?? 0)
      return ends.length === 0 ? null : Math.max(0, Math.min(...ends) - now())
    },
  }
}

function isSameAnswer(a: Automatic, b: Automatic): boolean {
  if (a.act === 'approve') return b.act === 'approve' && a.verdict === b.verdict
  return b.act === 'leave' && a.because === b.because && a.check === b.check
}
