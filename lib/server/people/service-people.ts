import { AsyncLocalStorage } from 'node:async_hooks'
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { cause } from '#lib/csr/cause.ts'
import { shellWord } from '#lib/csr/shell-words.ts'
import { createConnections } from '#lib/kube/credentials/connections.ts'
import { type Clock, sleep } from '#lib/kube/transport/clock.ts'
import { causesOf } from '#lib/kube/transport/errors.ts'
import type { Pacer } from '#lib/kube/writes/pacer.ts'
import { inEnglish } from '#lib/messages/english.ts'
import { createSessionStore, digest, type Session } from '#lib/server/door/session-store.ts'
import { deleteToken } from '#lib/server/people/delete-token.ts'
import {
  type Member,
  type MemberOptions,
  type Refused,
  signInMember,
} from '#lib/server/people/member.ts'
import type { Impersonation } from '#lib/server/people/member-credential.ts'
import { NO_TOKENS, type Oidc, type TokenSet } from '#lib/server/people/oidc/oidc.ts'
import { type FailedSignIn, OidcFailure } from '#lib/server/people/oidc/oidc-failure.ts'
import {
  bearerIn,
  type FinishedSignIn,
  type People,
  type Proof,
  type SignIn,
} from '#lib/server/people/people.ts'
import type { Caller } from '#lib/server/people/principal.ts'
import { logRefusedSignIns } from '#lib/server/people/refused-sign-ins.ts'
import { createReviewQueue } from '#lib/server/people/review-queue.ts'
import {
  NO_SIGN_IN_COOKIE,
  sessionCookie,
  sessionOf,
  signInCookie,
  signInOf,
} from '#lib/server/people/session-cookie.ts'
import { createSignInQueue } from '#lib/server/people/sign-in-queue.ts'
import { endOfToken } from '#lib/server/people/token-end.ts'
import type { LogEntry } from '#lib/server/process-log.ts'
import type { SessionAnswer, SignInWay, ViewAccess } from '#lib/wire/session-answers.ts'

export interface ServicePeopleOptions
  extends Omit<
    MemberOptions,
    'refresh' | 'bindingOf' | 'impersonation' | 'inTurn' | 'connections' | 'pacerOf'
  > {
  readonly clock: Clock
  readonly idleMs: number
  /** ClusterRole by which an admin gives a person the right to see. */
  readonly viewerRole: string
  readonly ways: readonly SignInWay[]
  /** Null where nobody signs in at a provider. */
  readonly oidc: Oidc | null
  /** Null unless the server acts for people who signed in at the provider. */
  readonly impersonation: Impersonation | null
  readonly newPacer: () => Pacer
  /** Whether a run of that session is under way: it goes on while no page is visible. */
  readonly hasRun: (session: AbortSignal) => boolean
  readonly log: (entry: LogEntry) => void
}

/** Answer to a text that could not be sent as a token. */
const UNSENDABLE: Refused = { refused: 'wrongToken', why: [cause('wrongToken')] }
/** Sessions at once of one person; beyond it their oldest ends. */
const SESSIONS_OF_ONE = 10
/** Longest that a page waits for a review before it is told the last answer, milliseconds. */
const LOOK_MS = 3_000
/** Characters of a token that a proxy passes on. */
const LONGEST_TOKEN = 16_384
/** Milliseconds for which a token lasts that does not name its end: OpenShift's last a day. */
const OPAQUE_MS = 24 * 60 * 60_000
/** Tokens of a proxy that are refused before their end; beyond it the first is forgotten. */
const MOST_REFUSED = 10_000
/** Milliseconds after which an idle person's run is looked at again. */
const RUN_LOOK_MS = 15_000
/** Reviews of all people under way, and the longest wait for one, milliseconds. */
const REVIEWS = { atOnce: 8, longestMs: 5_000 }

/** People who sign in, each with their own credential and rights. */
export function servicePeople(options: ServicePeopleOptions): People {
  const { clock, idleMs, ways, oidc, viewerRole, hasRun, log } = options
  const personOf = ({ name, uid }: Pick<Member, 'name' | 'uid'>) => `${uid} ${name}`
  const store = createSessionStore<Member>({ clock, idleMs, personOf, limit: SESSIONS_OF_ONE })
  /** Each way has its own queue, so that wrong tokens of one keep nobody out of the others. */
  const queues = new Map(
    ways.map(({ way }) => [way, createSignInQueue<Member | Refused>(clock.now, isWrong)]),
  )
  /** Calls to the provider for tokens: a code is known to be wrong only there. */
  const exchanges = createSignInQueue<Awaited<ReturnType<Oidc['finish']>>>(
    clock.now,
    (finished) => 'failed' in finished && finished.reason !== 'noSignInUnderWay',
  )
  const bindingKey = randomBytes(32)
  const logRefusal = logRefusedSignIns(clock, log)
  const members = new Set<Member>()
  /** Runs a function outside of the calling request: timers and sockets would keep all of it. */
  const outside = AsyncLocalStorage.snapshot()
  const inTurn = createReviewQueue({ clock, ...REVIEWS })
  // Unlimited: each person's pacer and the review queue bound their calls.
  const connections = createConnections(options.endpoint, null)
  /** Sign-ins under way by the digest of a token that a proxy has passed on. */
  const opening = new Map<string, Promise<void>>()
  /**
   * Ends of a proxy's tokens whose session is over, by their digests. The proxy goes on passing them
   * on, and its cookie may be left, or stolen.
   */
  const refusedTokens = new Map<string, number>()
  /** Pacers by person, with the number of sessions that share each. */
  const pacers = new Map<string, { readonly pacer: Pacer; sessions: number }>()
  /** Deletions of tokens under way. None rejects. */
  const deletions = new Set<Promise<void>>()

  /** A proxy renews tokens by itself: the person's pages go on with the next one. */
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

  async function signIn(
    tokens: TokenSet,
    way: SignInWay['way'],
    from = '',
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
      logRefusal({ way, code: member.refused, why: inEnglish(member.why) })
      return member
    }
    const { name: who, uid } = member
    members.add(member)
    log({ event: 'session.begin', who, uid, way })
    member.ending.addEventListener('abort', () => {
      members.delete(member)
      store.endWhere((other) => other === member)
      log({ event: 'session.end', who, uid })
      // The member has its tokens until all listeners of its end have run.
      outside(deleteInTime, member.tokens, { who, uid })
    })
    return member
  }

  /** Deletes a token that nobody will use any more. A failure is logged. */
  function deleteInTime(tokens: TokenSet, whose: Readonly<Record<string, string>>): void {
    const deletion = deleteToken(tokens, { endpoint: options.endpoint, connections })
      .catch((error) => {
        const why = inEnglish(causesOf(error))
        log({ event: 'session.tokenNotDeleted', ...whose, why })
      })
      .finally(() => deletions.delete(deletion))
    deletions.add(deletion)
  }

  /**
   * Begins the session of a browser, or of a proxy's token. Its end is the end of the credential,
   * unless a run is under way.
   */
  function begin(member: Member, proxied: string | null = null): string {
    const named = proxied === null ? undefined : nameOf(proxied)
    const token = outside(store.begin, member, member.endsAt, named)
    store.find(token)?.ending.addEventListener('abort', () => {
      // A token that only the API server refused may be taken later: it restarts.
      const isOver = !member.ending.aborted || clock.now() >= member.endsAt
      if (proxied !== null && isOver) refuseFromNow(proxied)
      endAfterRun(member)
    })
    return token
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

  /** The session of a proxy's bearer token, begun by its first call: the gate has removed any other. */
  async function ofProxy(authorization: string): Promise<Session<Member> | null> {
    const token = bearerIn(authorization, LONGEST_TOKEN)
    if (token === null) return null
    const open = store.find(nameOf(token))
    if (open !== null) return open
    const key = digest(token).toString('base64')
    if (refusedTokens.has(key)) return null
    const asked = opening.get(key) ?? signInProxied(token).finally(() => opening.delete(key))
    opening.set(key, asked)
    await asked
    return store.find(nameOf(token))
  }

  async function signInProxied(token: string): Promise<void> {
    const member = await signIn({ ...NO_TOKENS, token }, 'proxy')
    if (!('refused' in member)) begin(member, token)
  }

  /** Refuses the token until its end, or for a day where it names none. */
  function refuseFromNow(token: string): void {
    for (const [key, end] of refusedTokens) if (end <= clock.now()) refusedTokens.delete(key)
    const [first] = refusedTokens.keys()
    if (first !== undefined && refusedTokens.size >= MOST_REFUSED) refusedTokens.delete(first)
    const end = endOfToken(token) ?? clock.now() + OPAQUE_MS
    refusedTokens.set(digest(token).toString('base64'), end)
  }

  async function openOf(proof: Proof): Promise<Session<Member> | null> {
    return proof.authorization === undefined ? ofCookie(proof) : ofProxy(proof.authorization)
  }

  async function memberOf(proof: Proof): Promise<Member | null> {
    return (await openOf(proof))?.data ?? null
  }

  function answer(member: Member | null): SessionAnswer {
    if (member === null) {
      return { mode: 'service', signIn: ways, person: null, binding: null, access: null }
    }
    const { name, uid, groups, endsAt, binding } = member
    const person = {
      ...{ name, uid, groups, idleSeconds: idleMs / 1000 },
      endsAt: new Date(endsAt).toISOString(),
    }
    return { mode: 'service', signIn: ways, person, binding, access: accessOf(member, viewerRole) }
  }

  /** The sign-out page of the provider, for whoever has signed in there. */
  function providersPage(tokens: TokenSet): string | null {
    return tokens.idToken === null ? null : (oidc?.endSessionUrl(tokens) ?? null)
  }

  return {
    get count() {
      return members.size
    },
    authorize(proof) {
      if (proof.authorization !== undefined) return 'session'
      const open = ofCookie(proof)
      if (open === null) return 'missing'
      return isBound(open.data, proof) ? 'session' : 'wrong'
    },
    async caller(proof): Promise<Caller | null> {
      const open = await openOf(proof)
      if (open === null) return null
      const { data: member } = open
      // A browser behind a proxy has the proxy's cookie: it sends the binding as with ours.
      if (proof.cookie !== undefined && !isBound(member, proof)) return null
      const { principal, ending, view } = member
      return {
        ...{ principal, session: ending, viewRight: view.right },
        // The credential of a run outlasts its session, which sees nothing after its end.
        // Made only for a stream: a combined signal for each call costs more than the call's rows.
        get viewing() {
          return AbortSignal.any([view.viewing, open.ending])
        },
      }
    },
    async session(proof) {
      const member = await memberOf(proof)
      // A person who was given the right a moment ago does not wait for the next review.
      if (member !== null && member.view.right !== 'may') {
        await Promise.race([member.lookAgain(), sleep(clock, LOOK_MS)])
      }
      return answer(member)
    },
    async signIn(secret, from): Promise<SignIn> {
      if (!('token' in secret) || !queues.has('token')) {
        return { refused: 'notAllowed', why: [cause('notThisWay')] }
      }
      const token = secret.token.trim()
      if (!/^[A-Za-z0-9._~+/=-]+$/.test(token)) return UNSENDABLE
      const member = await signIn({ ...NO_TOKENS, token }, 'token', from)
      if ('refused' in member) return member
      const cookie = sessionCookie(begin(member))
      return { answer: answer(member), cookie }
    },
    async signOut(proof) {
      const member = await memberOf(proof)
      if (member === null) return { signOutUrl: null }
      const signOutUrl = providersPage(member.tokens)
      const token = bearerIn(proof.authorization, LONGEST_TOKEN)
      if (token !== null) refuseFromNow(token)
      member.end()
      return { signOutUrl }
    },
    seen({ authorization, cookie }) {
      const token = bearerIn(authorization, LONGEST_TOKEN)
      store.seen(token === null ? (sessionOf(cookie) ?? '') : nameOf(token))
    },
    endIdle: store.endIdle,
    reviewAccess() {
      for (const { principal } of members) principal.reviewAccess()
    },
    async beginSignIn(to) {
      if (oidc === null) return null
      try {
        const { location, cookie } = await oidc.begin(to)
        return { location, cookies: [signInCookie(cookie)] }
      } catch (error) {
        const { failed: code, reason } = OidcFailure.of(error)
        logRefusal({ way: 'oidc', code, reason })
        return failed('unreachable')
      }
    },
    async finishSignIn(url, { cookie }, from) {
      if (oidc === null) return null
      const exchange = () => oidc.finish(url, signInOf(cookie) ?? undefined)
      const finished = await exchanges.attempt(from, () => outside(exchange))
      if (finished === null) return failed('slowDown', [])
      if ('failed' in finished) {
        const { failed: code, reason } = finished
        logRefusal({ way: 'oidc', code, reason })
        // The cookie may be of a sign-in that another tab began since.
        return failed(code, reason === 'noSignInUnderWay' ? [] : [NO_SIGN_IN_COOKIE])
      }
      const member = await signIn(finished.tokens, 'oidc', from)
      if ('refused' in member) {
        const { refused } = member
        outside(deleteInTime, finished.tokens, { way: 'oidc', code: refused })
        return failed(refused === 'slowDown' || refused === 'notReady' ? refused : 'notTaken')
      }
      const cookies = [sessionCookie(begin(member)), NO_SIGN_IN_COOKIE]
      return { location: finished.to, cookies }
    },
    async stop() {
      for (const member of [...members]) member.end()
      await Promise.all(deletions)
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

function accessOf({ view: { right, missing, trouble }, name }: Member, role: string): ViewAccess {
  switch (right) {
    case 'may':
      return { mayView: true }
    case 'mayNot':
      return { mayView: false, missing, command: grantCommand(name, role) }
    case 'unknown':
      return { mayView: 'unknown', causes: trouble }
  }
}

/** A proxy's token in the store of sessions. The space keeps a cookie from naming it. */
function nameOf(token: string): string {
  return `proxy ${token}`
}

/** The command by which an admin grants what a viewer needs. */
function grantCommand(name: string, role: string): string {
  return [
    `kubectl create clusterrolebinding ${role}-${suffixOf(name)}`,
    `  --clusterrole=${role}`,
    `  --user=${shellWord(name)}`,
  ].join(' \\\n')
}

/** A part of an object's name, the same for the same person. */
function suffixOf(name: string): string {
  return digest(name).toString('hex').slice(0, 8)
}
