import type { Clock } from '#lib/kube/transport/clock.ts'

/** An Event to write, at most once for each `id`. */
export interface Announcement {
  /** The Event's name, made from its subject and text. */
  readonly id: string
  readonly reason: string
  readonly type: 'Normal' | 'Warning'
  readonly note: string
  /** The Event's subject: a request, or the approver's own Lease. */
  readonly about:
    | { readonly kind: 'request'; readonly name: string; readonly uid: string }
    | { readonly kind: 'lease' }
}

export type Announcer = ReturnType<typeof createAnnouncer>

const MOST_WAITING = 500

/** Writes Events one after the other at a limited rate, and drops those beyond it. */
export function createAnnouncer(
  clock: Clock,
  tell: (announcement: Announcement) => Promise<void>,
  onError: (error: unknown) => void,
) {
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
      // Ten Events a second at most: each costs the API server a write to its store.
      .finally(() => clock.after(100, next))
  }

  return {
    announce(announcement: Announcement): void {
      if (stopped) return
      if (waiting.length >= MOST_WAITING) {
        dropped += 1
        return
      }
      waiting.push(announcement)
      if (!isBusy) next()
    },
    /** Number of Events dropped because too many came at once. */
    get dropped(): number {
      return dropped
    },
    stop(): void {
      stopped = true
    },
  }
}
