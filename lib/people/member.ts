import { randomBytes } from 'node:crypto'
import { setMaxListeners } from 'node:events'
import { cause } from '#lib/csr/cause.ts'
import { HOUR_MS } from '#lib/csr/units-of-time.ts'
import type { ViewerName } from '#lib/csr/verdict/viewer-overlay.ts'
import { type Actor, createActor } from '#lib/kube/credentials/actor.ts'
import { boundedGroups } from '#lib/kube/objects/bounds.ts'
import {
  missingRights,
  type Right,
  reviewAccess,
  reviewSelf,
} from '#lib/kube/reads/access-reviews.ts'
import { createIdentity, type Identity } from '#lib/kube/transport/acting-identity.ts'
import type { Connections, Endpoint } from '#lib/kube/transport/connections.ts'
import { causesOf, isForbidden, isUnauthorized } from '#lib/kube/transport/errors.ts'
import { createGaps, type Gaps } from '#lib/kube/transport/gaps.ts'
import type { Pacer } from '#lib/kube/writes/pacer.ts'
import {
  type CredentialOptions,
  createMemberCredential,
  isTaken,
  type MemberCredential,
} from '#lib/people/member-credential.ts'
import type { TokenSet } from '#lib/people/oidc/oidc.ts'
import type { Refusal } from '#lib/people/people.ts'
import { createPrincipal, type Reviewed, type RunningPrincipal } from '#lib/people/principal.ts'
import { ViewRightKeeper } from '#lib/people/view-right.ts'
import { OF_PEOPLE } from '#lib/refusals/limits.ts'

export interface MemberOptions extends CredentialOptions {
  /** The API server, without any credential. */
  readonly endpoint: Endpoint
  /** Connections that all people share. */
  readonly connections: Connections
  readonly signers: () => readonly string[]
  /** Rights that a person needs to see the cluster. */
  readonly viewRights: () => readonly Right[]
  /** The pacer for all sessions of the person; `ending` aborts when this session is over. */
  readonly pacerOf: (person: ViewerName, ending: AbortSignal) => Pacer
  readonly onRights: () => void
  /** Starts a review when few others are under way. */
  readonly inTurn: <Answer>(review: () => Promise<Answer>) => Promise<Answer>
  /** The binding for all sessions of the person; absent: each session has its own. */
  readonly bindingOf?: (person: ViewerName) => string
}

/** Full length of a team's session, from its sign-in, milliseconds; its idle time is a setting. */
const FULL_LENGTH_MS = 8 * HOUR_MS
/** Names that the API server gives to a call without a credential. */
const NOBODY: ReadonlySet<string> = new Set(['', 'system:anonymous'])

type Who = Awaited<ReturnType<typeof reviewSelf>>

/** Signs in by a token; the API server says whose it is. Never rejects. */
export async function signInMember(
  first: TokenSet,
  options: MemberOptions,
): Promise<Member | Refusal> {
  const credential = createMemberCredential(first, options)
  const identity = createIdentity({
    name: 'signed-in person',
    shared: options.connections,
    endpoint: options.endpoint,
    credential: credential.ask,
  })
  const who = await whoseToken(first, identity, options)
  if (!('refused' in who)) return new Member(who, identity, credential, options).reviewed()
  await identity.close()
  return who
}

/** The person that the API server sees, or the refusal. Never rejects. */
async function whoseToken(
  first: TokenSet,
  identity: Identity,
  { impersonation }: Pick<MemberOptions, 'impersonation'>,
): Promise<Who | Refusal> {
  try {
    const who = await reviewSelf(identity)
    const taken = isTaken(first, impersonation, who)
    if (taken && !NOBODY.has(who.username)) return who
    return { refused: 'wrongToken', why: [cause(taken ? 'wrongToken' : 'notImpersonable')] }
  } catch (error) {
    if (isUnauthorized(error)) {
      const why = impersonation === null ? [cause('wrongToken')] : causesOf(error)
      return { refused: 'wrongToken', why }
    }
    const isLacking = impersonation !== null && isForbidden(error)
    const why = cause(isLacking ? 'impersonationRefused' : 'actorUnknown')
    return { refused: 'notReady', why: [why, ...causesOf(error)] }
  }
}

/** A signed-in person with their own credential, until it ends. */
export class Member {
  readonly name: string
  readonly uid: string
  /** The first groups, for the person's page. */
  readonly groups: readonly string[]
  readonly principal: RunningPrincipal
  /** Sent with each call by this session's pages. */
  readonly binding: string
  /** Latest end, milliseconds since the epoch. */
  readonly endsAt: number
  readonly #options: MemberOptions
  readonly #identity: Identity
  readonly #credential: MemberCredential
  readonly #actor: Actor
  readonly #view: ViewRightKeeper
  readonly #over = new AbortController()
  /** Resolves after the first review: with the refusal of a person who cannot be reviewed. */
  readonly #first = Promise.withResolvers<Refusal | null>()
  #isReviewed = false
  #looking: Promise<void> | null = null
  readonly #beginsLook: Gaps
  #cancelEnd = () => {}

  constructor(who: Who, identity: Identity, credential: MemberCredential, options: MemberOptions) {
    const { clock } = options
    setMaxListeners(0, this.#over.signal)
    this.name = who.username
    this.uid = who.uid
    this.groups = boundedGroups(who.groups)
    this.binding = options.bindingOf?.(this) ?? randomBytes(32).toString('base64url')
    this.endsAt = Math.min(clock.now() + FULL_LENGTH_MS, credential.firstEnd)
    this.#options = options
    this.#identity = identity
    this.#credential = credential
    this.#actor = createActor(identity, () => this.end(), clock)
    this.#view = new ViewRightKeeper(options.viewRights, clock)
    this.#beginsLook = createGaps(clock, OF_PEOPLE.retries.ofOne)
    this.principal = createPrincipal({
      fallbackName: who.username,
      uid: who.uid,
      endpoint: options.endpoint,
      actor: this.#actor,
      pacer: options.pacerOf(this, this.ending),
      review: (signal) => options.inTurn(() => this.#review(signal)),
      clock,
      onOtherPerson: () => this.#changed(),
      onRights: () => this.#changed(),
      onFailed: (error) => this.#failed(error),
      early: () => Math.random() / 5,
    })
    this.#waitForEnd()
    this.principal.watch(true)
  }

  get tokens(): TokenSet {
    return this.#credential.tokens()
  }

  /** Aborts when the credential is over. */
  get ending(): AbortSignal {
    return this.#over.signal
  }

  get view(): Pick<ViewRightKeeper, 'missing' | 'right' | 'trouble' | 'viewing'> {
    return this.#view
  }

  /** Resolves after the first review; ends a member whom the API server refuses it. */
  async reviewed(): Promise<Member | Refusal> {
    const refused = await this.#first.promise
    if (refused === null) return this
    this.end()
    return refused
  }

  /** Asks for the right to see, if that was not asked a moment ago. Never rejects. */
  async lookAgain(): Promise<void> {
    if (this.#looking === null && this.#beginsLook(null)) this.#looking = this.#look()
    await this.#looking
  }

  end(): void {
    if (this.ending.aborted) return
    this.#cancelEnd()
    this.#view.stop()
    this.#over.abort()
    this.principal.stop()
    void this.#identity.close()
    this.#actor.forget()
    this.#credential.forget()
    // A sign-in that waits for the first review is answered now.
    this.#first.resolve({ refused: 'wrongToken', why: [cause('wrongToken')] })
  }

  async #look(): Promise<void> {
    const rights = this.#options.viewRights()
    try {
      const lacking = () => missingRights(this.#actor.as(this.name), rights)
      this.#view.take(rights, await this.#options.inTurn(lacking))
    } catch (error) {
      this.#view.failed(error)
    } finally {
      this.#looking = null
    }
  }

  async #review(signal: AbortSignal): Promise<Reviewed> {
    try {
      const username = await this.#actor.ask(signal)
      const asPerson = this.#actor.as(username)
      const rights = this.#options.viewRights()
      const lacking = await missingRights(asPerson, rights, signal)
      const review = await reviewAccess(asPerson, this.#options.signers(), signal)
      this.#view.take(rights, lacking)
      return { username, review }
    } finally {
      // The token may have been renewed for this review, or could not be.
      this.#waitForEnd()
    }
  }

  #changed(): void {
    // Before the first answer no page of this session is open.
    if (this.#isReviewed) this.#options.onRights()
    this.#isReviewed = true
    this.#first.resolve(null)
  }

  #failed(error: unknown): void {
    const rights = this.#options.viewRights()
    if (isUnauthorized(error)) this.end()
    // The API server knows the person, but does not let them review rights.
    if (isForbidden(error)) this.#view.take(rights, rights)
    else this.#view.failed(error)
    this.#first.resolve({ refused: 'notReady', why: [cause('actorUnknown'), ...causesOf(error)] })
  }

  #waitForEnd(): void {
    this.#cancelEnd()
    if (this.ending.aborted) return
    const { clock } = this.#options
    const left = Math.min(this.endsAt, this.#credential.lastsUntil()) - clock.now()
    if (left <= 0) this.end()
    else this.#cancelEnd = clock.after(Math.min(left, FULL_LENGTH_MS), () => this.#waitForEnd())
  }
}
