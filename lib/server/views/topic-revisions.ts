import type { Clock } from '#lib/kube/transport/clock.ts'
import { type Changed, KEYS_LISTED, TOPICS, type Topic } from '#lib/wire/topics.ts'

/** Least milliseconds between two `changed` events: enough to gather the patches of a burst. */
export const CHANGED_GAP_MS = 50

export interface TopicRevisions {
  /** Revision of the topic; grows with each change. */
  of(topic: Topic): number
  /**
   * Records a change of these topics. `keys`: the changed machines and requests without a machine;
   * null for all.
   */
  touch(topics: Iterable<Topic>, keys?: readonly string[] | null): void
  stop(): void
}

export interface TopicRevisionsOptions {
  readonly epoch: string
  readonly clock: Pick<Clock, 'passed' | 'after'>
  readonly send: (changed: Changed) => void
}

/** Revision of each topic, and `changed` events: the first at once, the next ones gathered. */
export function createTopicRevisions(options: TopicRevisionsOptions): TopicRevisions {
  const { epoch, clock, send } = options
  const revisions = new Map<Topic, number>(TOPICS.map((topic) => [topic, 0]))
  let revision = 0
  let topics = new Set<Topic>()
  let keys: Set<string> | null = new Set()
  let sentAt = Number.NEGATIVE_INFINITY
  let cancel: (() => void) | null = null

  function flush(): void {
    cancel = null
    sentAt = clock.passed()
    const changed = [...topics]
    const listed = keys === null || keys.size > KEYS_LISTED ? null : [...keys]
    topics = new Set()
    keys = new Set()
    send({ epoch, revision, topics: changed, keys: listed })
  }

  return {
    of: (topic) => revisions.get(topic) ?? 0,
    touch(touched, changedKeys = []) {
      revision += 1
      for (const topic of touched) {
        revisions.set(topic, revision)
        topics.add(topic)
      }
      if (changedKeys === null) keys = null
      for (const key of changedKeys ?? []) {
        if (keys === null || keys.size > KEYS_LISTED) break
        keys.add(key)
      }
      if (cancel !== null) return
      const wait = sentAt + CHANGED_GAP_MS - clock.passed()
      if (wait > 0) cancel = clock.after(wait, flush)
      else flush()
    },
    stop: () => cancel?.(),
  }
}
