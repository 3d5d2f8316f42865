import { notifyManager, QueryClient } from '@tanstack/react-query'
import { createApi, problemOf, type Tagged } from '#lib/query/api.ts'
import { Connection } from '#lib/query/connection.ts'
import type { BrowserApis } from '#lib/query/edges.ts'
import { createNotificationSwitch } from '#lib/query/notification-switch.ts'
import { SUMMARY_KEY, summaryQuery } from '#lib/query/queries.ts'
import { createServerClock } from '#lib/query/server-clock.ts'
import { createServerSession } from '#lib/query/server-session.ts'
import { createSessionStore, keyOf, signOut, startSession } from '#lib/query/session.ts'
import { tellSeen } from '#lib/query/session-seen.ts'
import { createSharedPreferences } from '#lib/query/shared-preferences.ts'
import type { ServerLink } from '#lib/query/shown-feed.ts'
import { createStore } from '#lib/query/store.ts'
import { createEvents, isRead } from '#lib/query/stream-events.ts'
import type { LiveClient } from '#lib/query/tab-client.ts'
import { DEFAULT_PREFERENCES, type Preferences } from '#lib/wire/preferences.ts'
import type { Summary } from '#lib/wire/views.ts'
import type { Problem } from '#lib/wire/wire.ts'

export interface StartableClient extends LiveClient {
  /**
   * Signs in, connects and follows the events. Returns a function that stops; start works again
   * after that.
   */
  start(): () => void
}

// The default scheduler waits for a timer. Rows that change in a frame are to be painted with it.
notifyManager.setScheduler(queueMicrotask)

export function createLiveClient(
  edges: BrowserApis,
  preferred: Preferences = DEFAULT_PREFERENCES,
): StartableClient {
  const { localNow } = edges
  const clock = createServerClock(edges)
  const session = createSessionStore()
  const link = createStore<ServerLink>(connecting(0))
  const api = createApi({ ...edges, session })
  const preferences = createSharedPreferences({ ...edges, api, session }, preferred)
  const notifications = createNotificationSwitch(edges)
  /** A hidden tab that notifies stays connected like a visible one. */
  const visibility = {
    ...edges.visibility,
    isHidden: () => edges.visibility.isHidden() && notifications.state.get() !== 'on',
  }
  const serverSession = createServerSession(session, edges)
  let retrySession = () => {}
  const queryClient = new QueryClient({
    defaultOptions: {
      queries: {
        // Events have queries read again. A query without events stays fresh for a minute.
        staleTime: 60_000,
        refetchOnWindowFocus: false,
        retry: (failures, error) => failures < 2 && !isFinal(error),
        // Our own server may be on loopback, which works while the browser is offline.
        networkMode: 'always',
      },
      mutations: { networkMode: 'always', gcTime: 0 },
    },
  })
  let connection: Connection | null = null
  let events: ReturnType<typeof createEvents> | null = null

  async function readAgain(): Promise<Problem | null> {
    try {
      const summary = summaryQuery({ api, clock, localNow })
      await Promise.all([
        queryClient.fetchQuery({ ...summary, staleTime: 0 }),
        queryClient.refetchQueries({ type: 'active', predicate: isRead }, { cancelRefetch: false }),
      ])
      return null
    } catch (error) {
      return problemOf(error)
    }
  }

  function connect(): void {
    if (connection !== null) return
    events = createEvents({ ...edges, visibility, queryClient })
    connection = new Connection({
      ...edges,
      visibility,
      api,
      clock,
      link,
      readAgain,
      onEvent(event) {
        edges.early.drop()
        events?.receive(event)
      },
    })
  }

  /** Also empties the page: its rows belong to the signed-out person. */
  function disconnect(): void {
    connection?.stop()
    connection = null
    events?.stop()
    events = null
    queryClient.getMutationCache().clear()
    // Reset, not removed: the observer of a removed query does not see the new one.
    for (const query of queryClient.getQueryCache().getAll()) query.reset()
    queryClient.removeQueries({ predicate: (query) => query.getObserversCount() === 0 })
    link.change(connecting(clock.now()))
  }

  return {
    queryClient,
    clock,
    api,
    localNow,
    setTimer: edges.setTimer,
    isHidden: edges.visibility.isHidden,
    newId: edges.newId,
    session,
    link,
    preferences: preferences.store,
    notifications,
    notify: edges.notifications.show,
    prefer: preferences.prefer,
    preferencesSaved: preferences.saved,
    signIn: serverSession.signIn,
    signOut: () =>
      void ('token' in session.get() ? signOut(session, edges) : serverSession.signOut()),
    retryNow() {
      const now = session.get()
      // A proxy that wants the person to sign in again looks like an unreachable server.
      if (!('token' in now)) retrySession()
      if (now.status !== 'signedIn') return
      connection?.retryNow()
      // Our server answers, but its own connection to the cluster waits for a retry.
      if (link.get().state !== 'connected') return
      const summary = queryClient.getQueryData<Tagged<Summary>>(SUMMARY_KEY)
      if (summary?.answer.feed.state === 'live') return
      api.send('/api/retry', { method: 'POST', body: {} }).catch(() => {
        // The feed's state shows whether the retry worked.
      })
    },
    start() {
      link.change(connecting(clock.now()))
      let key: string | null = null
      const follow = () => {
        const next = keyOf(session.get())
        if (next === key) return
        key = next
        disconnect()
        if (next === null) return
        notifications.read()
        connect()
      }
      const stopFollowing = session.subscribe(follow)
      // Another tab's new token may be of a restarted server, which does not know this tab's token.
      const started = startSession(session, edges, () => connection?.retryNow())
      const stopServerSession = serverSession.start()
      retrySession = () => {
        started.retryNow()
        serverSession.retryNow()
      }
      follow()
      const stopPreferences = preferences.start()
      const stopNotifications = notifications.start()
      const stopTelling = tellSeen({ ...edges, session, api })
      return () => {
        stopFollowing()
        started.stop()
        stopServerSession()
        stopTelling()
        stopPreferences()
        stopNotifications()
        disconnect()
        edges.channel.close()
      }
    },
  }
}

function connecting(now: number): ServerLink {
  return {
    state: 'connecting',
    since: new Date(now).toISOString(),
    lastHeardAt: null,
    retryAt: null,
    message: null,
    causes: [],
  }
}

/** Whether the same question would fail again. */
function isFinal(error: unknown): boolean {
  const { status } = problemOf(error)
  return status >= 400 && status < 500 && status !== 429
}
