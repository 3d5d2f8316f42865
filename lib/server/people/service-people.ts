import { AsyncLocalStorage } from 'node:async_hooks'
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { cause } from '#lib/csr/cause.ts'
import { shellWord } from '#lib/csr/shell-words.ts'
import { createConnections } from '#lib/kube/credentials/connections.ts'
import { type Clock, sleep } from '#lib/kube/transport/clock.ts'
import { causesOf } from '#lib/kube/transport/errors.ts'
import { inEnglish } from '#lib/messages/english.ts'
import { createAllowance } from '#lib/server/door/allowance.ts'
import { createSessionStore, digest } from '#lib/server/door/session-store.ts'
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
import { createReviewQueue } from '#lib/server/people/review-queue.ts'
import {
  NO_SIGN_IN_COOKIE,
  sessionCookie,
  sessionOf,
  signInCookie,
  signInOf,
} from '#lib/server/people/session-cookie.ts'
import { endOfToken } from '#lib/server/people/token-end.ts'
import type { SessionAnswer, SignInWay, ViewAccess } from '#lib/wire/session-answers.ts'

export interface ServicePeopleOptions
  extends Omit<
    MemberOptions,
    'refresh' | 'bindingOf' | 'impersonation' | 'inTurn' | 'connections'
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
  /** Whether a run of that session is under way: it goes on while no page is visible. */
  readonly hasRun: (session: AbortSignal) => boolean
  readonly log: (entry: Readonly<Record<string, unknown>>) => void
}

/** Answer to a text that could not be sent as a token. */
const UNSENDABLE: Refused = { refused: 'wrongToken', why: [cause('wrongToken')] }
/** Sessions at once of one person; beyond it their oldest ends. */
const SESSIONS_OF_ONE = 10
/** Wrong tokens at once, and milliseconds until one more is tried. */
const WRONG_TOKENS = { burst: 30, forgiveMs: 1_000 }
/** Lines of refused sign-ins at once, and milliseconds until one more is written. */
const REFUSAL_LINES = { burst: 30, forgiveMs: 3_000 }
/** Longest that a page waits for a review before it is told the last answer, milliseconds. */
const LOOK_MS = 3_000
/** Sign-ins of one way that wait for the API server at the same time. */
const MOST_SIGNING_IN = 50
/** Characters of a token that a proxy passes on. */
const LONGEST_TOKEN = 16_384
/** Milliseconds for which a token lasts that does not name its end: OpenShift's last a day. */
const OPAQUE_MS = 24 * 60 * 60_000
/** Milliseconds after which an idle person's run is looked at again. */
const RUN_LOOK_MS = 15_000
/** Reviews of all people under way, and the longest wait for one, milliseconds. */
const REVIEWS = { atOnce: 8, longestMs: 5_000 }

/** People who sign in, each with their own credential and rights. */
export function servicePeople(options: ServicePeopleOptions): People {
  const { clock, idleMs, ways, oidc, viewerRole, hasRun, log } = options
  const personOf = ({ name, uid }: Pick<Member, 'name' | 'uid'>) => `${uid} ${name}`
  const store = createSessionStore<Member>({ clock, idleMs, personOf, limit: SESSIONS_OF_ONE })
  /** Each way has its own room, so that wrong tokens of one keep nobody out of the others. */
  const rooms = new Map(
    ways.map(({ way }) => [way, { wrong: createAllowance(clock.now, WRONG_TOKENS), waiting: 0 }]),
  )
  const bindingKey = randomBytes(32)
  const refusalLines = createAllowance(clock.now, REFUSAL_LINES)
  const members = new Set<Member>()
  /** Runs a function outside of the calling request: timers and sockets would keep all of it. */
  const outside = AsyncLocalStorage.snapshot()
  const inTurn = createReviewQueue({ clock, ...REVIEWS })
  // Unlimited: each person's pacer and the review queue bound their calls.
  const connections = createConnections(options.endpoint, null)
  /** Members by the digest of a token that a proxy has passed on. */
  const proxied = new Map<string, Promise<Member | Refused>>()
  /** Ends of signed-out tokens of a proxy, by their digests: its cookie may be left, or stolen. */
  const signedOut = new Map<string, number>()
  /** Deletions of tokens under way. None rejects. */
  const deletions = new Set<Promise<void>>()

  /** A proxy renews tokens by itself: the person's pages go on with the next one. */
  function proxiedBinding(person: Pick<Member, 'name' | 'uid'>): string {
    return createHmac('sha256', bindingKey).update(personOf(person)).digest('base64url')
  }

  /** Anybody can cause these lines: a flood must not push decisions out of the record. */
  function logRefusal(facts: Readonly<Record<string, string>>): void {
    if (refusalLines.spent()) return
    refusalLines.spend()
    log({ event: 'session.refused', ...facts })
  }

  async function signIn(tokens: TokenSet, way: SignInWay['way']): Promise<Member | Refused> {
    const room = rooms.get(way)
    if (room === undefined) return { refused: 'notAllowed', why: [cause('notThisWay')] }
    if (room.wrong.spent() || room.waiting >= MOST_SIGNING_IN) {
      return { refused: 'slowDown', why: [cause('tooManyKeys')] }
    }
    room.waiting += 1
    const refresh = way === 'oidc' && oidc !== null ? oidc.refresh : null
    const impersonation = way === 'oidc' ? options.impersonation : null
    const bound = way === 'proxy' ? { bindingOf: proxiedBinding } : {}
    const how = { ...options, refresh, impersonation, inTurn, connections, ...bound }
    const member = await outside(signInMember, tokens, how).finally(() => {
      room.waiting -= 1
    })
    if ('refused' in member) {
      if (member.refused === 'wrongToken') room.wrong.spend()
      logRefusal({ way, code: member.refused, why: inEnglish(member.why) })
      return member
    }
    const { name: who, uid } = member
    endOldest(member)
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

  /** Makes room for one more of that person: a proxy passes on as many tokens as a person has. */
  function endOldest(member: Member): void {
    const theirs = [...members].filter((other) => personOf(other) === personOf(member))
    const idle = theirs.filter(({ ending }) => !hasRun(ending))
    for (const oldest of idle.slice(0, Math.max(0, theirs.length - SESSIONS_OF_ONE + 1))) {
      oldest.end()
    }
  }

  /** Begins a browser's session. Its end is the end of the credential, unless a run is under way. */
  function begin(member: Member): string {
    const token = outside(store.begin, member, member.endsAt)
    store.find(token)?.ending.addEventListener('abort', () => endAfterRun(member))
    return token
  }

  function endAfterRun(member: Member): void {
    if (member.ending.aborted) return
    if (hasRun(member.ending)) clock.after(RUN_LOOK_MS, () => endAfterRun(member))
    else member.end()
  }

  function ofCookie({ cookie }: Pick<Proof, 'cookie'>): Member | null {
    const token = sessionOf(cookie)
    return token === null ? null : (store.find(token)?.data ?? null)
  }

  function isBound({ binding }: Member, { binding: sent = '' }: Proof): boolean {
    return timingSafeEqual(digest(binding), digest(sent))
  }

  /** A proxy's bearer token: the gate has removed any other. */
  function ofProxy(authorization: string): Promise<Member | Refused> {
    const token = bearerIn(authorization, LONGEST_TOKEN)
    if (token === null) return Promise.resolve(UNSENDABLE)
    const key = digest(token).toString('base64')
    if (signedOut.has(key)) return Promise.resolve(UNSENDABLE)
    const known = proxied.get(key)
    if (known !== undefined) return known
    const asked = signIn({ ...NO_TOKENS, token }, 'proxy')
    proxied.set(key, asked)
    void asked.then((member) => {
      if ('refused' in member) proxied.delete(key)
      else member.ending.addEventListener('abort', () => proxied.delete(key))
    })
    return asked
  }

  /** Refuses the token until its end, or for a day where it names none. */
  function refuseFromNow(token: string): void {
    for (const [key, end] of signedOut) if (end <= clock.now()) signedOut.delete(key)
    signedOut.set(digest(token).toString('base64'), endOfToken(token) ?? clock.now() + OPAQUE_MS)
  }

  async function memberOf(proof: Proof): Promise<Member | null> {
    if (proof.authorization === undefined) return ofCookie(proof)
    const member = await ofProxy(proof.authorization)
    return 'refused' in member || member.ending.aborted ? null : member
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
      const member = ofCookie(proof)
      if (member === null) return 'missing'
      return isBound(member, proof) ? 'session' : 'wrong'
    },
    async caller(proof): Promise<Caller | null> {
      const browser = sessionOf(proof.cookie)
      const isOpen = browser === null ? null : store.find(browser)
      const member = proof.authorization === undefined ? isOpen?.data : await memberOf(proof)
      // A browser behind a proxy has the proxy's cookie: it sends the binding as with ours.
      if (!member || (proof.cookie !== undefined && !isBound(member, proof))) return null
      const { principal, ending, view } = member
      return {
        ...{ principal, session: ending, viewRight: view.right },
        // The credential of a run outlasts its browser's session, which sees nothing after its end.
        // Made only for a stream: a combined signal for each call costs more than the call's rows.
        get viewing() {
          const { viewing } = view
          return isOpen?.data === member ? AbortSignal.any([viewing, isOpen.ending]) : viewing
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
    async signIn(secret): Promise<SignIn> {
      if (!('token' in secret) || !rooms.has('token')) {
        return { refused: 'notAllowed', why: [cause('notThisWay')] }
      }
      const token = secret.token.trim()
      if (!/^[A-Za-z0-9._~+/=-]+$/.test(token)) return UNSENDABLE
      const member = await signIn({ ...NO_TOKENS, token }, 'token')
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
    seen({ cookie }) {
      store.seen(sessionOf(cookie) ?? '')
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
    async finishSignIn(url, { cookie }) {
      if (oidc === null) return null
      const finished = await oidc.finish(url, signInOf(cookie) ?? undefined)
      if ('failed' in finished) {
        const { failed: code, reason } = finished
        logRefusal({ way: 'oidc', code, reason })
        // The cookie may be of a sign-in that another tab began since.
        return failed(code, reason === 'noSignInUnderWay' ? [] : [NO_SIGN_IN_COOKIE])
      }
      const member = await signIn(finished.tokens, 'oidc')
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
