import { hash } from 'node:crypto'
import type { Clock } from '#lib/kube/transport/clock.ts'
import type { RowChange } from '#lib/server/feed/board.ts'
import { ClusterViews } from '#lib/server/views/cluster-views.ts'
import type { ViewContext } from '#lib/server/views/rows/view-page.ts'
import { createTopicRevisions } from '#lib/server/views/topic-revisions.ts'
import type { Changed, Topic } from '#lib/wire/topics.ts'

/** Views of the running feed, with the ETag of each answer. */
export interface LiveViews {
  readonly rows: Omit<ClusterViews, 'take'>
  /** Applies published changes of rows. */
  take(changes: readonly RowChange[]): void
  /** Records a change of these topics besides rows. */
  touch(...topics: readonly Topic[]): void
  /** Records that another person views: every row and detail may differ for them. */
  viewerChanged(): void
  /** Records a change of the feed's state, which every answer includes. */
  feedChanged(): void
  /** Revision and ETag of an answer given now. Call it before reading the rows. */
  stamp(topic: Topic, asked: object, context: ViewContext): Stamp
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

/** Topics that time alone changes: a deadline passes, a machine joined more than an hour ago. */
const TIMED: readonly Topic[] = ['machines', 'summary']
/** Topics whose answers depend on the viewer. */
const OVERLAID: readonly Topic[] = ['machines', 'requests', 'nodes', 'expected', 'summary']
/** Longest timer. `setTimeout` takes 24 days at most, and the system clock may be set meanwhile. */
const LONGEST_WAIT_MS = 60 * 60_000

export function createLiveViews({ epoch, clock, send }: LiveViewsOptions): LiveViews {
  const rows = new ClusterViews()
  const revisions = createTopicRevisions({ epoch, clock, send })
  let feedChanges = 0
  /** The first timed answer of a revision, and until when it holds without a change of rows. */
  let answered: { readonly revision: number; readonly at: number; readonly until: number } | null =
    null
  let cancelTimer = () => {}

  /** Records a change where time has ended an answer, or where the clock was set back. */
  function passTime(now: number): void {
    if (answered === null || (now >= answered.at && now < answered.until)) return
    answered = null
    revisions.touch(TIMED)
  }

  function planTime(context: ViewContext): void {
    const revision = revisions.of('summary')
    if (answered?.revision === revision) return
    const until = Date.parse(rows.summary(context).validUntil ?? '')
    const isTimed = !Number.isNaN(until)
    answered = { revision, at: context.now, until: isTimed ? until : Number.POSITIVE_INFINITY }
    cancelTimer()
    if (isTimed) wake(until - context.now)
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
    viewerChanged: () => revisions.touch(OVERLAID, null),
    feedChanged() {
      feedChanges += 1
    },
    stamp(topic, asked, context) {
      if (TIMED.includes(topic)) {
        passTime(context.now)
        planTime(context)
      }
      const revision = revisions.of(topic)
      const { name, uid = '' } = context.viewer
      const question = hashOf([topic, Object.entries(asked).sort(), name, uid])
      return { revision, etag: `"${epoch}.${revision}.${feedChanges}.${question}"` }
    },
    stop() {
      revisions.stop()
      cancelTimer()
    },
  }
}

function hashOf(question: unknown): string {
  return hash('sha256', JSON.stringify(question), 'base64url').slice(0, 16)
}
