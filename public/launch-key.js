// Takes the key of this launch out of the address before anything else looks there: the router keeps
// the address that it finds, and would put the key back whenever a person returns to that page.
const keyIn = (hash) => new URLSearchParams(hash.slice(1)).get('key')
const { hash, pathname, search } = location
if (keyIn(hash) !== null) {
  window.launchHash = hash
  history.replaceState(history.state, '', pathname + search)
}
// Pasted into a tab that is open already, as after the server was started again: nothing loads then.
addEventListener('hashchange', () => {
  if (keyIn(location.hash) !== null) location.reload()
})
