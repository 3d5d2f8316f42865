import {
  type AlarmEvent,
  type Announced,
  announcements,
  type HourEvent,
  type HourOfMachine,
  NOTHING_ANNOUNCED,
} from '#lib/csr/machine/announcements.ts'
import type { Alarm } from '#lib/csr/model.ts'
import { hasEndedSince, isBulk, type RunSummary } from '#lib/wire/run-answers.ts'

/** A notification to show; machines of one step share it. */
export type Due =
  | {
      readonly event: HourEvent | AlarmEvent
      /** Names of machines, or of requests without one. */
      readonly names: readonly string[]
      /** Uid of the request, where exactly one without a machine is meant. */
      readonly uid?: string
    }
  | { readonly event: 'run.ended'; readonly run: RunSummary }

/** Machines, alarms and runs as the page has them at one moment. */
interface Look {
  readonly machines: readonly HourOfMachine[]
  readonly alarms: readonly Alarm[]
  readonly runs: readonly RunSummary[]
  /** Milliseconds since the epoch on the server's clock. */
  readonly now: number
}

/** Announcements of earlier looks, and the time of the first look. */
export interface EarlierLooks extends Announced {
  readonly since: number
  readonly runs: ReadonlySet<string>
}

/**
 * Notifications that are due since the earlier looks. The first look, with null, notifies of
 * nothing: a person could see its content already.
 */
export function dueNotifications(
  { runs, ...look }: Look,
  earlier: EarlierLooks | null,
): { readonly due: readonly Due[]; readonly earlier: EarlierLooks } {
  const { hours, alarms, announced } = announcements(look, earlier ?? NOTHING_ANNOUNCED)
  const since = earlier?.since ?? look.now
  const ended = runs.filter((run) => isBulk(run) && hasEndedSince(run, since))
  const news = ended.filter(({ id }) => earlier?.runs.has(id) !== true)
  const due: readonly Due[] = [
    ...[...hours].map(([event, group]): Due => ({ event, names: group.map(({ name }) => name) })),
    ...[...alarms].map(([event, group]): Due => ({ event, ...namesOf(group) })),
    ...news.map((run): Due => ({ event: 'run.ended', run })),
  ]
  const next = { ...announced, since, runs: new Set(ended.map(({ id }) => id)) }
  return { due: earlier === null ? [] : due, earlier: next }
}

/** Each machine once, also with several alarms. */
function namesOf(group: readonly Alarm[]): { readonly names: readonly string[]; uid?: string } {
  const names = [...new Set(group.map(({ machine, request }) => machine ?? request))]
  const [first] = group
  const isAlone = group.length === 1 && first?.machine === null
  return isAlone ? { names, uid: first.uid } : { names }
}
