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

/** Everything one tab holds. Made once by LiveProvider; tests make their own. */
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
  /** Notifications of this browser: on, its hidden tabs stay connected. */
  readonly notifications: NotificationSwitch
  notify(notification: BrowserNotification): void
  /** Sets some of them: here at once, then at the server for later pages, then in the other tabs. */
  prefer(change: Partial<Preferences>): void
  /** Resolves once the server has the last change that was made here, or has refused it. */
  preferencesSaved(): Promise<void>
  /** Signs in by a person's own token, in team mode; answers why it was not taken, null where it was. */
  signIn(token: string): Promise<Problem | null>
  /** Ends the session, here, in the other tabs and at the server; empties the browser's storage. */
  signOut(): void
  /** Tries to reach the server now instead of waiting for the next attempt. */
  retryNow(): void
}

export const LiveContext = createContext<LiveClient | null>(null)

/** The tab's client. Throws outside LiveProvider: that is a mistake in the page, not a state. */
export function useLiveClient(): LiveClient {
  const client = use(LiveContext)
  if (client === null) throw new Error('useLiveClient needs a LiveProvider above it')
  return client
}
