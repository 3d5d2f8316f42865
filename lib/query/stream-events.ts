import type { Query, QueryClient } from '@tanstack/react-query'
import type { RequestDetail } from '#lib/csr/rows/rows.ts'
import type { Tagged } from '#lib/query/api.ts'
import type { BrowserApis } from '#lib/query/edges.ts'
import { SUMMARY_KEY } from '#lib/query/queries.ts'
import { receiveRun } from '#lib/query/run-queries.ts'
import { type Summary, TOPICS, type Topic } from '#lib/wire/views.ts'
import type { FeedHealth, StreamEvent } from '#lib/wire/wire.ts'

/** First keys of the queries of one machine or one request each. */
const DETAILS = ['machine', 'request'] as const
type Subject = Topic | (typeof DETAILS)[number]
const ALL: readonly Subject[] = [...TOPICS, ...DETAILS]

/** Whether a query is read again by an event. */
export function isRead({ queryKey: [subject] }: Query): boolean {
  return ALL.some((known) => known === subject)
}

/**
 * Rest between an answer and the next question of its topic, as a multiple of the time that the
 * question took, within the bounds below in milliseconds. A busy server or page is asked less
 * often. A single event is not delayed.
 */
const REST = 2
const LEAST_REST_MS = 16
const LONGEST_REST_MS = 200

/** Invalidates the queries of an event's subjects. Queries on screen are then read again. */
export function createEvents({
  queryClient,
  visibility,
  setTimer,
  localNow,
}: Pick<BrowserApis, 'visibility' | 'setTimer' | 'localNow'> & {
  readonly queryClient: QueryClient
}) {
  /** Subjects that are being read; `again` where an event came meanwhile. */
  const reading = new Map<Subject, 'once' | 'again'>()
  const rests = new Map<Subject, () => void>()
  let stopped = false

  function invalidate(subjects: readonly Subject[]): void {
    // A hidden tab reads everything when it is shown.
    if (visibility.isHidden()) return
    for (const subject of subjects) {
      if (reading.has(subject)) reading.set(subject, 'again')
      else void read(subject)
    }
  }

  async function read(subject: Subject): Promise<void> {
    const queryKey = [subject]
    // The server may have answered a running fetch before the change.
    const isLate = queryClient.isFetching({ queryKey }) > 0
    reading.set(subject, isLate ? 'again' : 'once')
    const askedAt = localNow()
    // Cancelling that fetch would starve the page during a burst.
    await queryClient.invalidateQueries({ queryKey }, { cancelRefetch: false })
    if (stopped) return
    const rest = Math.max(LEAST_REST_MS, (localNow() - askedAt) * REST)
    rests.set(
      subject,
      setTimer(
        () => {
          rests.delete(subject)
          if (reading.get(subject) === 'again') void read(subject)
          else reading.delete(subject)
        },
        Math.min(rest, LONGEST_REST_MS),
      ),
    )
  }

  const stopWatching = visibility.onChange(() => invalidate(ALL))
  return {
    receive(event: StreamEvent): void {
      // A new stream does not repeat earlier changes.
      if (event.event === 'hello') invalidate(ALL)
      // The feed decides whether an unknown machine or request is gone or only unread.
      else if (event.event === 'feed') {
        showFeed(queryClient, event.data)
        invalidate(['summary', ...DETAILS])
      } else if (event.event === 'changed') {
        const { topics, keys } = event.data
        const isChanged = (query: Query) => keys === null || hasKey(query, keys)
        const details = DETAILS.filter((detail) =>
          queryClient
            .getQueryCache()
            .findAll({ queryKey: [detail] })
            .some(isChanged),
        )
        invalidate([...topics, ...details])
      }
      receiveRun(queryClient, event)
    },
    stop(): void {
      stopped = true
      stopWatching()
      for (const cancel of rests.values()) cancel()
    },
  }
}

/** Shows the feed's state at once; the next answer has it, too. */
function showFeed(queryClient: QueryClient, feed: FeedHealth): void {
  queryClient.setQueryData<Tagged<Summary>>(
    SUMMARY_KEY,
    (known) => known && { ...known, answer: { ...known.answer, feed } },
  )
}

/** Whether a query is about one of these machines and requests. */
function hasKey({ queryKey: [subject, key], state }: Query, keys: readonly string[]): boolean {
  if (keys.some((changed) => changed === key)) return true
  const data = state.data as Tagged<RequestDetail> | undefined
  // An unread request may belong to any machine.
  return subject === 'request' && (data === undefined || keys.includes(data.answer.nodeName ?? ''))
}
