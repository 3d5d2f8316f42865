import { judge } from '#lib/csr/checks/verdict.ts'
import type { Claim } from '#lib/csr/claim.ts'
import { type Context, deriveAhead, deriveOther } from '#lib/csr/machine/derive.ts'
import type { MachineRow, RequestRow } from '#lib/csr/machine/rows.ts'
import { isPending } from '#lib/csr/status.ts'
import type { World } from '#lib/csr/world/world.ts'
import { diffTouched, isEmpty, type RowChanges, type Rows, toPatch } from '#lib/wire/diff.ts'
import type { Patch } from '#lib/wire/wire.ts'

/** A published row before and after; null where there is none. */
export type RowChange =
  | {
      readonly kind: 'machine'
      readonly key: string
      readonly before: MachineRow | null
      readonly after: MachineRow | null
    }
  | {
      readonly kind: 'request'
      readonly key: string
      readonly before: RequestRow | null
      readonly after: RequestRow | null
    }

/** The rows as they were last published, kept in step with a world in bounded steps. */
export interface Board {
  readonly rows: Rows
  readonly revision: number
  /** Whether rows wait to be derived again, touched or due by time, but for those of machines that rest. */
  isBehind(): boolean
  /**
   * Derives what the world says was touched and whose time has come, until `hasTime` says no: at least one
   * row, or one judgement of many. Answers what changed as the next revision, or null when nothing did.
   */
  catchUp(hasTime: () => boolean): Patch | null
  /**
   * When to look for rows that are due by time alone, milliseconds since the epoch, at the latest
   * when the first of them is; null for never.
   */
  nextChangeAt(): number | null
}

/**
 * Every request of a machine costs when its row is derived, and again on the way to the browser.
 * After so many a machine rests between two derivations, so that one that files thousands leaves
 * the time to the others: its own row is then late by that much, and nothing is decided by rows.
 */
const RESTS_FROM = 200
const REST_MS_A_REQUEST = 0.25
const LONGEST_REST_MS = 5_000

export interface BoardOptions {
  readonly world: World
  readonly epoch: string
  /** Asked anew for each row: time, policy and person at that moment. */
  readonly context: () => Context
  /** Called once for each revision, after its rows are published. */
  readonly onRows?: (changes: readonly RowChange[]) => void
}

export function createBoard({ world, epoch, context, onRows }: BoardOptions): Board {
  const machines = new Map<string, MachineRow>()
  const others = new Map<string, RequestRow>()
  const rows: Rows = { machines, others }
  const touchedMachines = new Set<string>()
  const touchedOthers = new Set<string>()
  /** When each machine's row changes by time alone. */
  const changesAt = new Map<string, number>()
  /** No earlier than the earliest of them; the very earliest is looked for when that has come. */
  let noneBefore = Number.POSITIVE_INFINITY
  /** Requests that are still to be judged, by the machine of many that they are of. */
  const judging = new Map<string, Iterator<Claim>>()
  /** Until when each machine of many requests rests. */
  const restsUntil = new Map<string, number>()
  let revision = 0

  function takeTouched(): void {
    const { now } = context()
    world.noticeMachineApprover(now)
    world.noticeAlarms(now)
    const touched = world.takeTouched()
    for (const name of touched.machines) touchedMachines.add(name)
    for (const [name, until] of restsUntil) if (until <= now) restsUntil.delete(name)
    for (const uid of touched.others) touchedOthers.add(uid)
    takeDue(now)
  }

  function takeDue(now: number): void {
    if (now < noneBefore) return
    noneBefore = Number.POSITIVE_INFINITY
    for (const [name, at] of changesAt) {
      if (at <= now) touchedMachines.add(name)
      else if (at < noneBefore) noneBefore = at
    }
  }

  function planChange(name: string, at: number | null): void {
    if (at === null) changesAt.delete(name)
    else changesAt.set(name, at)
    if (at !== null && at < noneBefore) noneBefore = at
  }

  function rest(name: string, requests: number, { now }: Context): void {
    if (requests < RESTS_FROM) return
    restsUntil.set(name, now + Math.min(requests * REST_MS_A_REQUEST, LONGEST_REST_MS))
  }

  /**
   * Judges the requests of a machine of many before its row is derived in one go: each keeps its judgement.
   * False when time ran out first.
   */
  function judgeAhead(name: string, now: Context, hasTime: () => boolean): boolean {
    const claims = world.requests.ofMachine(name)
    if (claims.size < RESTS_FROM) return true
    const left = judging.get(name) ?? claims.values()
    for (let next = left.next(); next.done !== true; next = left.next()) {
      if (isPending(next.value.csr)) judge(next.value, world, now)
      if (hasTime()) continue
      judging.set(name, left)
      return false
    }
    judging.delete(name)
    return true
  }

  function publish(derived: {
    readonly machines: ReadonlyMap<string, MachineRow | null>
    readonly others: ReadonlyMap<string, RequestRow | null>
  }): Patch | null {
    const changes = diffTouched(rows, derived)
    if (isEmpty(changes)) return null
    const rowChanges = rowChangesOf(changes, rows)
    for (const row of changes.upserts.machines) machines.set(row.name, row)
    for (const row of changes.upserts.others) others.set(row.uid, row)
    for (const name of changes.removes.machines) machines.delete(name)
    for (const uid of changes.removes.others) others.delete(uid)
    const patch = toPatch(changes, epoch, revision)
    revision = patch.to
    onRows?.(rowChanges)
    return patch
  }

  return {
    rows,
    get revision() {
      return revision
    },
    isBehind() {
      takeTouched()
      if (touchedOthers.size > 0) return true
      for (const name of touchedMachines) if (!restsUntil.has(name)) return true
      return false
    },
    catchUp(hasTime) {
      takeTouched()
      const derived = {
        machines: new Map<string, MachineRow | null>(),
        others: new Map<string, RequestRow | null>(),
      }
      const now = context()
      // Deleting from a Set while it is walked is well-defined.
      for (const name of touchedMachines) {
        if (restsUntil.has(name)) continue
        touchedMachines.delete(name)
        if (!judgeAhead(name, now, hasTime)) {
          // Last: the others do not wait for it.
          touchedMachines.add(name)
          return publish(derived)
        }
        const ahead = deriveAhead(world, name, now)
        derived.machines.set(name, ahead?.row ?? null)
        planChange(name, ahead?.changesAt ?? null)
        world.noticeLook(name, ahead?.look ?? null, now.now)
        rest(name, ahead?.row.requests.length ?? 0, now)
        if (!hasTime()) return publish(derived)
      }
      for (const uid of touchedOthers) {
        touchedOthers.delete(uid)
        derived.others.set(uid, deriveOther(world, uid, now))
        if (!hasTime()) break
      }
      return publish(derived)
    },
    nextChangeAt() {
      let earliest = world.machineApproverChangesAt(context().now)
      const due = (at: number) => {
        if (earliest === null || at < earliest) earliest = at
      }
      if (noneBefore < Number.POSITIVE_INFINITY) due(noneBefore)
      for (const [name, until] of restsUntil) if (touchedMachines.has(name)) due(until)
      return earliest
    },
  }
}

function rowChangesOf({ upserts, removes }: RowChanges, { machines, others }: Rows): RowChange[] {
  const machine = (key: string, after: MachineRow | null): RowChange => {
    return { kind: 'machine', key, before: machines.get(key) ?? null, after }
  }
  const request = (key: string, after: RequestRow | null): RowChange => {
    return { kind: 'request', key, before: others.get(key) ?? null, after }
  }
  return [
    ...removes.machines.map((name) => machine(name, null)),
    ...removes.others.map((uid) => request(uid, null)),
    ...upserts.machines.map((row) => machine(row.name, row)),
    ...upserts.others.map((row) => request(row.uid, row)),
  ]
}
