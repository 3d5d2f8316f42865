// Takes the key of this launch out of the address before anything else looks there: the router keeps
// the address that it finds, and would put the key back whenever a person returns to that page.
const { hash, pathname, search } = location
if (new URLSearchParams(hash.slice(1)).has('key')) {
  window.launchHash = hash
  history.replaceState(history.state, '', pathname + search)
}
