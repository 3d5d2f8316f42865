import { AsyncLocalStorage } from 'node:async_hooks'
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { cause } from '#lib/csr/cause.ts'
import type { LogEntry } from '#lib/kube/log/process-log.ts'
import { type Clock, sleep } from '#lib/kube/transport/clock.ts'
import { createConnections } from '#lib/kube/transport/connections.ts'
import type { Pacer } from '#lib/kube/writes/pacer.ts'
import { inEnglish } from '#lib/messages/english.ts'
import { createBrowserMembers } from '#lib/people/browser-members.ts'
import { createTokenDeletions } from '#lib/people/delete-token.ts'
import { type Member, type MemberOptions, type Refused, signInMember } from '#lib/people/member.ts'
import type { Impersonation } from '#lib/people/member-credential.ts'
import {
  type Finished,
  NO_TOKENS,
  NOT_UNDER_WAY,
  type Oidc,
  type TokenSet,
} from '#lib/people/oidc/oidc.ts'
import { type FailedSignIn, OidcFailure } from '#lib/people/oidc/oidc-failure.ts'
import {
  bearerIn,
  type FinishedSignIn,
  type People,
  type Proof,
  type SignIn,
} from '#lib/people/people.ts'
import { personOf } from '#lib/people/person-turns.ts'
import type { Caller } from '#lib/people/principal.ts'
import { createRefusedTokens } from '#lib/people/refused-tokens.ts'
import { createReviewQueue } from '#lib/people/review-queue.ts'
import {
  NO_SIGN_IN_COOKIE,
  sessionCookie,
  sessionOf,
  signInCookie,
  signInOf,
} from '#lib/people/session-cookie.ts'
import { createSessionStore, digest, type Session } from '#lib/people/session-store.ts'
import { createSignInLines, OF_STRANGERS } from '#lib/people/sign-in-lines.ts'
import { createSignInQueue } from '#lib/people/sign-in-queue.ts'
import { accessOf } from '#lib/people/view-access.ts'
import type { ClusterTitle, SessionAnswer, SignInWay } from '#lib/wire/session-answers.ts'

export interface ServicePeopleOptions
  extends Omit<
    MemberOptions,
    'refresh' | 'bindingOf' | 'impersonation' | 'inTurn' | 'connections' | 'pacerOf'
  > {
  readonly clock: Clock
  readonly idleMs: number
  /** ClusterRole with which an admin grants the right to see. */
  readonly viewerRole: string
  /** The cluster's name and versions, for the sign-in page. */
  readonly title: () => ClusterTitle
  readonly ways: readonly SignInWay[]
  /** Null where people do not sign in at a provider. */
  readonly oidc: Oidc | null
  /** Null unless the server impersonates people who signed in at the provider. */
  readonly impersonation: Impersonation | null
  readonly newPacer: () => Pacer
  /** Whether the session has a run under way, which goes on while no page is visible. */
  readonly hasRun: (session: AbortSignal) => boolean
  readonly log: (entry: LogEntry) => void
}

/** Answer to a text that cannot be sent as a token. */
const UNSENDABLE: Refused = { refused: 'wrongToken', why: [cause('wrongToken')] }
/** Most sessions of one person; beyond it their oldest ends. */
const SESSIONS_OF_ONE = 10
/** Milliseconds that a page waits for a review before it gets the last answer. */
const LOOK_MS = 3_000
/** Longest token that a proxy may pass on. */
const LONGEST_TOKEN = 16_384
/** Milliseconds until an idle person's run is checked again. */
const RUN_LOOK_MS = 15_000
/** Most reviews of all people under way, and the longest wait for one, milliseconds. */
const REVIEWS = { atOnce: 8, longestMs: 5_000 }

/** People who sign in, each with their own credential and rights. */
export function servicePeople(options: ServicePeopleOptions): People {
  const { clock, idleMs, ways, oidc, viewerRole, hasRun, log } = options
  const { now } = clock
  const store = createSessionStore<Member>({ clock, idleMs, personOf, limit: SESSIONS_OF_ONE })
  /**
   * Each way to sign in has its own queue, so that wrong tokens of one do not hold up the others.
   */
  const queues = new Map(
    ways.map(({ way }) => [way, createSignInQueue<Member | Refused>({ now, isWrong })]),
  )
  /** Queue of calls to the provider for tokens: only the provider knows that a code is wrong. */
  const exchanges = createSignInQueue<Finished | FailedSignIn>({
    now,
    isWrong: (finished) => 'failed' in finished,
  })
  const bindingKey = randomBytes(32)
  const linesOf = (inAll: number) => createSignInLines({ clock, log, inAll })
  const refusals = linesOf(OF_STRANGERS)
  /** Log lines about new sessions, by whether the person may see. */
  const begins = { mayNot: linesOf(OF_STRANGERS), may: linesOf(Number.POSITIVE_INFINITY) }
  const members = new Set<Member>()
  /** The members of one person in one browser: their runs keep their own credentials. */
  const browsers = createBrowserMembers<Member>()
  /**
   * Runs a function outside the calling request: timers and sockets would otherwise keep all of it
   * in memory.
   */
  const outside = AsyncLocalStorage.snapshot()
  const inTurn = createReviewQueue({ clock, ...REVIEWS })
  // Unlimited: each person's pacer and the review queue bound their calls.
  const connections = createConnections(options.endpoint, null)
  const deletions = createTokenDeletions({ endpoint: options.endpoint, connections })
  /** Sign-ins under way, by the digest of the token that a proxy passed on. */
  const opening = new Map<string, Promise<void>>()
  const refusedTokens = createRefusedTokens(now)
  /** Pacers by person, with the number of sessions that share each. */
  const pacers = new Map<string, { readonly pacer: Pacer; sessions: number }>()

  /**
   * Bindings last beyond a token: a proxy renews tokens by itself, and the person's pages go on
   * with the next one.
   */
  function proxiedBinding(person: Pick<Member, 'name' | 'uid'>): string {
    return createHmac('sha256', bindingKey).update(personOf(person)).digest('base64url')
  }

  function pacerOf(person: Pick<Member, 'name' | 'uid'>, ending: AbortSignal): Pacer {
    const key = personOf(person)
    const shared = pacers.get(key) ?? { pacer: options.newPacer(), sessions: 0 }
    shared.sessions += 1
    pacers.set(key, shared)
    ending.addEventListener('abort', () => {
      shared.sessions -= 1
      if (shared.sessions === 0) pacers.delete(key)
    })
    return shared.pacer
  }

  /** Logs a refused sign-in, or counts it. */
  function logRefusal(from: string, facts: Readonly<Record<string, string>>): void {
    outside(refusals, from, { event: 'session.refused', ...facts })
  }

  async function signIn(
    tokens: TokenSet,
    way: SignInWay['way'],
    from: string,
  ): Promise<Member | Refused> {
    const queue = queues.get(way)
    if (queue === undefined) return { refused: 'notAllowed', why: [cause('notThisWay')] }
    const refresh = way === 'oidc' && oidc !== null ? oidc.refresh : null
    const impersonation = way === 'oidc' ? options.impersonation : null
    const bound = way === 'proxy' ? { bindingOf: proxiedBinding } : {}
    const how = { ...options, refresh, impersonation, inTurn, connections, pacerOf, ...bound }
    const member = await queue.attempt(from, () => outside(signInMember, tokens, how))
    if (member === null) return { refused: 'slowDown', why: [cause('tooManySignIns')] }
    if ('refused' in member) {
      logRefusal(from, { way, code: member.refused, why: inEnglish(member.why) })
      return member
    }
    const { name: who, uid } = member
    members.add(member)
    const lines = begins[member.view.right === 'mayNot' ? 'mayNot' : 'may']
    const isLogged = outside(lines, personOf(member), { event: 'session.begin', who, uid, way })
    const tell = isLogged ? log : () => {}
    member.ending.addEventListener('abort', () => {
      members.delete(member)
      store.endWhere((other) => other === member)
      tell({ event: 'session.end', who, uid })
      // The member has its tokens until all listeners of its end have run.
      outside(deletions.begin, member.tokens, (failed) => tell({ ...failed, who, uid }))
    })
    return member
  }

  /**
   * Starts the session of a browser or of a proxy's token. When it ends its credential ends, unless
   * a run is under way.
   */
  function begin(member: Member, proxied: string | null = null): string {
    const named = proxied === null ? undefined : nameOf(proxied)
    const token = outside(store.begin, member, member.endsAt, named)
    store.find(token)?.ending.addEventListener('abort', () => {
      // A token that only the API server refused may be accepted later: the API server may be
      // restarting.
      const isOver = !member.ending.aborted || clock.now() >= member.endsAt
      if (proxied !== null && isOver) refusedTokens.add(proxied)
      endAfterRun(member)
    })
    return token
  }

  /**
   * Ends the browser's previous session. A run of the same person goes on with its own credential.
   * A run of another person ends, as if they had signed out.
   */
  function replace(before: Session<Member> | null, by: Member): void {
    if (before === null) return
    const { data: member } = before
    if (personOf(member) === personOf(by)) {
      browsers.follow(member, by)
      before.end()
    } else member.end()
  }

  function endAfterRun(member: Member): void {
    if (member.ending.aborted) return
    if (hasRun(member.ending)) clock.after(RUN_LOOK_MS, () => endAfterRun(member))
    else member.end()
  }

  function ofCookie({ cookie }: Pick<Proof, 'cookie'>): Session<Member> | null {
    const token = sessionOf(cookie)
    return token === null ? null : store.find(token)
  }

  function isBound({ binding }: Member, { binding: sent = '' }: Proof): boolean {
    return timingSafeEqual(digest(binding), digest(sent))
  }

  /**
   * The session of a proxy's bearer token, which the first call starts. The gate has removed any
   * other bearer token.
   */
  async function ofProxy(authorization: string): Promise<Session<Member> | null> {
    const token = bearerIn(authorization, LONGEST_TOKEN)
    if (token === null || !queues.has('proxy')) return null
    const open = store.find(nameOf(token))
    if (open !== null) return open
    if (refusedTokens.has(token)) return null
    const key = digest(token).toString('base64')
    const asked = opening.get(key) ?? signInProxied(token, key).finally(() => opening.delete(key))
    opening.set(key, asked)
    await asked
    return store.find(nameOf(token))
  }

  /** Sign-ins of tokens take turns by digest: behind a proxy all people have its address. */
  async function signInProxied(token: string, key: string): Promise<void> {
    const member = await signIn({ ...NO_TOKENS, token }, 'proxy', key)
    if (!('refused' in member)) begin(member, token)
  }

  async function openOf(proof: Proof): Promise<Session<Member> | null> {
    return proof.authorization === undefined ? ofCookie(proof) : ofProxy(proof.authorization)
  }

  async function memberOf(proof: Proof): Promise<Member | null> {
    return (await openOf(proof))?.data ?? null
  }

  function answer(member: Member | null): SessionAnswer {
    const here = { mode: 'service', cluster: options.title(), signIn: ways } as const
    if (member === null) return { ...here, person: null, binding: null, access: null }
    const { name, uid, groups, endsAt, binding } = member
    const person = {
      ...{ name, uid, groups, idleSeconds: idleMs / 1000 },
      endsAt: new Date(endsAt).toISOString(),
    }
    return { ...here, person, binding, access: accessOf(member, viewerRole) }
  }

  /** The provider's sign-out page, for a person who signed in there. */
  function providersPage(tokens: TokenSet): string | null {
    return tokens.idToken === null ? null : (oidc?.endSessionUrl(tokens) ?? null)
  }

  return {
    get count() {
      return members.size
    },
    authorize(proof) {
      if (proof.authorization !== undefined) return queues.has('proxy') ? 'session' : 'wrong'
      const open = ofCookie(proof)
      if (open === null) return 'missing'
      return isBound(open.data, proof) ? 'session' : 'wrong'
    },
    known(proof) {
      const open = store.find(sessionNameIn(proof))
      if (open === null) return null
      const { view, principal } = open.data
      const { approval, reviewedAt } = principal.access
      const mayApprove = reviewedAt === null ? null : approval
      return { person: personOf(open.data), viewRight: view.right, mayApprove }
    },
    async caller(proof): Promise<Caller | null> {
      const open = await openOf(proof)
      if (open === null) return null
      const { data: member } = open
      // A browser behind a proxy has the proxy's cookie, and must send the binding as with our
      // cookie.
      if (proof.cookie !== undefined && !isBound(member, proof)) return null
      const { principal, ending, view } = member
      return {
        ...{ principal, session: ending, viewRight: view.right },
        // A run's credential outlasts its session, which may see nothing after its end.
        // Made only for a stream: a combined signal for each call costs more than the call's rows.
        get viewing() {
          return AbortSignal.any([view.viewing, open.ending])
        },
      }
    },
    async session(proof) {
      const member = await memberOf(proof)
      // A person who got the right a moment ago does not wait for the next review.
      if (member !== null && member.view.right !== 'may') {
        await Promise.race([member.lookAgain(), sleep(clock, LOOK_MS)])
      }
      return answer(member)
    },
    async signIn(secret, from, proof): Promise<SignIn> {
      if (!('token' in secret) || !queues.has('token')) {
        return { refused: 'notAllowed', why: [cause('notThisWay')] }
      }
      const token = secret.token.trim()
      if (!/^[A-Za-z0-9._~+/=-]+$/.test(token)) return UNSENDABLE
      const member = await signIn({ ...NO_TOKENS, token }, 'token', from)
      if ('refused' in member) return member
      replace(ofCookie(proof), member)
      const cookie = sessionCookie(begin(member))
      return { answer: answer(member), cookie }
    },
    async signOut(proof) {
      const member = await memberOf(proof)
      if (member === null) return { signOutUrl: null }
      const signOutUrl = providersPage(member.tokens)
      const token = bearerIn(proof.authorization, LONGEST_TOKEN)
      if (token !== null) refusedTokens.add(token)
      for (const one of browsers.all(member)) one.end()
      return { signOutUrl }
    },
    seen: (proof) => store.seen(sessionNameIn(proof)),
    endIdle: store.endIdle,
    reviewAccess() {
      for (const { principal } of members) principal.reviewAccess()
    },
    async beginSignIn(to, from, proof) {
      if (oidc === null) return null
      try {
        // The return comes from another site, so it has no cookie of the session.
        const { location, cookie } = await oidc.begin(to, ofCookie(proof)?.name)
        return { location, cookies: [signInCookie(cookie)] }
      } catch (error) {
        const { failed: code, reason } = OidcFailure.of(error)
        logRefusal(from, { way: 'oidc', code, reason })
        return failed('unreachable')
      }
    },
    async finishSignIn(url, { cookie }, from) {
      if (oidc === null) return null
      const begun = signInOf(cookie) ?? undefined
      const exchange = () => outside(oidc.finish, url, begun)
      // A return of another browser takes no turn.
      const finished = oidc.isUnderWay(url, begun)
        ? await exchanges.attempt(from, exchange)
        : NOT_UNDER_WAY
      if (finished === null) return failed('slowDown', [])
      if ('failed' in finished) {
        const { failed: code, reason } = finished
        logRefusal(from, { way: 'oidc', code, reason })
        // The cookie may belong to a sign-in that another tab began since.
        return failed(code, finished === NOT_UNDER_WAY ? [] : [NO_SIGN_IN_COOKIE])
      }
      const member = await signIn(finished.tokens, 'oidc', from)
      if ('refused' in member) {
        const { refused } = member
        const whose = { way: 'oidc', code: refused }
        outside(deletions.begin, finished.tokens, (failed) =>
          refusals(from, { ...failed, ...whose }),
        )
        return failed(refused === 'slowDown' || refused === 'notReady' ? refused : 'notTaken')
      }
      replace(store.named(finished.replaces), member)
      const cookies = [sessionCookie(begin(member)), NO_SIGN_IN_COOKIE]
      return { location: finished.to, cookies }
    },
    async stop() {
      for (const member of [...members]) member.end()
      await deletions.settled()
      await connections.close()
    },
  }
}

function isWrong(member: Member | Refused): boolean {
  return 'refused' in member && member.refused === 'wrongToken'
}

type SignInFailure = FailedSignIn['failed'] | 'notTaken' | 'slowDown' | 'notReady'

function failed(code: SignInFailure, cookies = [NO_SIGN_IN_COOKIE]): FinishedSignIn {
  return { location: `/?signIn=${code}`, cookies }
}

/** Key of a proxy's token in the store of sessions. Its blank keeps a cookie from naming it. */
function nameOf(token: string): string {
  return `proxy ${token}`
}

/** Key in the store of the session that a call's headers name; '' for none. */
function sessionNameIn({ authorization, cookie }: Proof): string {
  const token = bearerIn(authorization, LONGEST_TOKEN)
  return token === null ? (sessionOf(cookie) ?? '') : nameOf(token)
}
