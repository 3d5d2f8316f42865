import { createEarlyAnswers } from '#lib/query/early-answers.ts'
import { keyIn } from '#lib/query/session.ts'

/** Fragment with the launch key, which the address no longer has; null without one, and once read. */
let launchHash: string | null = null

export const earlyAnswers = createEarlyAnswers({
  localNow: Date.now,
  fetch: (path, init) => fetch(path, init),
})

/** Takes the launch key out of the address, and asks for the first answers while the page's code loads. */
export function launch(): void {
  const { hash, pathname, search } = location
  const key = keyIn(hash)
  if (key !== null) {
    dropHash()
    launchHash = hash
    earlyAnswers.ask(key, pathname + search)
  }
  // Pasted into a tab that is open already, as after the server was started again: nothing loads then.
  addEventListener('hashchange', () => {
    if (keyIn(location.hash) !== null) location.reload()
  })
}

/** The fragment as the page was opened with it. */
export function openedHash(): string {
  return launchHash ?? location.hash
}

export function dropHash(): void {
  launchHash = null
  history.replaceState(history.state, '', location.pathname + location.search)
}
