import type { Api } from '#lib/query/api.ts'
import type { BrowserApis } from '#lib/query/edges.ts'
import type { Session } from '#lib/query/session.ts'
import type { Store } from '#lib/query/store.ts'

/** The longest wait between two reports, milliseconds; shorter for a session that ends sooner. */
const MOST_MS = 60_000

/** Reports to the server that the session is in use, while this page is visible. */
export function tellSeen({
  setTimer,
  visibility,
  session,
  api,
}: Pick<BrowserApis, 'setTimer' | 'visibility'> & {
  readonly session: Store<Session>
  readonly api: Pick<Api, 'send'>
}): () => void {
  let cancel = () => {}

  function tell(): void {
    cancel()
    const now = session.get()
    if (!('idleSeconds' in now) || visibility.isHidden()) return
    api.send('/api/session/in-view', { method: 'POST', body: {} }).catch(() => {
      // A report to a session that is over signs the page out; any other failure waits for the next
      // report.
    })
    wait(now.idleSeconds)
  }

  function wait(idleSeconds: number): void {
    cancel = setTimer(tell, Math.min(MOST_MS, (idleSeconds * 1000) / 4))
  }

  function follow(): void {
    cancel()
    const now = session.get()
    if ('idleSeconds' in now) wait(now.idleSeconds)
  }

  const undo = [session.subscribe(follow), visibility.onChange(tell)]
  follow()
  return () => {
    for (const one of undo) one()
    cancel()
  }
}
