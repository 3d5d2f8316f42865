import type { SourceState } from '#lib/csr/model.ts'
import type { FeedHealth, FeedState, SourceName } from '#lib/wire/wire.ts'

/**
 * The feed as pages show it. `connection`: the browser has no connection to our own server, and
 * shows the server's last answer.
 */
export interface ShownFeed extends FeedHealth {
  readonly via: 'server' | 'connection'
}

/** The state of this browser's one stream to our own server. Times are RFC 3339, server clock. */
export interface ServerLink extends Omit<FeedHealth, 'state' | 'sources'> {
  readonly state: 'connecting' | 'connected' | 'lost'
}

/** Combines both: the feed of our server, or the lost connection to our server. */
export function shownFeed(link: ServerLink, feed: FeedHealth | null): ShownFeed {
  if (link.state === 'connected' && feed !== null) return { ...feed, via: 'server' }
  return {
    state: link.state === 'lost' ? 'reconnecting' : 'connecting',
    since: link.since,
    lastHeardAt: link.lastHeardAt,
    retryAt: link.retryAt,
    message: link.message,
    causes: link.causes,
    sources: feed?.sources ?? UNKNOWN_SOURCES,
    via: 'connection',
  }
}

/** Whether the server still reads its first lists: all counts are of what it has read so far. */
export function isCounting({ via, state }: Pick<ShownFeed, 'via' | 'state'>): boolean {
  return via === 'server' && state === 'connecting'
}

/** Sources that may be lost while the requests are live. */
export type LostSource = Extract<SourceName, 'nodes' | 'machines'>

/**
 * The lost source that keeps the feed from being live. Null where it is live, or where the requests
 * themselves are lost.
 */
export function lostSource({ via, state, message, causes, sources }: ShownFeed): LostSource | null {
  const areRequestsLive = ['live', 'tooMany'].includes(sources.csrs.state)
  const isTheirs = via === 'server' && state !== 'live' && areRequestsLive
  // Without a cause the source is still being read. A withheld feed has all of the cluster's
  // objects.
  if (!isTheirs || causes.length === 0 || state === 'withheld') return null
  const { nodes } = sources
  return nodes.state === state && nodes.message === message ? 'nodes' : 'machines'
}

/**
 * `known`: the list is complete. Otherwise an empty list means nothing: `reading` while rows may
 * still arrive, `unreadable` where a person has to act first, as the banner says.
 */
export type Emptiness = 'known' | 'reading' | 'unreadable'

/** Meaning of an empty list whose source is in this state. */
export function emptiness(state: SourceState | FeedState): Emptiness {
  switch (state) {
    case 'live':
    case 'absent':
      return 'known'
    case 'connecting':
    case 'reconnecting':
      return 'reading'
    case 'stale':
    case 'forbidden':
    case 'unauthorized':
    case 'unreachable':
    case 'withheld':
    case 'tooMany':
      return 'unreadable'
  }
}

const CONNECTING = {
  state: 'connecting',
  message: null,
  causes: [],
  setAside: 0,
  partly: false,
  lost: false,
  leftOut: null,
} as const
const UNKNOWN_SOURCES: FeedHealth['sources'] = {
  csrs: CONNECTING,
  otherCsrs: CONNECTING,
  nodes: CONNECTING,
  machines: CONNECTING,
  operators: CONNECTING,
}
