import type { Csr, Requestor } from '#lib/csr/model.ts'
import {
  BOOTSTRAP_USER_PREFIX,
  BOOTSTRAPPERS_GROUP,
  NODE_BOOTSTRAPPER,
  NODE_GROUP,
  NODE_USER_PREFIX,
  PROPOSAL_SIGNER_PREFIX,
} from '#lib/csr/names.ts'
import { isDenied, isFailed } from '#lib/csr/status.ts'
import { milliseconds } from '#lib/csr/time.ts'

/** The signer that a proposal to approve the request of that uid is for. */
export function proposalSigner(targetUid: string): string {
  return `${PROPOSAL_SIGNER_PREFIX}${targetUid}`
}

/** The uid of the request whose approval is proposed; null for any other request. */
export function proposalTarget({ signerName }: Pick<Csr, 'signerName'>): string | null {
  if (!signerName.startsWith(PROPOSAL_SIGNER_PREFIX)) return null
  return signerName.slice(PROPOSAL_SIGNER_PREFIX.length) || null
}

/** Whether the proposer may approve such requests themselves, as far as one may ask. */
export type ProposerRight = 'may' | 'mayNot' | 'cannotAsk'

/** Why a proposal does not stand for a first person's approval. */
export const UNCOUNTED = [
  /** By whoever is looking: it takes another one. */
  'own',
  /** Whether the proposer may approve is still being asked. */
  'asking',
  /** Whether they may, this identity may not ask. */
  'cannotAsk',
  'mayNot',
  /** By whoever asked for the certificate. */
  'requestor',
  /** Denied, or failed by some signer. */
  'withdrawn',
  /** Older than the request that it is about. */
  'older',
  'otherContents',
  /** By a node, a bootstrap identity, or nobody at all. */
  'notAPerson',
] as const
export type Uncounted = (typeof UNCOUNTED)[number]

/** Who is looking, or deciding, as the API server knows them; uid '' where it has none. */
export type Person = Pick<Requestor, 'username' | 'uid'>

export interface Weighing {
  /** The one that is proposed. */
  readonly target: Pick<Csr, 'createdAt' | 'request' | 'requestor'>
  /** Null while nobody is known to decide. */
  readonly actor: Person | null
  /** Null while that has not been answered. */
  readonly right: ProposerRight | null
}

/**
 * Why a proposal for this target does not count, whatever the time; null when it does. All that is
 * looked at was stamped by the API server or cannot change: annotations and names are not.
 */
export function whyUncounted(proposal: Csr, weighing: Weighing): Uncounted | null {
  const { target, actor, right } = weighing
  const { requestor } = proposal
  if (!isPerson(requestor)) return 'notAPerson'
  if (proposal.request !== target.request) return 'otherContents'
  // An unreadable time is never in time.
  const madeAt = milliseconds(proposal.createdAt) ?? Number.NEGATIVE_INFINITY
  const targetAt = milliseconds(target.createdAt) ?? Number.POSITIVE_INFINITY
  if (madeAt < targetAt) return 'older'
  if (isDenied(proposal) || isFailed(proposal)) return 'withdrawn'
  if (isSamePerson(requestor, target.requestor)) return 'requestor'
  if (actor !== null && isSamePerson(requestor, actor)) return 'own'
  if (right === null) return 'asking'
  return right === 'may' ? null : right
}

/** When a proposal stops to count, in milliseconds since the epoch. */
export function proposalEnds({ createdAt }: Pick<Csr, 'createdAt'>, withinSeconds: number): number {
  return (milliseconds(createdAt) ?? 0) + withinSeconds * 1_000
}

/** One name or one uid in common is enough: a person whose account was made anew is the same. */
export function isSamePerson(a: Person, b: Person): boolean {
  return a.username === b.username || (a.uid !== '' && a.uid === b.uid)
}

/** Whether somebody who could decide: whom machines act as can file anything, and never decide. */
export function isPerson({ username, groups }: Pick<Requestor, 'username' | 'groups'>): boolean {
  if (username === '' || username === 'system:anonymous' || username === NODE_BOOTSTRAPPER) {
    return false
  }
  if (username.startsWith(NODE_USER_PREFIX) || username.startsWith(BOOTSTRAP_USER_PREFIX)) {
    return false
  }
  return !groups.some(
    (group) =>
      group === NODE_GROUP ||
      group === 'system:unauthenticated' ||
      group === BOOTSTRAPPERS_GROUP ||
      group.startsWith(`${BOOTSTRAPPERS_GROUP}:`),
  )
}
