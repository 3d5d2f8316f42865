import type { Csr, Requestor } from '#lib/csr/model.ts'
import {
  BOOTSTRAP_USER_PREFIX,
  BOOTSTRAPPERS_GROUP,
  NODE_BOOTSTRAPPER,
  NODE_GROUP,
  NODE_USER_PREFIX,
  PROPOSAL_SIGNER_PREFIX,
  SERVICE_ACCOUNT_PREFIX,
} from '#lib/csr/names.ts'
import { isDenied, isFailed } from '#lib/csr/status.ts'
import { milliseconds } from '#lib/csr/time.ts'

/** The signer name of a proposal to approve the request with that uid. */
export function proposalSigner(targetUid: string): string {
  return `${PROPOSAL_SIGNER_PREFIX}${targetUid}`
}

/** The uid of the request that is proposed for approval; null for any other request. */
export function proposalTarget({ signerName }: Pick<Csr, 'signerName'>): string | null {
  if (!signerName.startsWith(PROPOSAL_SIGNER_PREFIX)) return null
  return signerName.slice(PROPOSAL_SIGNER_PREFIX.length) || null
}

/**
 * Whether the proposer may approve such requests, if this identity may ask. `unreviewed`: a team's
 * server, which only reads, leaves the review to the credential of the second person.
 */
export type ProposerRight = 'may' | 'mayNot' | 'cannotAsk' | 'unreviewed'

/** Reasons why a proposal does not count as the first approval. */
export const UNCOUNTED = [
  /**
   * The access review of the proposer, at the second approval, decides whether the proposal counts.
   */
  'unreviewed',
  /** The viewer has proposed: a second person is needed. */
  'own',
  /** The access review of the proposer is not answered yet. */
  'asking',
  /** This identity may not make access reviews. */
  'cannotAsk',
  'mayNot',
  /** The requestor of the certificate has proposed. */
  'requestor',
  /** The proposal was denied, or failed by a signer. */
  'withdrawn',
  /** The proposal is older than its target. */
  'older',
  'otherContents',
  /** A node, a bootstrap identity or an anonymous user has proposed. */
  'notAPerson',
] as const
export type Uncounted = (typeof UNCOUNTED)[number]

/** The viewer or decider as the API server knows them; uid '' if it has none. */
export type Person = Pick<Requestor, 'username' | 'uid'>

/**
 * The reason why a proposal does not count for this target, apart from time; null when it counts.
 * Reads only fields that the API server stamps or that cannot change, no names or annotations.
 */
export function whyUncounted(
  proposal: Csr,
  weighing: {
    /** The request that is proposed for approval. */
    readonly target: Pick<Csr, 'createdAt' | 'request' | 'requestor'>
    /** Null while the actor is unknown. */
    readonly actor: Person | null
    /** Null until the access review is answered. */
    readonly right: ProposerRight | null
  },
): Uncounted | null {
  const { target, actor, right } = weighing
  const { requestor } = proposal
  if (!isPerson(requestor)) return 'notAPerson'
  if (proposal.request !== target.request) return 'otherContents'
  // An unreadable time never counts.
  const madeAt = milliseconds(proposal.createdAt) ?? Number.NEGATIVE_INFINITY
  const targetAt = milliseconds(target.createdAt) ?? Number.POSITIVE_INFINITY
  if (madeAt < targetAt) return 'older'
  if (isDenied(proposal) || isFailed(proposal)) return 'withdrawn'
  if (isSamePerson(requestor, target.requestor)) return 'requestor'
  if (actor !== null && isSamePerson(requestor, actor)) return 'own'
  if (right === null) return 'asking'
  return right === 'may' ? null : right
}

/** `whyUncounted` for a viewer, from its answer without one. */
export function uncountedFor(
  why: Uncounted | null,
  proposer: Person,
  viewer: Person,
): Uncounted | null {
  // The remaining reasons come before the question who views.
  const isOpen = rankOf(why) < rankOf('requestor')
  return isOpen && isSamePerson(proposer, viewer) ? 'own' : why
}

/** Ranks a proposal that counts first, then by how little it lacks. */
export function rankOf(why: Uncounted | null): number {
  return why === null ? -1 : UNCOUNTED.indexOf(why)
}

/** When a proposal expires, in milliseconds since the epoch. */
export function proposalEnds({ createdAt }: Pick<Csr, 'createdAt'>, withinSeconds: number): number {
  return (milliseconds(createdAt) ?? 0) + withinSeconds * 1_000
}

/**
 * Whether two users are one person: a shared name or a shared uid is enough, as a recreated account
 * is the same person.
 */
export function isSamePerson(a: Person, b: Person): boolean {
  return a.username === b.username || (a.uid !== '' && a.uid === b.uid)
}

/** Whether the user is a service account: a person who can use one would be two people with it. */
export function isServiceAccount({ username }: Pick<Requestor, 'username'>): boolean {
  return username.startsWith(SERVICE_ACCOUNT_PREFIX)
}

/** Whether the user is a person: machine identities can file requests but never decide. */
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
