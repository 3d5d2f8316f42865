import type { ReflectorState } from '#lib/kube/watch/reflector.ts'
import { explainIfAny } from '#lib/server/decide/explain.ts'
import type { Feed, FeedState, Source } from '#lib/wire/wire.ts'

export function toSource(
  { state, causes, setAside }: ReflectorState,
  more: Partial<Pick<Source, 'partly' | 'lost'>> = {},
): Source {
  const message = explainIfAny(causes).detail
  return { state, message, causes, setAside, partly: false, lost: false, ...more }
}

/** The feed's own state is that of the source that tells it. */
export function toFeed(telling: ReflectorState, sources: Feed['sources']): Feed {
  const { since, lastHeardAt, retryAt, causes } = telling
  const message = explainIfAny(causes).detail
  return { state: feedState(telling), since, lastHeardAt, retryAt, message, causes, sources }
}

function feedState({ state }: ReflectorState): FeedState {
  // An API server without certificate signing requests is not one that we can speak with.
  return state === 'absent' ? 'unreachable' : state
}
