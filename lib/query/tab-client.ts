import type { QueryClient } from '@tanstack/react-query'
import { createContext, use } from 'react'
import type { Api } from '#lib/query/api.ts'
import type { BrowserApis, BrowserNotification } from '#lib/query/edges.ts'
import type { NotificationSwitch } from '#lib/query/notification-switch.ts'
import type { ServerClock } from '#lib/query/server-clock.ts'
import type { Session } from '#lib/query/session.ts'
import type { ServerLink } from '#lib/query/shown-feed.ts'
import type { Store } from '#lib/query/store.ts'
import type { Preferences } from '#lib/wire/preferences.ts'
import type { Problem } from '#lib/wire/wire.ts'

/** Everything of one tab. LiveProvider creates it once; tests create their own. */
export interface LiveClient {
  readonly queryClient: QueryClient
  readonly clock: ServerClock
  readonly api: Api
  /** This browser's own clock, milliseconds since the epoch. */
  readonly localNow: () => number
  readonly setTimer: BrowserApis['setTimer']
  readonly isHidden: () => boolean
  readonly newId: () => string
  readonly session: Store<Session>
  readonly link: Store<ServerLink>
  readonly preferences: Store<Preferences>
  /** Notifications of this browser. While on, hidden tabs stay connected. */
  readonly notifications: NotificationSwitch
  notify(notification: BrowserNotification): void
  /**
   * Changes preferences: first in this tab, then at the server for later pages, then in the other
   * tabs.
   */
  prefer(change: Partial<Preferences>): void
  /** Resolves once the server has saved or refused this tab's last change. */
  preferencesSaved(): Promise<void>
  /** Team mode: signs in by a person's own token. Returns the problem; null if it was accepted. */
  signIn(token: string): Promise<Problem | null>
  /**
   * Ends the session in this tab, in the other tabs and at the server, and empties the browser's
   * storage.
   */
  signOut(): void
  /** Tries to reach the server now instead of waiting for the next attempt. */
  retryNow(): void
}

export const LiveContext = createContext<LiveClient | null>(null)

/** The tab's client. Throws outside LiveProvider, which is a mistake in the page. */
export function useLiveClient(): LiveClient {
  const client = use(LiveContext)
  if (client === null) throw new Error('useLiveClient needs a LiveProvider above it')
  return client
}
