import type { ReflectorState } from '#lib/kube/reflector.ts'
import type { Feed, FeedState, Source } from '#lib/live/wire.ts'

export function toSource({ state, message, setAside }: ReflectorState): Source {
  return { state, message, setAside }
}

/** The feed's own state is that of its certificate signing requests: they are what is decided. */
export function toFeed(csrs: ReflectorState, sources: Feed['sources']): Feed {
  const { since, lastHeardAt, retryAt, message } = csrs
  return { state: feedState(csrs), since, lastHeardAt, retryAt, message, sources }
}

function feedState({ state }: ReflectorState): FeedState {
  // An API server without certificate signing requests is not one that we can speak with.
  return state === 'absent' ? 'unreachable' : state
}
