import { cause } from '#lib/csr/cause.ts'
import { sleep } from '#lib/kube/transport/clock.ts'
import type { Member } from '#lib/people/member.ts'
import { type Finished, NO_TOKENS, NOT_UNDER_WAY } from '#lib/people/oidc/oidc.ts'
import { type FailedSignIn, OidcFailure } from '#lib/people/oidc/oidc-failure.ts'
import type { FinishedSignIn, People, Refusal } from '#lib/people/people.ts'
import { personKey } from '#lib/people/person-key.ts'
import {
  NO_SIGN_IN_COOKIE,
  sessionCookie,
  signInCookie,
  signInOf,
} from '#lib/people/session-cookie.ts'
import { createSignInQueue } from '#lib/people/sign-in-queue.ts'
import { createTeamMembers, type TeamOptions } from '#lib/people/team-members.ts'
import { createTeamSessions, isBound } from '#lib/people/team-sessions.ts'
import { accessOf } from '#lib/people/view-access.ts'
import type { SessionAnswer } from '#lib/wire/session-answers.ts'

/** Answer to a text that cannot be sent as a token. */
const UNSENDABLE: Refusal = { refused: 'wrongToken', why: [cause('wrongToken')] }

/** People who sign in, each with their own credential and rights. */
export function servicePeople(options: TeamOptions): People {
  const { clock, idleMs, ways, oidc, viewerRole } = options
  const members = createTeamMembers(options)
  const sessions = createTeamSessions(members, options)
  /** Queue of calls to the provider for tokens: only the provider knows that a code is wrong. */
  const exchanges = createSignInQueue<Finished | FailedSignIn>(
    clock.now,
    (finished) => 'failed' in finished,
  )

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

  return {
    get count() {
      return members.count()
    },
    authorize(proof) {
      if (proof.authorization !== undefined) return members.hasWay('proxy') ? 'session' : 'wrong'
      const open = sessions.ofCookie(proof.cookie)
      if (open === null) return 'missing'
      return isBound(open.data.member, proof) ? 'session' : 'wrong'
    },
    known(proof) {
      const open = sessions.known(proof)
      if (open === null) return null
      const { member } = open.data
      const { view, principal } = member
      const { approval, reviewedAt } = principal.access
      const mayApprove = reviewedAt === null ? null : approval
      return { person: personKey(member), viewRight: view.right, mayApprove }
    },
    async caller(proof) {
      const open = await sessions.of(proof)
      if (open === null) return null
      const { member } = open.data
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
      const member = (await sessions.of(proof))?.data.member ?? null
      // A person who got the right a moment ago does not wait for the next review.
      if (member !== null && member.view.right !== 'may') {
        // Milliseconds that a page waits for a review before it gets the last answer.
        await Promise.race([member.lookAgain(), sleep(clock, 3_000)])
      }
      return answer(member)
    },
    async signIn(secret, from, proof) {
      if (!('token' in secret) || !members.hasWay('token')) {
        return { refused: 'notAllowed', why: [cause('notThisWay')] }
      }
      const token = secret.token.trim()
      if (!/^[A-Za-z0-9._~+/=-]+$/.test(token)) return UNSENDABLE
      const member = await members.signIn({ ...NO_TOKENS, token }, 'token', from)
      if ('refused' in member) return member
      const cookie = sessionCookie(sessions.begin(member, sessions.ofCookie(proof.cookie)))
      return { answer: answer(member), cookie }
    },
    async signOut(proof) {
      const open = await sessions.of(proof)
      if (open === null) return { signOutUrl: null }
      // The provider's sign-out page, for a person who signed in there.
      const { tokens } = open.data.member
      const signOutUrl = tokens.idToken === null ? null : (oidc?.endSessionUrl() ?? null)
      sessions.signOut(open, proof)
      return { signOutUrl }
    },
    async beginSignIn(to, from, { cookie }) {
      if (oidc === null) return null
      try {
        // The return comes from another site, so it has no cookie of the session.
        const { location, cookie: begun } = await oidc.begin(to, sessions.ofCookie(cookie)?.name)
        return { location, cookies: [signInCookie(begun)] }
      } catch (error) {
        const { failed: code, reason } = OidcFailure.of(error)
        members.logRefusal(from, { way: 'oidc', code, reason })
        return failed('unreachable')
      }
    },
    async finishSignIn(url, { cookie }, from) {
      if (oidc === null) return null
      const begun = signInOf(cookie) ?? undefined
      const exchange = () => members.outside(oidc.finish, url, begun)
      // A return of another browser takes no turn.
      const finished = oidc.isUnderWay(url, begun)
        ? await exchanges.attempt(from, exchange)
        : NOT_UNDER_WAY
      if (finished === null) return failed('slowDown', [])
      if ('failed' in finished) {
        const { failed: code, reason } = finished
        members.logRefusal(from, { way: 'oidc', code, reason })
        // The cookie may belong to a sign-in that another tab began since.
        return failed(code, finished === NOT_UNDER_WAY ? [] : [NO_SIGN_IN_COOKIE])
      }
      const member = await members.signIn(finished.tokens, 'oidc', from)
      if ('refused' in member) {
        const { refused } = member
        members.drop(finished.tokens, from, { way: 'oidc', code: refused })
        return failed(refused === 'slowDown' || refused === 'notReady' ? refused : 'notTaken')
      }
      const token = sessions.begin(member, sessions.named(finished.replaces))
      const cookies = [sessionCookie(token), NO_SIGN_IN_COOKIE]
      return { location: finished.to, cookies }
    },
    seen: sessions.seen,
    endIdle: sessions.endIdle,
    reviewAccess: members.reviewAccess,
    stop: members.stop,
  }
}

function failed(
  code: FailedSignIn['failed'] | 'notTaken' | 'slowDown' | 'notReady',
  cookies = [NO_SIGN_IN_COOKIE],
): FinishedSignIn {
  return { location: `/?signIn=${code}`, cookies }
}
