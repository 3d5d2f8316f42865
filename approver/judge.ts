import type { Context } from '#lib/csr/checks/check-question.ts'
import type { Judgement } from '#lib/csr/checks/judgement.ts'
import { judge } from '#lib/csr/checks/verdict.ts'
import type { Claim } from '#lib/csr/claim.ts'
import { supersession } from '#lib/csr/machine/superseded.ts'
import { type Automatic, automatic } from '#lib/csr/policy/automatic.ts'
import { isPending } from '#lib/csr/status.ts'
import type { Touched } from '#lib/csr/world/touches.ts'
import type { World } from '#lib/csr/world/world.ts'

/** What the policy does with one request, as judged last. */
export interface Answered {
  readonly claim: Claim
  readonly answer: Automatic
  readonly superseded: boolean
}

export interface JudgeOptions {
  readonly world: World
  /** Who and what it is judged for; null while nothing can be judged. */
  readonly context: () => Context | null
  /** Milliseconds that only ever grow: what work takes. */
  readonly now: () => number
  /** The answer has become another, or this is the first; `before` null for a first one. */
  readonly onAnswer: (answered: Answered, before: Answered | null) => void
  /** The request does not exist any more. */
  readonly onGone: (last: Answered) => void
  /** Judging a machine has thrown: it is left until it changes again, and the others go on. */
  readonly onError: (error: unknown) => void
}

export interface Judge {
  /** By uid, of every request there is. */
  readonly answers: ReadonlyMap<string, Answered>
  touch(touched: Touched): void
  /** Judges what was touched, a step at a time, until `hasTime` says no. */
  work(hasTime: () => boolean): void
  /** Milliseconds until something touched can be judged: its machine may rest. Null: nothing is touched. */
  waitMs(): number | null
}

/**
 * After a pass a machine rests for so many times what it took: one with twenty thousand requests,
 * of which each new one concerns all, has a tenth of the time and the others have the rest. Those
 * with a few are back before anybody could tell.
 */
const REST = 9
const LONGEST_REST_MS = 2_000

/** So many judgements of one machine are made in one step, about 0.2 ms each. */
const STEP = 8

interface Known extends Answered {
  /** Kept by the claim until anything that matters changes: the same object, the same answer. */
  readonly judgement: Judgement | null
}

/**
 * Keeps an answer for every request. Machines take turns, a few judgements each, so that one with
 * twenty thousand requests holds up nobody else; what did not change is not judged again.
 */
export function createJudge(options: JudgeOptions): Judge {
  const { world, context, now, onAnswer, onGone } = options
  const answers = new Map<string, Known>()
  const uidsOf = new Map<string, Set<string>>()
  /** In the order in which they were touched. */
  const machines = new Set<string>()
  const others = new Set<string>()
  const passes = new Map<string, Iterator<void, void, undefined>>()
  /** Touched while their pass is under way: a flood must not make it start anew for ever. */
  const again = new Set<string>()
  /** Of machines whose last pass took long: milliseconds of work in this pass, and when it may go on. */
  const spent = new Map<string, number>()
  const restsUntil = new Map<string, number>()

  /** Answers whether that took a judgement, which is what a step is measured in. */
  function settle(claim: Claim, around: Context, superseded: boolean): boolean {
    const { uid } = claim.csr
    const before = answers.get(uid) ?? null
    const judgement = isPending(claim.csr) ? judge(claim, world, around) : null
    const isSame =
      before !== null && before.judgement === judgement && before.superseded === superseded
    // A decided request is not judged: that it is decided is all there is to know.
    if (isSame && (judgement !== null || !isPending(before.claim.csr))) {
      if (before.claim !== claim) answers.set(uid, { ...before, claim })
      return false
    }
    const answer = automatic(claim, world, around, superseded)
    const known: Known = { claim, answer, superseded, judgement }
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

  /** Judges first, in steps; what the machine's requests say of each other is then cheap. */
  function* passOf(name: string, around: Context): Generator<void, void, undefined> {
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
      // Deleted while this pass was under way: the next one will say so.
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

  function stepMachine(around: Context): boolean {
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

  function stepOther(around: Context): boolean {
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
