import type { Clock } from '#lib/kube/transport/clock.ts'

/** Something to be told as an Event: at most once for each `id`. */
export interface Announcement {
  /** What it is about and what it says of it: the Event's own name. */
  readonly id: string
  readonly reason: string
  readonly type: 'Normal' | 'Warning'
  readonly note: string
  /** A request, or the approver's own Lease. */
  readonly about:
    | { readonly kind: 'request'; readonly name: string; readonly uid: string }
    | { readonly kind: 'lease' }
}

export interface Announcer {
  announce(announcement: Announcement): void
  /** How many were never told: there were too many at a time. */
  readonly dropped: number
  stop(): void
}

/** An Event costs the API server a write to its store. */
const PER_SECOND = 10
const MOST_WAITING = 500

/** Tells Events one after the other and not too fast; what does not fit is not told. */
export function createAnnouncer(
  clock: Clock,
  tell: (announcement: Announcement) => Promise<void>,
  onError: (error: unknown) => void,
): Announcer {
  const waiting: Announcement[] = []
  let isBusy = false
  let stopped = false
  let dropped = 0

  function next(): void {
    const announcement = waiting.shift()
    if (announcement === undefined || stopped) {
      isBusy = false
      return
    }
    isBusy = true
    tell(announcement)
      .catch(onError)
      .finally(() => clock.after(1_000 / PER_SECOND, next))
  }

  return {
    announce(announcement) {
      if (stopped) return
      if (waiting.length >= MOST_WAITING) {
        dropped += 1
        return
      }
      waiting.push(announcement)
      if (!isBusy) next()
    },
    get dropped() {
      return dropped
    },
    stop() {
      stopped = true
    },
  }
}
