import type { Api } from '#lib/query/api.ts'
import type { BrowserApis } from '#lib/query/edges.ts'
import type { Session } from '#lib/query/session.ts'
import { createStore, type Store } from '#lib/query/store.ts'
import type { Preferences } from '#lib/wire/preferences.ts'

/** Preferences of this browser's tabs, which the server saves for later pages. */
export function createSharedPreferences(
  { api, session, channel }: Pick<BrowserApis, 'channel'> & { api: Api; session: Store<Session> },
  preferred: Preferences,
) {
  const store = createStore<Preferences>(preferred)
  let saved = Promise.resolve()

  async function save(change: Partial<Preferences>): Promise<void> {
    const { status } = session.get()
    if (status !== 'signedIn' && status !== 'noAccess') return
    try {
      await api.send('/api/preferences', { method: 'POST', body: change })
    } catch {
      // The open pages keep the change.
    }
  }

  return {
    store,
    prefer(change: Partial<Preferences>): void {
      // One after the other: each answer's cookie is made from the one before.
      saved = saved
        .then(() => save(change))
        .then(() => channel.post({ kind: 'preferences', preferences: store.get() }))
      store.change((now) => ({ ...now, ...change }))
    },
    saved: () => saved,
    /** Follows the other tabs. Returns a function that stops. */
    start: () =>
      channel.onMessage((message) => {
        if (message.kind === 'preferences') store.change(message.preferences)
      }),
  }
}
