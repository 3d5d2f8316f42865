import { timingSafeEqual } from 'node:crypto'
import { cause } from '#lib/csr/cause.ts'
import type { LogEntry } from '#lib/kube/log/process-log.ts'
import type { Clock } from '#lib/kube/transport/clock.ts'
import { inEnglish } from '#lib/messages/english.ts'
import { createAllowance } from '#lib/people/allowance.ts'
import { bearerIn, type People, type Proof } from '#lib/people/people.ts'
import type { RunningPrincipal } from '#lib/people/principal.ts'
import { digest, SessionStore } from '#lib/people/session-store.ts'
import { createSignInLines } from '#lib/people/sign-in-lines.ts'
import { OF_PEOPLE, OF_STRANGERS } from '#lib/refusals/limits.ts'

const WRONG_KEY = { refused: 'unauthorized', why: [cause('wrongKey')] } as const
/** On a laptop the API server itself decides each write. */
const ONE_PERSON = { person: 'launch key', viewRight: 'may', mayApprove: true } as const
/** The way in which these people signed in, for the log. */
const WAY = 'launchKey'
/** Longest text read as a token: launch keys and session tokens are far shorter. */
const LONGEST_TOKEN = 512
/** The token of a call; '' without one. */
const tokenIn = ({ authorization }: Proof) => bearerIn(authorization, LONGEST_TOKEN) ?? ''

/**
 * A laptop's people: every session, and the launch key itself, act as the kubeconfig's user. Too
 * many wrong keys get the answer to slow down. The right key never does, so that an attacker cannot
 * lock out its owner. The key is too long to guess.
 */
export function launchKeyPeople(options: {
  readonly launchKey: string
  readonly principal: RunningPrincipal
  readonly clock: Clock
  /** Milliseconds without a visible page after which a session ends. */
  readonly idleMs: number
  readonly log: (entry: LogEntry) => void
}): People {
  const { launchKey, principal, clock, idleMs, log } = options
  const launchDigest = digest(launchKey)
  const wrongKeys = createAllowance(clock.now, OF_STRANGERS.wrongKeys.inAll)
  const sessions = new SessionStore<null>({
    ...{ clock, idleMs, personKey: () => ONE_PERSON.person },
    bounds: () => [{ most: OF_PEOPLE.laptopSessions.inAll, counts: () => true }],
  })
  const logRefusal = createSignInLines(clock, log, OF_STRANGERS.signInLines)

  function isLaunchKey(key: string): boolean {
    return timingSafeEqual(digest(key), launchDigest)
  }

  function tryLaunchKey(key: string): 'launchKey' | 'wrong' | 'slowDown' {
    if (isLaunchKey(key)) return 'launchKey'
    if (wrongKeys.left === 0) return 'slowDown'
    wrongKeys.spend()
    return 'wrong'
  }

  function begin(): string {
    const who = principal.displayName
    const token = sessions.begin(null)
    log({ event: 'session.begin', who, way: WAY })
    const logEnd = () => log({ event: 'session.end', who })
    sessions.find(token)?.ending.addEventListener('abort', logEnd)
    return token
  }

  return {
    get count() {
      return sessions.count
    },
    authorize(proof) {
      const token = tokenIn(proof)
      if (token === '') return 'missing'
      return sessions.find(token) === null ? tryLaunchKey(token) : 'session'
    },
    known(proof) {
      const token = tokenIn(proof)
      return sessions.find(token) !== null || isLaunchKey(token) ? ONE_PERSON : null
    },
    async caller(proof) {
      const token = tokenIn(proof)
      // The launch key ends with the process.
      const session = sessions.find(token)?.ending ?? null
      if (session === null && !isLaunchKey(token)) return null
      return { principal, session, viewing: session, viewRight: 'may' }
    },
    session: async () => ({ mode: 'launchKey' }),
    async signIn(secret, from) {
      switch (tryLaunchKey('key' in secret ? secret.key : '')) {
        case 'launchKey':
          return { answer: { token: begin(), idleSeconds: idleMs / 1000 }, cookie: null }
        case 'slowDown':
          return { refused: 'slowDown', why: [cause('tooManyKeys')] }
        case 'wrong':
          logRefusal(from, {
            ...{ event: 'session.refused', way: WAY, code: WRONG_KEY.refused },
            why: inEnglish(WRONG_KEY.why),
          })
          return WRONG_KEY
      }
    },
    beginSignIn: async () => null,
    finishSignIn: async () => null,
    async signOut(proof) {
      sessions.find(tokenIn(proof))?.end()
      return null
    },
    seen: (proof) => sessions.seen(tokenIn(proof)),
    endIdle: () => sessions.endIdle(),
    reviewAccess: principal.reviewAccess,
    async stop() {
      principal.stop()
    },
  }
}
