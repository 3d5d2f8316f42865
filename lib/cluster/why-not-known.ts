import { type Cause, cause } from '#lib/csr/cause.ts'
import type { SourceState } from '#lib/csr/model.ts'
import { type CsrSource, KUBELET_SOURCES } from '#lib/csr/names.ts'
import type { Intake } from '#lib/kube/watch/intake.ts'
import type { ReflectorState } from '#lib/kube/watch/reflector.ts'
import { inEnglish } from '#lib/messages/english.ts'

/** Sources of a world, by name. Without Nodes or Machines a take-over looks like a new machine. */
export type WorldSource = CsrSource | 'nodes' | 'openshiftMachines' | 'clusterApiMachines'

/** Reason against a decision: what is known may not equal the API server's state. */
export interface NotKnown {
  /** The source with its state, or a phrase, in English: for logs and /readyz. */
  readonly what: string
  readonly causes: readonly Cause[]
}

/** The one by whose rules it is known. The approver demands more than a person at the dashboard. */
export type WhoseRules = 'person' | 'approver'

export interface Followed {
  readonly state: ReflectorState
  /** Whether the source was live once. A source that may be listed and not watched never is. */
  readonly wasLive: boolean
}

export type FollowedSources = (source: WorldSource) => Followed

/** The part of `Sources` that the answers below are made from. */
export interface Knowledge {
  readonly decider: WhoseRules
  /** Sources as the world has them. */
  readonly delivered: FollowedSources
  /** Sources as their reflectors are by now: a loss counts before the world is told. */
  readonly latest: FollowedSources
  readonly intake: Pick<Intake, 'isMidway' | 'behind'>
  /** Milliseconds since the first source is followed. */
  readonly waitedMs: number
  readonly store: { readonly isSilent: boolean }
  /** Address of the API server. */
  readonly server: string
}

type Rule = (state: SourceState, wasLive: boolean) => boolean

interface Rules {
  readonly kubelets: Rule
  readonly nodes: Rule
  readonly machines: Rule
}

const RULES: Readonly<Record<WhoseRules, Rules>> = {
  // None of the requests of a signer with too many is followed. The other signer's are decided.
  person: { kubelets: among('live', 'tooMany'), nodes: canBeJudgedBy, machines: canBeJudgedBy },
  // Requests that are not followed may use a key a second time, and the brake has to count them.
  approver: { kubelets: among('live'), nodes: among('live'), machines: among('live', 'absent') },
}

/** Milliseconds for which nothing is live without a first list of the other signers' requests. */
export const OTHERS_AWAITED_MS = 2_000

const MACHINES = ['openshiftMachines', 'clusterApiMachines'] as const

/**
 * Reason that this decider may decide nothing now; null while the view equals the API server's
 * state, by the decider's rules.
 */
export function whyNotKnown(known: Knowledge): NotKnown | null {
  return whyNotTakenIn(known) ?? whyNotRead(known) ?? whyOthersAwaited(known) ?? whyStoreLost(known)
}

/** Reason that requests cannot be judged now, whether they are followed themselves or not. */
export function whyNotJudged(known: Knowledge): NotKnown | null {
  return whyNotTakenIn(known) ?? whyLost(known, lostEvidence) ?? whyStoreLost(known)
}

/** Reason that a source is not read as this decider needs it; lists and changes may still wait. */
export function whyNotRead(known: Knowledge): NotKnown | null {
  return whyLost(known, unreadSource)
}

/** First source that is not read as this decider needs it; null for none. */
export function unreadSource(sources: FollowedSources, decider: WhoseRules): WorldSource | null {
  const lost = firstLost(sources, KUBELET_SOURCES, RULES[decider].kubelets)
  if (lost !== null) return lost
  const isFollowed = KUBELET_SOURCES.some((kind) => sources(kind).state.state === 'live')
  return isFollowed ? lostEvidence(sources, decider) : 'clientCsrs'
}

/** The reason while a first list is being read: most rows would be derived again once it is here. */
export function whyListsAwaited(known: Knowledge): NotKnown | null {
  const awaited = [...KUBELET_SOURCES, 'nodes' as const, ...MACHINES].find((source) =>
    isConnecting(known.delivered(source)),
  )
  return awaited === undefined ? whyOthersAwaited(known) : reasonOf(`${awaited}: connecting`)
}

/**
 * The reason while the first list of other signers' requests, which tells of keys in use, is awaited:
 * at most for `OTHERS_AWAITED_MS`, and not after an error.
 */
export function whyOthersAwaited({ delivered, waitedMs }: Knowledge): NotKnown | null {
  const isAwaited = isConnecting(delivered('otherCsrs')) && waitedMs < OTHERS_AWAITED_MS
  return isAwaited ? reasonOf('otherCsrs: connecting') : null
}

/** Whether the source's first list is being read, and no try has failed. */
function isConnecting({ state: { state, causes } }: Followed): boolean {
  return state === 'connecting' && causes.length === 0
}

/**
 * A source that was read and is forbidden now is lost: requests that it speaks against would suddenly
 * look innocent (docs/decisions/0012-known-before-live.md).
 */
export function isLost({ state: { state }, wasLive }: Followed): boolean {
  return state === 'forbidden' && wasLive
}

export function reasonOf(what: string, causes: readonly Cause[] = []): NotKnown {
  return { what, causes }
}

export function reasonWords({ what, causes }: NotKnown): string {
  return causes.length === 0 ? what : `${what}: ${inEnglish(causes)}`
}

/** Causes for pages why rows are out of date although every source is live; null while they are not. */
export function whyOutOfDate(known: Knowledge): readonly Cause[] | null {
  const behind = known.intake.behind()
  if (behind !== null) return [cause('catchingUp', { seconds: Math.round(behind / 1_000) })]
  return whyStoreLost(known)?.causes ?? null
}

/** The reason while a list is half taken in: half of it would show a recreated Node as missing. */
function whyNotTakenIn({ intake }: Knowledge): NotKnown | null {
  if (intake.isMidway()) return reasonOf('a list is being read')
  return intake.behind() === null ? null : reasonOf('what has arrived is being taken in')
}

/** The reason while the API server does not reach etcd: watches go on from its memory. */
export function whyStoreLost({ store, server }: Knowledge): NotKnown | null {
  return store.isSilent ? reasonOf('store: silent', [cause('storeSilent', { server })]) : null
}

function whyLost(
  { delivered, latest, decider }: Knowledge,
  lostIn: (sources: FollowedSources, decider: WhoseRules) => WorldSource | null,
): NotKnown | null {
  for (const sources of [delivered, latest]) {
    const lost = lostIn(sources, decider)
    if (lost === null) continue
    const { state, causes } = sources(lost).state
    return reasonOf(`${lost}: ${state}`, causes)
  }
  return null
}

function lostEvidence(sources: FollowedSources, decider: WhoseRules): WorldSource | null {
  const { nodes, machines } = RULES[decider]
  return firstLost(sources, ['nodes'], nodes) ?? firstLost(sources, MACHINES, machines)
}

function firstLost(
  sources: FollowedSources,
  kinds: readonly WorldSource[],
  isEnough: Rule,
): WorldSource | null {
  const isKnown = ({ state, wasLive }: Followed) => isEnough(state.state, wasLive)
  return kinds.find((kind) => !isKnown(sources(kind))) ?? null
}

function among(...states: readonly SourceState[]): Rule {
  return (state) => states.includes(state)
}

/**
 * Whether requests can be judged by this source: it is live or reconnecting, which takes seconds; it
 * is absent; or it could never be read.
 */
function canBeJudgedBy(state: SourceState, wasLive: boolean): boolean {
  if (state === 'absent') return true
  return wasLive ? state === 'live' || state === 'reconnecting' : state === 'forbidden'
}
