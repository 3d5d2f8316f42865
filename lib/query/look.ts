import { changesSince, positionIn } from '#lib/live/changes.ts'
import type { ListedMachine } from '#lib/live/listed.ts'
import type { ListedSnapshot } from '#lib/live/listed-snapshot.ts'

/** The machines at one moment, for whoever wants to know later what has become of them since. */
export interface Look {
  readonly snapshot: ListedSnapshot
  readonly position: number
}

/** What a machine was at a look, and what it is; null where there was, or is, none. */
export interface MachineChange {
  readonly before: ListedMachine | null
  readonly after: ListedMachine | null
}

export function lookAt(snapshot: ListedSnapshot): Look {
  return { snapshot, position: positionIn(snapshot.changes) }
}

/**
 * The machines that are others than at that look. Where the snapshot was read again since, every
 * machine is another object. More changes than the log keeps are passed over.
 */
export function changedMachines(look: Look, snapshot: ListedSnapshot): readonly MachineChange[] {
  const { machines, changes } = look.snapshot
  const known = changesSince(changes, look.position)
  const since = (known ?? []).filter((change) => change.kind === 'machine')
  if (changes === snapshot.changes && known !== null) return since
  // Nobody changes the rows of a snapshot that was replaced: they are as they were, but for these.
  const were = new Map(machines)
  for (const { key, before } of since) {
    if (before === null) were.delete(key)
    else were.set(key, before)
  }
  const names = new Set([...were.keys(), ...snapshot.machines.keys()])
  return Array.from(names, (name) => ({
    before: were.get(name) ?? null,
    after: snapshot.machines.get(name) ?? null,
  }))
}
