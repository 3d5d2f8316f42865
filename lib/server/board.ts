import { type Context, deriveMachine, deriveOther, nextChangeAt } from '#lib/csr/derive.ts'
import type { MachineRow, RequestRow } from '#lib/csr/model.ts'
import type { World } from '#lib/csr/world.ts'
import { diffTouched, isEmpty, type Rows, toPatch } from '#lib/live/diff.ts'
import type { Patch } from '#lib/live/wire.ts'

/** The rows as they were last published, kept in step with a world in bounded steps. */
export interface Board {
  readonly rows: Rows
  readonly revision: number
  /** Whether rows wait to be derived again. */
  isBehind(): boolean
  /**
   * Derives what the world says was touched, at least one row, until `hasTime` says no. Answers
   * what changed by that as the next revision, or null when nothing did.
   */
  catchUp(hasTime: () => boolean): Patch | null
  /** When the next row changes by time alone, milliseconds since the epoch; null for never. */
  nextChangeAt(): number | null
  /** Marks the rows whose time has come. */
  touchDue(): void
}

export interface BoardOptions {
  readonly world: World
  readonly epoch: string
  /** Asked anew for each row: time, policy and person at that moment. */
  readonly context: () => Context
}

export function createBoard({ world, epoch, context }: BoardOptions): Board {
  const machines = new Map<string, MachineRow>()
  const others = new Map<string, RequestRow>()
  const rows: Rows = { machines, others }
  const touchedMachines = new Set<string>()
  const touchedOthers = new Set<string>()
  /** When each machine's row changes by time alone. */
  const changesAt = new Map<string, number>()
  let revision = 0

  function takeTouched(): void {
    world.noticeBrake(context().now)
    const touched = world.takeTouched()
    for (const name of touched.machines) touchedMachines.add(name)
    for (const uid of touched.others) touchedOthers.add(uid)
  }

  function planChange(name: string, row: MachineRow | null, now: Context): void {
    const at = row === null ? null : nextChangeAt(world, name, now)
    if (at === null) changesAt.delete(name)
    else changesAt.set(name, at)
  }

  function publish(derived: {
    readonly machines: ReadonlyMap<string, MachineRow | null>
    readonly others: ReadonlyMap<string, RequestRow | null>
  }): Patch | null {
    const changes = diffTouched(rows, derived)
    if (isEmpty(changes)) return null
    for (const row of changes.upserts.machines) machines.set(row.name, row)
    for (const row of changes.upserts.others) others.set(row.uid, row)
    for (const name of changes.removes.machines) machines.delete(name)
    for (const uid of changes.removes.others) others.delete(uid)
    const patch = toPatch(changes, epoch, revision)
    revision = patch.to
    return patch
  }

  return {
    rows,
    get revision() {
      return revision
    },
    isBehind() {
      takeTouched()
      return touchedMachines.size > 0 || touchedOthers.size > 0
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
        touchedMachines.delete(name)
        const row = deriveMachine(world, name, now)
        derived.machines.set(name, row)
        planChange(name, row, now)
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
      let earliest = world.brakeChangesAt(context().now)
      for (const at of changesAt.values()) if (earliest === null || at < earliest) earliest = at
      return earliest
    },
    touchDue() {
      const { now } = context()
      for (const [name, at] of changesAt) if (at <= now) touchedMachines.add(name)
    },
  }
}
