import { randomBytes } from 'node:crypto'
import { setMaxListeners } from 'node:events'
import { type Cause, cause } from '#lib/csr/cause.ts'
import { createActor } from '#lib/kube/credentials/actor.ts'
import { boundedGroups } from '#lib/kube/objects/bounds.ts'
import {
  missingRights,
  type Right,
  reviewAccess,
  whoSignsIn,
} from '#lib/kube/reads/access-reviews.ts'
import { createIdentity } from '#lib/kube/transport/acting-identity.ts'
import type { Clock } from '#lib/kube/transport/clock.ts'
import type { Connections, Endpoint } from '#lib/kube/transport/connections.ts'
import { causesOf, isForbidden, isUnauthorized } from '#lib/kube/transport/errors.ts'
import type { Pacer } from '#lib/kube/writes/pacer.ts'
import {
  type Impersonation,
  isTaken,
  memberCredential,
  noCredential,
} from '#lib/people/member-credential.ts'
import { NO_TOKENS, type TokenSet } from '#lib/people/oidc/oidc.ts'
import { OidcFailure } from '#lib/people/oidc/oidc-failure.ts'
import { createPrincipal, type Reviewed, type RunningPrincipal } from '#lib/people/principal.ts'
import { endOfToken } from '#lib/people/token-end.ts'
import { keepViewRight, type ViewRightKeeper } from '#lib/people/view-right.ts'
import type { ProblemCode } from '#lib/refusals/problem.ts'

/** A signed-in person with their own credential, until it ends. */
export interface Member {
  readonly name: string
  readonly uid: string
  /** The first groups, for the person's page. */
  readonly groups: readonly string[]
  readonly principal: RunningPrincipal
  /** Sent with each call by this session's pages. */
  readonly binding: string
  /** Latest end, milliseconds since the epoch. */
  readonly endsAt: number
  readonly tokens: TokenSet
  /** Aborts when the credential is over. */
  readonly ending: AbortSignal
  readonly view: Pick<ViewRightKeeper, 'missing' | 'right' | 'trouble' | 'viewing'>
  /** Asks for the right to see now. Never rejects. */
  lookAgain(): Promise<void>
  end(): void
}

export interface MemberOptions {
  /** The API server, without any credential. */
  readonly endpoint: Endpoint
  /** Connections that all people share. */
  readonly connections: Connections
  readonly clock: Clock
  readonly signers: () => readonly string[]
  /** Rights that a person needs to see the cluster. */
  readonly viewRights: () => readonly Right[]
  /** The pacer for all sessions of the person; `ending` aborts when this session is over. */
  readonly pacerOf: (person: Pick<Member, 'name' | 'uid'>, ending: AbortSignal) => Pacer
  /** Gets new tokens before these end; null where there is no provider for it. */
  readonly refresh: ((tokens: TokenSet) => Promise<TokenSet>) | null
  /** Null where the token itself is the credential. */
  readonly impersonation: Impersonation | null
  readonly onRights: () => void
  /** Starts a review when few others are under way. */
  readonly inTurn: <Answer>(review: () => Promise<Answer>) => Promise<Answer>
  /** The binding for all sessions of the person; absent: each session has its own. */
  readonly bindingOf?: (person: Pick<Member, 'name' | 'uid'>) => string
}

/** Longest time of a session, milliseconds. */
const LONGEST_MS = 8 * 60 * 60_000
/** Milliseconds before a token's end at which a new one is asked for. */
const RENEW_MS = 60_000
/** Names that the API server gives to a call without a credential. */
const NOBODY: ReadonlySet<string> = new Set(['', 'system:anonymous'])

export type Refused = { readonly refused: ProblemCode; readonly why: readonly Cause[] }

/** Signs in by a token; the API server says whose it is. Never rejects. */
export async function signInMember(
  first: TokenSet,
  options: MemberOptions,
): Promise<Member | Refused> {
  const { endpoint, connections, clock, signers, viewRights, refresh, impersonation } = options
  const over = new AbortController()
  setMaxListeners(0, over.signal)
  let tokens = first
  let renewing: Promise<void> | null = null
  /** Whether the provider answered the renewal with another person's token. */
  let isOther = false
  /** The token's own end if it cannot be renewed, milliseconds since the epoch. */
  let lastsUntil = Number.POSITIVE_INFINITY

  /** Renews, once at a time. After a refused renewal the token stays until its own end. */
  function renew(): Promise<void> {
    const asked = refresh
    if (asked === null || tokens.refreshToken === null) return Promise.resolve()
    renewing ??= asked(tokens)
      .then(
        (next) => {
          if (over.signal.aborted) return
          tokens = next
          lastsUntil = Number.POSITIVE_INFINITY
        },
        (error) => {
          lastsUntil = tokens.expiresAt ?? Number.POSITIVE_INFINITY
          if (error instanceof OidcFailure && error.reason === 'anotherSubject') isOther = true
        },
      )
      .finally(() => {
        renewing = null
      })
    return renewing
  }

  const identity = createIdentity({
    name: 'signed-in person',
    shared: connections,
    endpoint,
    async credential({ renew: isRefused }) {
      const { expiresAt } = tokens
      const ends = expiresAt !== null && clock.now() >= expiresAt - RENEW_MS
      // With impersonation, the refused credential is the server's own.
      if (ends || (isRefused && impersonation === null)) await renew()
      if (isOther) throw noCredential('wrongToken')
      return memberCredential(tokens, impersonation, { renew: isRefused, now: clock.now() })
    },
  })

  let who: Awaited<ReturnType<typeof whoSignsIn>>
  try {
    who = await whoSignsIn(identity)
  } catch (error) {
    await identity.close()
    if (isUnauthorized(error)) {
      const why = impersonation === null ? [cause('wrongToken')] : causesOf(error)
      return { refused: 'wrongToken', why }
    }
    const isLacking = impersonation !== null && isForbidden(error)
    const why = cause(isLacking ? 'impersonationRefused' : 'actorUnknown')
    return { refused: 'notReady', why: [why, ...causesOf(error)] }
  }
  const taken = isTaken(first, impersonation, who)
  if (NOBODY.has(who.username) || !taken) {
    await identity.close()
    return { refused: 'wrongToken', why: [cause(taken ? 'wrongToken' : 'notImpersonable')] }
  }

  const person = { name: who.username, uid: who.uid }
  const canRenew = refresh !== null && first.refreshToken !== null
  const tokenEnd = canRenew ? null : (first.expiresAt ?? endOfToken(first.token))
  const endsAt = Math.min(clock.now() + LONGEST_MS, tokenEnd ?? Number.POSITIVE_INFINITY)
  const view = keepViewRight(viewRights, clock)
  const known = Promise.withResolvers<Refused | null>()
  let isKnown = false
  const changed = () => {
    // Before the first answer no page of this session is open.
    if (isKnown) options.onRights()
    isKnown = true
    known.resolve(null)
  }

  async function reviewNow(signal: AbortSignal): Promise<Reviewed> {
    try {
      const username = await actor.ask(signal)
      const asPerson = actor.as(username)
      const rights = viewRights()
      const lacking = await missingRights(asPerson, rights, signal)
      const review = await reviewAccess(asPerson, signers(), signal)
      view.take(rights, lacking)
      return { username, review }
    } finally {
      // The token may have been renewed for this review, or could not be.
      waitForEnd()
    }
  }

  const actor = createActor(identity, end, clock)
  const principal = createPrincipal({
    fallbackName: who.username,
    uid: who.uid,
    actor,
    pacer: options.pacerOf(person, over.signal),
    review: (signal) => options.inTurn(() => reviewNow(signal)),
    clock,
    onOtherPerson: changed,
    onRights: changed,
    onFailed(error) {
      if (isUnauthorized(error)) end()
      // The API server knows the person, but does not let them review rights.
      if (isForbidden(error)) view.take(viewRights(), viewRights())
      else view.failed(error)
      known.resolve({ refused: 'notReady', why: [cause('actorUnknown'), ...causesOf(error)] })
    },
    early: () => Math.random() / 5,
  })

  let looking: Promise<void> | null = null
  function lookAgain(): Promise<void> {
    const rights = viewRights()
    looking ??= missingRights(actor.as(who.username), rights)
      .then((lacking) => view.take(rights, lacking), view.failed)
      .finally(() => {
        looking = null
      })
    return looking
  }

  function end(): void {
    if (over.signal.aborted) return
    cancelEnd()
    view.stop()
    over.abort()
    principal.stop()
    void identity.close()
    actor.forget()
    tokens = NO_TOKENS
    // A sign-in that waits for the first review is answered now.
    known.resolve({ refused: 'wrongToken', why: [cause('wrongToken')] })
  }

  let cancelEnd = () => {}
  function waitForEnd(): void {
    cancelEnd()
    if (over.signal.aborted) return
    const left = Math.min(endsAt, lastsUntil) - clock.now()
    if (left <= 0) end()
    else cancelEnd = clock.after(Math.min(left, LONGEST_MS), waitForEnd)
  }
  waitForEnd()
  principal.watch(true)

  const refused = await known.promise
  if (refused !== null) {
    end()
    return refused
  }
  return {
    ...person,
    groups: boundedGroups(who.groups),
    principal,
    binding: options.bindingOf?.(person) ?? randomBytes(32).toString('base64url'),
    endsAt,
    get tokens() {
      return tokens
    },
    ending: over.signal,
    view,
    lookAgain,
    end,
  }
}
