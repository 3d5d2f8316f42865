import { cause } from '#lib/csr/cause.ts'
import type { Sessions } from '#lib/server/door/sessions.ts'
import type { People } from '#lib/server/people/people.ts'
import type { RunningPrincipal } from '#lib/server/people/principal.ts'

/** A laptop's people: every session, and the launch key itself, act as the kubeconfig's user. */
export function launchKeyPeople(sessions: Sessions, principal: RunningPrincipal): People {
  return {
    get count() {
      return sessions.count
    },
    authorize: ({ authorization }) => sessions.authorize(authorization),
    async caller({ authorization }) {
      const session = sessions.ending(authorization)
      if (session?.aborted === true) return null
      return { principal, session, viewing: session, viewRight: 'may' }
    },
    session: async () => ({ mode: 'launchKey' }),
    async signIn(secret) {
      const exchange = sessions.exchange('key' in secret ? secret.key : '')
      if (!('refused' in exchange)) return { answer: exchange, cookie: null }
      return exchange.refused === 'slowDown'
        ? { refused: 'slowDown', why: [cause('tooManyKeys')] }
        : { refused: 'unauthorized', why: [cause('wrongKey')] }
    },
    beginSignIn: async () => null,
    finishSignIn: async () => null,
    async signOut({ authorization }) {
      sessions.end(authorization)
      return null
    },
    seen: ({ authorization }) => sessions.seen(authorization),
    endIdle: sessions.endIdle,
    reviewAccess: principal.reviewAccess,
    async stop() {
      principal.stop()
    },
  }
}
