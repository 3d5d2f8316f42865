import type { RunningFeed } from '#lib/cluster/feed.ts'
import type { Trip } from '#lib/csr/policy/brake.ts'
import type { Clock } from '#lib/kube/transport/clock.ts'
import { dueNotices, NOTHING_ANNOUNCED, type Notice } from '#lib/web/notify/due-notices.ts'
import type { RunSummary } from '#lib/wire/run-answers.ts'

/** The runs that messages report. */
export interface NotifiedRuns {
  list(): readonly RunSummary[]
  takeCutOff(): readonly RunSummary[]
}

/** Milliseconds between two looks at the rows. */
export const LOOK_MS = 10_000

/** Looks at the rows every ten seconds and sends what is due; returns its end. */
export function startNotifier(options: {
  readonly feed: Pick<RunningFeed, 'moment' | 'isLive'>
  readonly runs: NotifiedRuns
  /** Scopes in which the automatic approver's brake has tripped. */
  readonly trips: () => readonly Trip[]
  readonly send: (notice: Notice) => void
  /** The API server's clock. */
  readonly clock: Clock
}): () => void {
  const { feed, runs, trips, send, clock } = options
  const begunAt = clock.passed()
  let announced = NOTHING_ANNOUNCED
  let cancel = () => {}

  function look(): void {
    cancel = clock.after(LOOK_MS, look)
    // The rows of a lost cluster may be long outdated.
    if (!feed.isLive()) return
    const { rows, cluster } = feed.moment()
    const { presence, brake } = cluster.machineApprover
    const due = dueNotices(
      {
        machines: rows.machines.values(),
        alarms: rows.alarms.values(),
        brake: presence === 'present' ? brake : null,
        trips: trips(),
        runs: runs.list(),
        cutOff: runs.takeCutOff(),
        // The API server's time is known only after its first answer, which may come after the
        // start.
        since: clock.now() - (clock.passed() - begunAt),
        now: clock.now(),
      },
      announced,
    )
    announced = due.announced
    for (const notice of due.notices) send(notice)
  }

  look()
  return () => cancel()
}
