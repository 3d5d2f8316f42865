import type { SourceState } from '#lib/csr/model.ts'
import type { RecordStanding } from '#lib/wire/views.ts'
import type { Cluster, FeedHealth, FeedState, SourceName } from '#lib/wire/wire.ts'

export { areRequestsKnown, isPartlyJudged } from '#lib/wire/known-by-sources.ts'

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

/**
 * `notLive`: rows may be old. `notRead`: requests, or a source they are judged by, may not be read.
 * `unauthorized`: the API server refuses the credential. `withheld`: an input of judgements is unknown or
 * old. `notReviewed`: the API server has not answered yet what this identity may do. `noApproval`: no
 * `update` on `certificatesigningrequests/approval`.
 * `notListed`: the settings do not list that signer. `noSigner`: no `approve` on it. `notRecorded`: the
 * record is required and cannot be written.
 */
export type CannotDecide =
  | 'notLive'
  | 'notRead'
  | 'unauthorized'
  | 'withheld'
  | 'notReviewed'
  | 'noApproval'
  | 'notListed'
  | 'noSigner'
  | 'notRecorded'

export type CanDecide =
  | { readonly ok: true }
  | { readonly ok: false; readonly reason: CannotDecide }

export type DecisionsOff = Extract<
  CannotDecide,
  'notLive' | 'notRead' | 'unauthorized' | 'withheld'
>

const YES: CanDecide = { ok: true }

/** Reason that nothing can be decided now, whatever the rights; null while the feed is live. */
export function whyDecisionsOff({ state }: Pick<FeedHealth, 'state'>): DecisionsOff | null {
  switch (state) {
    case 'live':
      return null
    case 'forbidden':
      return 'notRead'
    case 'unauthorized':
    case 'withheld':
      return state
    case 'connecting':
    case 'reconnecting':
    case 'stale':
    case 'unreachable':
      return 'notLive'
  }
}

/** Whether a request of this signer can be decided now; if not, the reason for the buttons. */
export function canDecide(
  feed: Pick<FeedHealth, 'state'>,
  cluster: Pick<Cluster, 'access'> | null,
  signerName: string,
  record: RecordStanding | null = null,
): CanDecide {
  const off = whyDecisionsOff(feed)
  if (off !== null) return { ok: false, reason: off }
  if (cluster === null) return { ok: false, reason: 'notLive' }
  if (cluster.access.reviewedAt === null) return { ok: false, reason: 'notReviewed' }
  if (!cluster.access.approval) return { ok: false, reason: 'noApproval' }
  // The access review does not ask about signers outside the settings.
  if (!Object.hasOwn(cluster.access.signers, signerName)) return { ok: false, reason: 'notListed' }
  if (cluster.access.signers[signerName] !== true) return { ok: false, reason: 'noSigner' }
  if (record?.required && record.troubleSince !== null) return { ok: false, reason: 'notRecorded' }
  return YES
}

/** Whether the right to decide requests of this signer is known to be missing, live or not. */
export function lacksRight(cluster: Pick<Cluster, 'access'> | null, signerName: string): boolean {
  if (cluster === null || cluster.access.reviewedAt === null) return false
  const { approval, signers } = cluster.access
  return !approval || (Object.hasOwn(signers, signerName) && signers[signerName] !== true)
}
