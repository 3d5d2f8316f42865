import type { Claim } from '#lib/csr/claim/claim.ts'
import { type Context, deriveAhead, deriveAlarm, deriveOther } from '#lib/csr/machine/derive.ts'
import type { AlarmDetail, JudgedMachine, JudgedRequest } from '#lib/csr/rows/rows.ts'
import { sameValue } from '#lib/csr/same-value.ts'
import { isPending } from '#lib/csr/status.ts'
import { judge } from '#lib/csr/verdict/verdict.ts'
import type { AlarmName } from '#lib/csr/world/alarms.ts'
import type { World } from '#lib/csr/world/world.ts'

/** Published rows of what the cluster has: machines by name, other requests by uid. */
export interface Rows {
  readonly machines: ReadonlyMap<string, JudgedMachine>
  readonly others: ReadonlyMap<string, JudgedRequest>
}

/** All published rows: also alarms by `alarmKey`, which outlive their requests. */
export interface AllRows extends Rows {
  readonly alarms: ReadonlyMap<string, AlarmDetail>
}

/** A published row before and after; null where there is none. */
interface BeforeAfter<Row> {
  readonly key: string
  readonly before: Row | null
  readonly after: Row | null
}

export type RowChange =
  | (BeforeAfter<JudgedMachine> & { readonly kind: 'machine' })
  | (BeforeAfter<JudgedRequest> & { readonly kind: 'request' })
  | (BeforeAfter<AlarmDetail> & { readonly kind: 'alarm' })

/** The rows as they were last published, kept in step with a world in bounded steps. */
export interface Board {
  readonly rows: AllRows
  readonly revision: number
  /** Whether rows wait to be derived again, touched or due by time, but for those of machines that rest. */
  isBehind(): boolean
  /**
   * Derives what the world says was touched and whose time has come, until `hasTime` says no: at least one
   * row, or one judgement of many. Whether a row changed: that is the next revision.
   */
  catchUp(hasTime: () => boolean): boolean
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
  /** Asked anew for each row: time, policy and person at that moment. */
  readonly context: () => Context
  /** Called once for each revision, after its rows are published. */
  readonly onRows?: (changes: readonly RowChange[]) => void
}

export function createBoard({ world, context, onRows }: BoardOptions): Board {
  const machines = new Map<string, JudgedMachine>()
  const others = new Map<string, JudgedRequest>()
  const alarms = new Map<string, AlarmDetail>()
  const rows: AllRows = { machines, others, alarms }
  const touchedMachines = new Set<string>()
  const touchedOthers = new Set<string>()
  const touchedAlarms = new Map<string, AlarmName>()
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
    for (const [key, name] of touched.alarms) touchedAlarms.set(key, name)
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

  /** Derives rows again until time runs out; answers those that changed. */
  function* changedRows(hasTime: () => boolean): Generator<RowChange, void, undefined> {
    const now = context()
    for (const [key, name] of touchedAlarms) {
      touchedAlarms.delete(key)
      const change = put(alarms, key, deriveAlarm(world, name))
      if (change !== null) yield { kind: 'alarm', ...change }
      if (!hasTime()) return
    }
    // Deleting from a Set while it is walked is well-defined.
    for (const name of touchedMachines) {
      if (restsUntil.has(name)) continue
      touchedMachines.delete(name)
      if (!judgeAhead(name, now, hasTime)) {
        // Last: the others do not wait for it.
        touchedMachines.add(name)
        return
      }
      const ahead = deriveAhead(world, name, now)
      const change = put(machines, name, ahead?.row ?? null)
      if (change !== null) yield { kind: 'machine', ...change }
      planChange(name, ahead?.changesAt ?? null)
      rest(name, ahead?.row.requests.length ?? 0, now)
      if (!hasTime()) return
    }
    for (const uid of touchedOthers) {
      touchedOthers.delete(uid)
      const change = put(others, uid, deriveOther(world, uid, now))
      if (change !== null) yield { kind: 'request', ...change }
      if (!hasTime()) return
    }
  }

  return {
    rows,
    get revision() {
      return revision
    },
    isBehind() {
      takeTouched()
      if (touchedOthers.size + touchedAlarms.size > 0) return true
      for (const name of touchedMachines) if (!restsUntil.has(name)) return true
      return false
    },
    catchUp(hasTime) {
      takeTouched()
      const changes: RowChange[] = []
      try {
        for (const change of changedRows(hasTime)) changes.push(change)
      } finally {
        // Rows before one that cannot be derived are published all the same.
        if (changes.length > 0) {
          revision += 1
          onRows?.(changes)
        }
      }
      return changes.length > 0
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

/** Null for a row that says the same as before. */
function put<Row>(rows: Map<string, Row>, key: string, after: Row | null): BeforeAfter<Row> | null {
  const before = rows.get(key) ?? null
  if (sameValue(before, after)) return null
  if (after === null) rows.delete(key)
  else rows.set(key, after)
  return { key, before, after }
}
