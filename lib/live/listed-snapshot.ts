import type { ChangeLog } from '#lib/live/changes.ts'
import type { ListedMachine, ListedRequest } from '#lib/live/listed.ts'
import type { Snapshot } from '#lib/live/wire.ts'

/**
 * What the browser holds: the snapshot by key. The maps and the log are owned by whoever applies
 * patches to it (lib/live/apply.ts changes them in place), everybody else only reads. They may
 * therefore be further than the revision says, and the log is always as far as the maps.
 */
export interface ListedSnapshot extends Omit<Snapshot, 'machines' | 'others'> {
  /** By machine name. */
  readonly machines: ReadonlyMap<string, ListedMachine>
  /** By uid. */
  readonly others: ReadonlyMap<string, ListedRequest>
  readonly changes: ChangeLog
}
