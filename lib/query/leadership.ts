import type { Edges } from '#lib/query/edges.ts'
import { createStore, type Store } from '#lib/query/store.ts'

/**
 * Which tab of this browser holds the one stream: a follower until it has got the lock. The browser
 * itself frees the lock when its tab closes or crashes, so the next in line takes over without
 * anybody noticing a silence first.
 */
export type Role = 'leader' | 'follower'

export interface Leadership {
  readonly role: Pick<Store<Role>, 'get' | 'subscribe'>
  /** Takes the lead from a leader that does not answer (frozen by the browser). */
  steal(): void
  /**
   * Says whether this tab leads: at once, or, where it may have stood still for so long that another has taken
   * the lead, when the browser has told whether one has. A tab that wakes hears of that last.
   */
  whenSure(act: (role: Role) => void): void
  stop(): void
}

/** A leader that has not answered for so long may be robbed of the lead, milliseconds. */
export const ANSWER_MS = 3_000

const LOCK = 'countersign.stream'

export function startLeadership({
  locks,
  localNow,
}: Pick<Edges, 'locks' | 'localNow'>): Leadership {
  const role = createStore<Role>('follower')
  let stopped = false
  let letGo: (() => void) | null = null
  let stopWaiting: AbortController | null = null
  /** When this tab was last known to lead. */
  let sureAt = 0
  let unsure: ((role: Role) => void)[] = []

  function lead(): Promise<void> {
    // Granted in the very moment it was given up: hold it, and nobody ever leads again.
    if (stopped) return Promise.resolve()
    sureAt = localNow()
    role.change('leader')
    return new Promise((resolve) => {
      letGo = resolve
    })
  }

  async function request(api: NonNullable<Edges['locks']>, steal: boolean): Promise<void> {
    const waiting = new AbortController()
    stopWaiting?.abort()
    stopWaiting = waiting
    try {
      // The platform does not let a theft be aborted; it is granted at once.
      await api.request(LOCK, steal ? { steal } : { signal: waiting.signal }, lead)
    } catch {
      // Aborted because this tab steals or stops, or stolen by another tab: then back in line.
    }
    if (stopped || stopWaiting !== waiting) return
    letGo = null
    role.change('follower')
    await request(api, false)
  }

  const isRecent = (at: number) => Math.abs(localNow() - at) < ANSWER_MS

  async function makeSure(api: NonNullable<Edges['locks']>): Promise<void> {
    let askedAt = 0
    do {
      askedAt = localNow()
      await api.heard().catch(() => {
        // Nobody can say: what has been heard by now counts.
      })
    } while (!isRecent(askedAt))
    sureAt = localNow()
    for (const act of unsure.splice(0)) act(role.get())
  }

  if (locks === null) role.change('leader')
  else void request(locks, false)
  return {
    role,
    steal() {
      if (locks !== null && !stopped && role.get() !== 'leader') void request(locks, true)
    },
    whenSure(act) {
      const isLeader = role.get() === 'leader'
      if (isLeader && locks !== null && (unsure.length > 0 || !isRecent(sureAt))) {
        if (unsure.push(act) === 1) void makeSure(locks)
        return
      }
      if (isLeader) sureAt = localNow()
      act(role.get())
    },
    stop() {
      stopped = true
      unsure = []
      stopWaiting?.abort()
      letGo?.()
    },
  }
}
