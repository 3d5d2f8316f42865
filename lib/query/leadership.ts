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
  stop(): void
}

const LOCK = 'countersign.stream'

export function startLeadership({ locks }: Pick<Edges, 'locks'>): Leadership {
  const role = createStore<Role>('follower')
  let stopped = false
  let letGo: (() => void) | null = null
  let stopWaiting: AbortController | null = null

  function lead(): Promise<void> {
    // Granted in the very moment it was given up: hold it, and nobody ever leads again.
    if (stopped) return Promise.resolve()
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

  if (locks === null) role.change('leader')
  else void request(locks, false)
  return {
    role,
    steal() {
      if (locks !== null && !stopped && role.get() !== 'leader') void request(locks, true)
    },
    stop() {
      stopped = true
      stopWaiting?.abort()
      letGo?.()
    },
  }
}
