import { timingSafeEqual } from 'node:crypto'
import type { Member } from '#lib/people/member.ts'
import { NO_TOKENS } from '#lib/people/oidc/oidc.ts'
import { bearerIn, type Proof } from '#lib/people/people.ts'
import { personKey } from '#lib/people/person-key.ts'
import { createRefusedTokens } from '#lib/people/refused-tokens.ts'
import { sessionOf } from '#lib/people/session-cookie.ts'
import { digest, type Session, type SessionBound, SessionStore } from '#lib/people/session-store.ts'
import type { TeamMembers, TeamOptions } from '#lib/people/team-members.ts'
import { OF_PEOPLE } from '#lib/refusals/limits.ts'

/** Longest token that a proxy may pass on. */
const LONGEST_TOKEN = 16_384
/** Milliseconds until an idle person's run is checked again. */
const RUN_LOOK_MS = 15_000

/** The person of a session, and what is left of their earlier sign-ins in the same browser. */
interface Signed {
  readonly member: Member
  /** Members that have not ended: all but the newest have a run, with its own credential. */
  readonly members: Set<Member>
  /** Whether the person might not see when the session began. */
  readonly beganBlind: boolean
}

/** Sessions of browsers, named by our cookie, and of tokens that a proxy passes on. */
export function createTeamSessions(people: TeamMembers, options: TeamOptions) {
  const { clock, idleMs, hasRun } = options
  const store = new SessionStore<Signed>({
    ...{ clock, idleMs, bounds },
    personKey: ({ member }) => personKey(member),
  })
  /** Sign-ins under way, by the digest of the token that a proxy passed on. */
  const opening = new Map<string, Promise<void>>()
  const refusedTokens = createRefusedTokens(clock.now)

  /**
   * People who may not see have a bound of their own: they end no session of those who may. Whoever
   * might see at first stays among those, as all rights are unknown for a moment when a further
   * source is read.
   */
  function bounds(newcomer: Signed): readonly SessionBound<Signed>[] {
    const { sessions, blindSessions } = OF_PEOPLE
    const isBlind = (one: Signed) => one.beganBlind && one.member.view.right === 'mayNot'
    const person = personKey(newcomer.member)
    const { inAll: most } = isBlind(newcomer) ? blindSessions : sessions
    return [
      { most: sessions.ofOne, counts: ({ member }) => personKey(member) === person },
      { most, counts: (one) => isBlind(one) === isBlind(newcomer) },
    ]
  }

  /**
   * Starts the session of a browser, which replaces the one that the browser had, or of a proxy's
   * token. When it ends its credential ends, unless a run is under way.
   */
  function begin(member: Member, before: Session<Signed> | null, proxied?: string): string {
    const named = proxied === undefined ? undefined : nameOf(proxied)
    const members = replace(before, member)
    const signed = { member, members, beganBlind: member.view.right === 'mayNot' }
    const token = people.outside(() => store.begin(signed, member.endsAt, named))
    const session = store.find(token)
    members.add(member)
    member.ending.addEventListener('abort', () => {
      members.delete(member)
      session?.end()
    })
    session?.ending.addEventListener('abort', () => {
      // A token that only the API server refused may be accepted later: the API server may be
      // restarting.
      const isOver = !member.ending.aborted || clock.now() >= member.endsAt
      if (proxied !== undefined && isOver) refusedTokens.add(proxied, personKey(member))
      endAfterRun(member)
    })
    return token
  }

  /**
   * Ends the browser's previous session. A run of the same person goes on with its own credential.
   * Runs of another person end, as if they had signed out. Returns the members that remain.
   */
  function replace(before: Session<Signed> | null, by: Member): Set<Member> {
    if (before === null) return new Set()
    const { member, members } = before.data
    if (personKey(member) === personKey(by)) before.end()
    else endAll(members)
    return members
  }

  function endAfterRun(member: Member): void {
    if (member.ending.aborted) return
    if (hasRun(member.ending)) clock.after(RUN_LOOK_MS, () => endAfterRun(member))
    else member.end()
  }

  function ofCookie(cookie: string | undefined): Session<Signed> | null {
    const token = sessionOf(cookie)
    return token === null ? null : store.find(token)
  }

  /**
   * The session of a proxy's bearer token, which the first call starts. The gate has removed any
   * other bearer token.
   */
  async function ofProxy(authorization: string): Promise<Session<Signed> | null> {
    const token = bearerIn(authorization, LONGEST_TOKEN)
    if (token === null || !people.hasWay('proxy')) return null
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
    const member = await people.signIn({ ...NO_TOKENS, token }, 'proxy', key)
    if (!('refused' in member)) begin(member, null, token)
  }

  return {
    begin,
    ofCookie,
    named: (name: string): Session<Signed> | null => store.named(name),
    /** The open session that a call's headers name. Starts none, and checks no binding. */
    known: (proof: Proof) => store.find(nameIn(proof)),
    /** The session of a call, which a proxy's new token starts. */
    of: async ({ authorization, cookie }: Proof) =>
      authorization === undefined ? ofCookie(cookie) : ofProxy(authorization),
    seen: (proof: Proof) => store.seen(nameIn(proof)),
    endIdle: () => store.endIdle(),
    /** Ends the session of a call, and the runs of its person in that browser. */
    signOut({ data: { member, members } }: Session<Signed>, { authorization }: Proof): void {
      const token = bearerIn(authorization, LONGEST_TOKEN)
      if (token !== null) refusedTokens.add(token, personKey(member))
      endAll(members)
    },
  }
}

/** Ends members, each of which leaves the set as it ends. */
function endAll(members: ReadonlySet<Member>): void {
  for (const member of [...members]) member.end()
}

/** Whether the call has the binding of this person's pages. */
export function isBound({ binding }: Member, { binding: sent = '' }: Proof): boolean {
  return timingSafeEqual(digest(binding), digest(sent))
}

/** Key of a proxy's token in the store of sessions. Its blank keeps a cookie from naming it. */
function nameOf(token: string): string {
  return `proxy ${token}`
}

/** Key in the store of the session that a call's headers name; '' for none. */
function nameIn({ authorization, cookie }: Proof): string {
  const token = bearerIn(authorization, LONGEST_TOKEN)
  return token === null ? (sessionOf(cookie) ?? '') : nameOf(token)
}
