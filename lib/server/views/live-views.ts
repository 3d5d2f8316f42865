import { createHash } from 'node:crypto'
import type { Clock } from '#lib/kube/transport/clock.ts'
import type { Changed, Topic } from '#lib/live/topics.ts'
import type { RowChange } from '#lib/server/feed/board.ts'
import { ClusterViews } from '#lib/server/views/cluster-views.ts'
import { createTopicRevisions } from '#lib/server/views/topic-revisions.ts'
import type { Look } from '#lib/server/views/view-page.ts'

/** The views of the running feed, and whether an answer of theirs is still the same. */
export interface LiveViews {
  readonly rows: Omit<ClusterViews, 'take'>
  /** Rows were published. */
  take(changes: readonly RowChange[]): void
  /** Something besides rows changed in these topics. */
  touch(...topics: readonly Topic[]): void
  /** Every answer holds the feed's state: none is the same after this. */
  feedChanged(): void
  /** Revision and ETag of an answer that is given now. Call it before the rows are read. */
  stamp(topic: Topic, asked: object, look: Look): Stamp
  stop(): void
}

export interface Stamp {
  readonly revision: number
  readonly etag: string
}

export interface LiveViewsOptions {
  readonly epoch: string
  readonly clock: Clock
  readonly send: (changed: Changed) => void
}

/** Topics that change by time alone: a deadline passes, an hour since a machine joined is over. */
const TIMED: readonly Topic[] = ['machines', 'summary']
/** A timer cannot wait longer than 24 days; and the machine's clock may be set. */
const LONGEST_WAIT_MS = 60 * 60_000

export function createLiveViews({ epoch, clock, send }: LiveViewsOptions): LiveViews {
  const rows = new ClusterViews()
  const revisions = createTopicRevisions({ epoch, clock, send })
  let feedChanges = 0
  /** When the last timed answer was given, and until when it is true if no row changes. */
  let answered: { readonly at: number; readonly until: number } | null = null
  let cancelTimer = () => {}

  /** Time may have changed what was answered; a clock that was set back changes it, too. */
  function passTime(now: number): void {
    if (answered === null || (now >= answered.at && now < answered.until)) return
    answered = null
    revisions.touch(TIMED)
  }

  function planTime(look: Look): void {
    const until = Date.parse(rows.summary(look).validUntil ?? '')
    answered = { at: look.now, until: Number.isNaN(until) ? Number.POSITIVE_INFINITY : until }
    cancelTimer()
    if (!Number.isNaN(until)) wake(until - look.now)
  }

  function wake(ms: number): void {
    cancelTimer = clock.after(Math.min(ms, LONGEST_WAIT_MS), () => {
      passTime(clock.now())
      if (answered !== null) wake(answered.until - clock.now())
    })
  }

  return {
    rows,
    take(changes) {
      const topics = rows.take(changes)
      revisions.touch(
        topics,
        changes.map(({ key }) => key),
      )
    },
    touch: (...topics) => revisions.touch(topics),
    feedChanged() {
      feedChanges += 1
    },
    stamp(topic, asked, look) {
      if (TIMED.includes(topic)) {
        passTime(look.now)
        planTime(look)
      }
      const revision = revisions.of(topic)
      const question = hashOf([topic, Object.entries(asked).sort(), look.viewer])
      return { revision, etag: `"${epoch}.${revision}.${feedChanges}.${question}"` }
    },
    stop() {
      revisions.stop()
      cancelTimer()
    },
  }
}

function hashOf(question: unknown): string {
  return createHash('sha256').update(JSON.stringify(question)).digest('base64url').slice(0, 16)
}
