import type { ApprovalGroups } from '#lib/query/preflight.ts'
import type { Run, RunOptions } from '#lib/query/run.ts'
import type { Store } from '#lib/query/store.ts'

export interface Runs {
  /** The run under way or just finished, in whichever tab it is carried out; null when none. */
  readonly current: Run | null
  /** A run that was cut off (reload, closed tab, sign-out), with what is left of it. */
  readonly cutOff: Run | null
}

export interface RunStore extends Pick<Store<Runs>, 'get' | 'subscribe'> {
  /** Starts with the ticked groups. Does nothing while a run is under way. */
  start(groups: ApprovalGroups, options: RunOptions): void
  pause(): void
  resume(): void
  /** Leaves what is approved approved. */
  stop(): void
  /** Forgets the finished or stopped run. */
  dismiss(): void
  /** Goes on with the run that was cut off; what changed meanwhile is held back. */
  takeUp(): void
  /** Forgets the run that was cut off. */
  discard(): void
}
