import { hash } from 'node:crypto'
import type { RowChange } from '#lib/cluster/board.ts'
import { type Clock, LONGEST_TIMER_MS } from '#lib/kube/transport/clock.ts'
import { summaryOf } from '#lib/web/views/board/summary-view.ts'
import { ClusterViews } from '#lib/web/views/cluster-views.ts'
import type { ViewContext } from '#lib/web/views/rows/view-page.ts'
import { type Changed, KEYS_LISTED, TOPICS, type Topic } from '#lib/wire/topics.ts'

export type LiveViews = ReturnType<typeof createLiveViews>

/** Least milliseconds between two `changed` events: enough to gather the patches of a burst. */
export const CHANGED_GAP_MS = 50
/** Topics that change by time alone: a deadline passes, or the hour after a join ends. */
const TIMED: readonly Topic[] = ['machines', 'summary']
/** Topics whose answers depend on the viewer. */
const OVERLAID: readonly Topic[] = [
  'machines',
  'requests',
  'nodes',
  'kubelets',
  'expected',
  'summary',
]

/**
 * Views of the running feed, with the revision of each topic and the ETag of each answer. The first
 * change is sent as `changed` at once; further ones are gathered.
 */
export function createLiveViews({
  epoch,
  clock,
  send,
}: {
  readonly epoch: string
  readonly clock: Clock
  readonly send: (changed: Changed) => void
}) {
  const rows = new ClusterViews()
  const revisions = new Map<Topic, number>(TOPICS.map((topic) => [topic, 0]))
  let revision = 0
  let feedChanges = 0
  let unsent = { topics: new Set<Topic>(), keys: new Set<string>() as Set<string> | null }
  let sentAt = Number.NEGATIVE_INFINITY
  let cancelSending: (() => void) | null = null
  /**
   * The first timed answer of a revision, and the time until which it holds without a change of
   * rows.
   */
  let answered: { readonly revision: number; readonly at: number; readonly until: number } | null =
    null
  let cancelTimer = () => {}

  const revisionOf = (topic: Topic) => revisions.get(topic) ?? 0

  /** `keys`: the changed machines and requests without a machine; null for all. */
  function touch(topics: Iterable<Topic>, keys: readonly string[] | null = []): void {
    revision += 1
    for (const topic of topics) {
      revisions.set(topic, revision)
      unsent.topics.add(topic)
    }
    if (keys === null) unsent.keys = null
    for (const key of keys ?? []) {
      if (unsent.keys === null || unsent.keys.size > KEYS_LISTED) break
      unsent.keys.add(key)
    }
    if (cancelSending !== null) return
    const wait = sentAt + CHANGED_GAP_MS - clock.passed()
    if (wait > 0) cancelSending = clock.after(wait, sendChanged)
    else sendChanged()
  }

  function sendChanged(): void {
    cancelSending = null
    sentAt = clock.passed()
    const { topics, keys } = unsent
    unsent = { topics: new Set(), keys: new Set() }
    const listed = keys === null || keys.size > KEYS_LISTED ? null : [...keys]
    send({ epoch, revision, topics: [...topics], keys: listed })
  }

  /** Records a change where time has ended an answer, or where the clock was set back. */
  function passTime(now: number): void {
    if (answered === null || (now >= answered.at && now < answered.until)) return
    answered = null
    touch(TIMED)
  }

  function planTime(context: ViewContext): void {
    const summaryRevision = revisionOf('summary')
    if (answered?.revision === summaryRevision) return
    const until = Date.parse(summaryOf(rows.board, context).validUntil ?? '')
    const isTimed = !Number.isNaN(until)
    answered = {
      revision: summaryRevision,
      at: context.now,
      until: isTimed ? until : Number.POSITIVE_INFINITY,
    }
    cancelTimer()
    if (isTimed) wake(until - context.now)
  }

  function wake(ms: number): void {
    cancelTimer = clock.after(Math.min(ms, LONGEST_TIMER_MS), () => {
      passTime(clock.now())
      if (answered !== null) wake(answered.until - clock.now())
    })
  }

  return {
    rows: rows as Omit<ClusterViews, 'take'>,
    take(changes: readonly RowChange[]): void {
      const topics = rows.take(changes)
      const ofDetails = changes.filter(({ kind }) => kind !== 'alarm')
      touch(
        topics,
        ofDetails.map(({ key }) => key),
      )
    },
    takeFindings(findings: Parameters<ClusterViews['kubelets']['take']>[0]): void {
      rows.kubelets.take(findings)
      touch(['kubelets'])
    },
    noteDroppedAlarm: () => rows.alarms.noteDropped(),
    touch,
    viewerChanged: () => touch(OVERLAID, null),
    feedChanged(): void {
      feedChanges += 1
    },
    /** Revision and ETag for an answer given now. Call it before reading the rows. */
    stamp(topic: Topic, asked: object, context: ViewContext) {
      if (TIMED.includes(topic)) {
        passTime(context.now)
        planTime(context)
      }
      const revision = revisionOf(topic)
      const { name, uid = '' } = context.viewer
      const question = hashOf([topic, Object.entries(asked).sort(), name, uid])
      return { revision, etag: `"${epoch}.${revision}.${feedChanges}.${question}"` }
    },
    stop(): void {
      cancelSending?.()
      cancelTimer()
    },
  }
}

function hashOf(question: unknown): string {
  return hash('sha256', JSON.stringify(question), 'base64url').slice(0, 16)
}
