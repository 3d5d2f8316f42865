import type { Context } from '#lib/csr/checks/check-question.ts'
import { isPending } from '#lib/csr/status.ts'
import { judge } from '#lib/csr/verdict/verdict.ts'
import type { AlarmName } from '#lib/csr/world/alarms.ts'
import type { World } from '#lib/csr/world/world.ts'

/**
 * Derives what is kept of one machine, one step after another; each step gets the context of its
 * time. Returns when the machine changes by time alone, milliseconds since the epoch; null for never.
 */
export type Pass<C> = Generator<void, number | null, C>

export interface JudgementsOptions<C extends Context> {
  readonly world: World
  /** The facts that judging depends on besides the world; null while nothing can be judged. */
  readonly context: () => C | null
  /** A monotonic clock, in milliseconds. */
  readonly passed: () => number
  readonly machine: (name: string, context: C) => Pass<C>
  /** Derives what is kept of a request without a machine, which may be gone. */
  readonly other: (uid: string, context: C) => void
  readonly alarm?: (key: string, name: AlarmName) => void
  /**
   * Reports an error in deriving: that machine is left until it changes, and the others continue.
   */
  readonly onError: (error: unknown) => void
}

/** Most judgements in one step, about 0.2 ms each. */
export const STEP = 8

/**
 * Requests from which a machine rests between two passes, in proportion to their number: a machine
 * that files thousands then leaves time to the others. A decision judges its request anew, and takes
 * from the last pass whether a newer request supersedes it.
 */
const RESTS_FROM = 200
const REST_MS_A_REQUEST = 0.25
const LONGEST_REST_MS = 2_000

/**
 * Keeps what is derived from judgements in step with a world. Machines take turns of one step, so that
 * one with twenty thousand requests delays no other.
 */
export class Judgements<C extends Context> {
  readonly #options: JudgementsOptions<C>
  /** Touched machines with a request, and those without one, in the order of their turns. */
  readonly #asking = new WaitingKeys()
  readonly #silent = new WaitingKeys()
  readonly #others = new WaitingKeys()
  readonly #alarms = new Map<string, AlarmName>()
  readonly #passes = new Map<string, Pass<C>>()
  /** Machines touched during their pass: a flood must not restart the pass forever. */
  readonly #again = new Set<string>()
  /** Times by `passed` at which each machine's rest ends. */
  readonly #restsUntil = new Map<string, number>()
  /** Times at which each machine changes by time alone. */
  readonly #changesAt = new Map<string, number>()
  /** Time before which no machine changes by time alone. The first change may come later. */
  #noneBefore = Number.POSITIVE_INFINITY

  constructor(options: JudgementsOptions<C>) {
    this.#options = options
  }

  touch({ machines, others }: { machines: Iterable<string>; others: Iterable<string> }): void {
    for (const uid of others) this.#others.add(uid)
    for (const name of machines) {
      if (this.#passes.has(name)) this.#again.add(name)
      else this.#queueOf(name).add(name)
    }
  }

  /**
   * Derives anew what the world says was touched and whose time has come: a step of a machine with a
   * request, of one without, another request and an alarm by turns, until `hasTime` is false. Returns
   * whether more of them may wait.
   */
  work(hasTime: () => boolean, which: 'all' | 'requests' = 'all'): boolean {
    const context = this.#options.context()
    if (context === null) return false
    this.#takeTouched(context.now)
    while (this.#stepEach(context, which)) if (!hasTime()) return true
    return false
  }

  /** Milliseconds until there is work; 0 for now, null while nothing is known to come. */
  waitMs(): number | null {
    const { context, passed, world } = this.#options
    const now = context()?.now ?? null
    if (now === null) return null
    this.#takeTouched(now)
    if (this.#others.size + this.#alarms.size > 0) return 0
    const machines = [this.#asking, this.#silent]
    if (machines.some((waiting) => this.#nextOf(waiting) !== null)) return 0
    const rests = machines
      .flatMap((waiting) => waiting.all())
      .map((name) => (this.#restsUntil.get(name) ?? 0) - passed())
    const brakeAt = world.machineApproverChangesAt(now) ?? Number.POSITIVE_INFINITY
    const waitMs = Math.min(this.#noneBefore - now, brakeAt - now, ...rests)
    return waitMs === Number.POSITIVE_INFINITY ? null : Math.max(0, waitMs)
  }

  #takeTouched(now: number): void {
    const { world, passed } = this.#options
    world.noticeMachineApprover(now)
    world.noticeAlarms(now)
    const touched = world.takeTouched()
    this.touch(touched)
    for (const [key, name] of touched.alarms) this.#alarms.set(key, name)
    for (const [name, until] of this.#restsUntil) {
      if (until <= passed()) this.#restsUntil.delete(name)
    }
    if (now >= this.#noneBefore) this.touch({ machines: this.#takeDue(now), others: [] })
  }

  /** One step of each kind. Returns whether there was one. */
  #stepEach(context: C, which: 'all' | 'requests'): boolean {
    const requests = [this.#stepMachine(this.#asking, context), this.#stepOther(context)]
    const rest =
      which === 'all' ? [this.#stepAlarm(), this.#stepMachine(this.#silent, context)] : []
    return [...requests, ...rest].includes(true)
  }

  /** The queue in which the machine waits; it leaves the other one. */
  #queueOf(name: string): WaitingKeys {
    const isAsking = this.#options.world.requests.countOf(name) > 0
    const [own, other] = isAsking ? [this.#asking, this.#silent] : [this.#silent, this.#asking]
    other.delete(name)
    return own
  }

  #stepMachine(waiting: WaitingKeys, context: C): boolean {
    const name = this.#nextOf(waiting)
    if (name === null) return false
    waiting.delete(name)
    const pass = this.#passes.get(name) ?? this.#options.machine(name, context)
    const { done, value } = this.#tried(() => pass.next(context)) ?? FAILED
    if (done === true) this.#endPass(name, value)
    else this.#passes.set(name, pass)
    if (done !== true || this.#again.delete(name)) waiting.add(name)
    return true
  }

  #nextOf(waiting: WaitingKeys): string | null {
    return waiting.first((name) => !this.#restsUntil.has(name))
  }

  #endPass(name: string, changesAt: number | null): void {
    const { world, passed } = this.#options
    this.#passes.delete(name)
    if (changesAt === null) this.#changesAt.delete(name)
    else this.#changesAt.set(name, changesAt)
    this.#noneBefore = Math.min(this.#noneBefore, changesAt ?? Number.POSITIVE_INFINITY)
    const count = world.requests.countOf(name)
    if (count < RESTS_FROM) return
    this.#restsUntil.set(name, passed() + Math.min(count * REST_MS_A_REQUEST, LONGEST_REST_MS))
  }

  #stepOther(context: C): boolean {
    const uid = this.#others.first()
    if (uid === null) return false
    this.#others.delete(uid)
    this.#tried(() => this.#options.other(uid, context))
    return true
  }

  #stepAlarm(): boolean {
    const [first] = this.#alarms
    if (first === undefined) return false
    this.#alarms.delete(first[0])
    this.#tried(() => this.#options.alarm?.(...first))
    return true
  }

  #takeDue(now: number): Set<string> {
    const due = new Set<string>()
    this.#noneBefore = Number.POSITIVE_INFINITY
    for (const [name, at] of this.#changesAt) {
      if (at <= now) due.add(name)
      else this.#noneBefore = Math.min(this.#noneBefore, at)
    }
    return due
  }

  #tried<T>(derive: () => T): T | null {
    try {
      return derive()
    } catch (error) {
      this.#options.onError(error)
      return null
    }
  }
}

/**
 * Keys of machines or requests that wait to be judged, each once. One iterator is kept: a new one
 * would pass by every key that was deleted before, which takes seconds with a hundred thousand.
 */
class WaitingKeys {
  readonly #keys = new Set<string>()
  #rest = this.#keys.values()
  #first: string | null = null

  get size(): number {
    return this.#keys.size
  }

  all(): readonly string[] {
    return [...this.#keys]
  }

  add(key: string): void {
    this.#keys.add(key)
  }

  delete(key: string): void {
    this.#keys.delete(key)
    if (this.#first === key) this.#first = null
  }

  /** The next key that may be judged: the same one until it is deleted. Null for none. */
  first(may: (key: string) => boolean = () => true): string | null {
    if (this.#first !== null && may(this.#first)) return this.#first
    // Keys that the iterator has passed by may be judged by now.
    this.#first = this.#nextOf(may) ?? this.#again(may)
    return this.#first
  }

  #again(may: (key: string) => boolean): string | null {
    this.#rest = this.#keys.values()
    return this.#nextOf(may)
  }

  #nextOf(may: (key: string) => boolean): string | null {
    for (let next = this.#rest.next(); !next.done; next = this.#rest.next()) {
      if (may(next.value)) return next.value
    }
    return null
  }
}

const FAILED = { done: true, value: null } as const

/**
 * Judges the pending requests of a machine in steps, also those that come meanwhile: what is derived
 * from all of them is then cheap. Returns the context of the last step.
 */
export function* judgeInSteps<C extends Context>(
  name: string,
  world: World,
  context: C,
): Generator<void, C, C> {
  if (world.requests.countOf(name) < STEP) return context
  let latest = context
  let judged = 0
  for (const claim of world.requests.ofMachine(name)) {
    const known = claim.memo.judgement
    if (!isPending(claim.csr) || judge(claim, world, latest) === known) continue
    judged += 1
    if (judged % STEP === 0) latest = yield
  }
  return latest
}
