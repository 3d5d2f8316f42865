// Takes the key of this launch out of the address before anything else looks there: the router keeps
// the address that it finds, and would put the key back whenever a person returns to that page.
const keyIn = (hash) => new URLSearchParams(hash.slice(1)).get('key')
const { hash, pathname, search } = location
const launchKey = keyIn(hash)
if (launchKey !== null) {
  window.launchHash = hash
  history.replaceState(history.state, '', pathname + search)
  // Exchanged while the browser still fetches the page's scripts: lib/query/session.ts takes the answer.
  window.launchAnswer = fetch('/api/session', {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify({ key: launchKey }),
    cache: 'no-store',
    credentials: 'omit',
    redirect: 'error',
  })
  // A server that is away is an answer, too: it is no error of the page.
  window.launchAnswer.catch(() => {})
}
// Pasted into a tab that is open already, as after the server was started again: nothing loads then.
addEventListener('hashchange', () => {
  if (keyIn(location.hash) !== null) location.reload()
})
