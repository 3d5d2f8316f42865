import { cause } from '#lib/csr/cause.ts'
import { whoAmI } from '#lib/kube/reads/access-reviews.ts'
import { IN_EARNEST_MS } from '#lib/kube/reads/readiness.ts'
import {
  type ActingIdentity,
  actsAsItself,
  type Connection,
  type Identity,
} from '#lib/kube/transport/acting-identity.ts'
import { type Clock, stopwatch, systemClock } from '#lib/kube/transport/clock.ts'
import { isForbidden, isUnauthorized, KubeError, retryAfterMs } from '#lib/kube/transport/errors.ts'

/**
 * The username that the API server sees for an identity. Asked once for each credential, as a token
 * file may hold another person's token at any moment.
 */
export interface Actor {
  /** The last answer; '' before the first one, and where the API server does not answer. */
  readonly username: string
  /** Asks the API server now. Rejects with a KubeError, like `name`. */
  ask(signal?: AbortSignal): Promise<string>
  /** The username of the current credential. */
  name(): Promise<string>
  /** The identity while its credential has that username; otherwise nothing is sent. */
  as(username: string): ActingIdentity
  /** The identity whatever its username, for the one write that must not wait: the kill switch. */
  readonly anyway: ActingIdentity
  /** The credential is over: keeps nothing of it. A run that has ended keeps its actor for its report. */
  forget(): void
}

interface Known {
  readonly connection: Connection
  readonly username: string
}

export function createActor(
  identity: Identity,
  onOther: (username: string) => void,
  clock: Clock = systemClock,
): Actor {
  let known: Known | null = null
  let asking: {
    readonly connection: Connection
    readonly answer: Promise<Known>
  } | null = null
  /** The current connection: an answer for an earlier one is outdated. */
  let latest: Connection | null = null
  /** Stopwatch since the first denied question. */
  let denied: (() => number) | null = null

  async function connect(how: { readonly renew: boolean }): Promise<Connection> {
    const connection = await identity.connect(how)
    latest = connection
    return connection
  }

  async function ask(signal?: AbortSignal): Promise<Known> {
    let connection = await connect({ renew: false })
    const noted: Identity = {
      ...identity,
      // The last connection is the one that was answered: after a 401 a renewed one is used.
      async connect(how) {
        connection = await connect(how)
        return connection
      },
    }
    const username = await answered(whoAmI(noted, signal))
    const before = known
    const now = { connection, username }
    if (latest !== connection) return now
    known = now
    if (before !== null && before.username !== username) onOther(username)
    return now
  }

  /**
   * A starting API server answers 403 to everyone, its gateway 404: keeps the known username until
   * that has lasted.
   */
  async function answered(asked: Promise<string>): Promise<string> {
    let username = ''
    try {
      username = await asked
    } catch (error) {
      if (!isForbidden(error)) {
        denied = null
        throw error
      }
      denied ??= stopwatch(clock)
    }
    const wasSomebody = known !== null && known.username !== ''
    if (username !== '') denied = null
    else if (wasSomebody) denied ??= stopwatch(clock)
    if (denied === null || denied() >= IN_EARNEST_MS) return username
    throw new KubeError(cause('actorUnknown'), { kind: 'network' })
  }

  async function knownBy(connection: Connection): Promise<Known> {
    // An empty username may come from a denied question: ask again.
    if (known?.connection === connection && known.username !== '') return known
    if (asking?.connection !== connection) {
      const answer = ask().finally(() => {
        if (asking?.answer === answer) asking = null
      })
      asking = { connection, answer }
    }
    return asking.answer
  }

  return {
    get username() {
      return known?.username ?? ''
    },
    ask: async (signal) => (await ask(signal)).username,
    name: async () => (await knownBy(await connect({ renew: false }))).username,
    anyway: actsAsItself(identity),
    forget() {
      known = null
      latest = null
      asking = null
    },
    as: (username) =>
      actsAsItself({
        ...identity,
        async connect(how) {
          const now = await knownBy(await connect(how)).catch(rejectUnsent)
          if (now.username === username) return now.connection
          throw new KubeError(cause('actorChanged'), { kind: 'otherActor', sent: false })
        },
      }),
  }
}

/** Rejects as unsent: the call itself never left, whatever failed before it. */
function rejectUnsent(error: unknown): never {
  if (isUnauthorized(error)) throw error
  throw new KubeError(
    cause('actorUnknown'),
    { kind: 'network', sent: false, retryAfterMs: retryAfterMs(error) },
    { cause: error },
  )
}
