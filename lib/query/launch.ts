import { createEarlyAnswers } from '#lib/query/early-answers.ts'
import { keyIn } from '#lib/query/session.ts'

/**
 * The fragment with the launch key, which was removed from the address. Null without one, and once
 * read.
 */
let launchHash: string | null = null

export const earlyAnswers = createEarlyAnswers({
  localNow: Date.now,
  fetch: (path, init) => fetch(path, init),
})

/**
 * Removes the launch key from the address, and asks for the first answers while the page's code
 * loads.
 */
export function launch(): void {
  const { hash, pathname, search } = location
  const key = keyIn(hash)
  if (key !== null) {
    dropHash()
    launchHash = hash
    earlyAnswers.ask(key, pathname + search)
  }
  // The link may be pasted into an open tab, as after a restart of the server: then no page loads.
  addEventListener('hashchange', () => {
    if (keyIn(location.hash) !== null) location.reload()
  })
}

/** The fragment with which the page was opened. */
export function openedHash(): string {
  return launchHash ?? location.hash
}

export function dropHash(): void {
  launchHash = null
  history.replaceState(history.state, '', location.pathname + location.search)
}
