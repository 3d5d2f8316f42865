import type { QueryClient } from '@tanstack/react-query'
import { TOPICS, type Topic } from '#lib/live/views.ts'
import type { StreamEvent } from '#lib/live/wire.ts'
import type { Edges } from '#lib/query/edges.ts'

/** Invalidates the queries that an event of the stream is about; those on screen are then read again. */
export interface Events {
  receive(event: StreamEvent): void
  stop(): void
}

/** Least time from an answer to the next question of its topic, milliseconds. A lone event waits for nothing. */
const REST_MS = 200

export function createEvents({
  queryClient,
  visibility,
  setTimer,
}: Pick<Edges, 'visibility' | 'setTimer'> & { readonly queryClient: QueryClient }): Events {
  /** Topics whose queries are being read, and whether they are to be read once more. */
  const reading = new Map<Topic, 'once' | 'again'>()
  const rests = new Map<Topic, () => void>()
  let stopped = false

  function invalidate(topics: readonly Topic[]): void {
    // A hidden tab reads everything when it is shown again.
    if (visibility.isHidden()) return
    for (const topic of topics) {
      if (reading.has(topic)) reading.set(topic, 'again')
      else void read(topic)
    }
  }

  async function read(topic: Topic): Promise<void> {
    const queryKey = [topic]
    // The server may have answered a fetch under way before the change.
    const isLate = queryClient.isFetching({ queryKey }) > 0
    reading.set(topic, isLate ? 'again' : 'once')
    // Cancelling that fetch would starve the page during a burst.
    await queryClient.invalidateQueries({ queryKey }, { cancelRefetch: false })
    if (stopped) return
    rests.set(
      topic,
      setTimer(() => {
        rests.delete(topic)
        if (reading.get(topic) === 'again') void read(topic)
        else reading.delete(topic)
      }, REST_MS),
    )
  }

  const stopWatching = visibility.onChange(() => invalidate(TOPICS))
  return {
    receive(event) {
      // A new stream does not repeat what changed before it.
      if (event.event === 'hello') invalidate(TOPICS)
      else if (event.event === 'changed') invalidate(event.data.topics)
    },
    stop() {
      stopped = true
      stopWatching()
      for (const cancel of rests.values()) cancel()
    },
  }
}
