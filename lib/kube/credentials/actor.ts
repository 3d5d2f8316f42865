import { cause } from '#lib/csr/cause.ts'
import type { Connection, Identity } from '#lib/kube/credentials/acting-identity.ts'
import { whoAmI } from '#lib/kube/reads/access-reviews.ts'
import { type Clock, stopwatch, systemClock } from '#lib/kube/transport/clock.ts'
import { isForbidden, isUnauthorized, KubeError, retryAfterMs } from '#lib/kube/transport/errors.ts'
import { IN_EARNEST_MS } from '#lib/kube/watch/readiness.ts'

/**
 * Who the API server takes an identity for. A token file may hold another person's token from one
 * moment to the next, so it is asked for each credential, once: one that is only renewed costs a
 * question.
 */
export interface Actor {
  /** As it was answered last; '' before the first answer, and where the API server does not say. */
  readonly username: string
  /** Asks now. Rejects with a KubeError, as `name` does. */
  ask(signal?: AbortSignal): Promise<string>
  /** By the credential of now. */
  name(): Promise<string>
  /** The identity while its credential is of that name: with anybody else's nothing is sent. */
  as(username: string): Identity
}

interface Known {
  readonly connection: Connection
  readonly username: string
}

interface Asking {
  readonly connection: Connection
  readonly answer: Promise<Known>
}

export function createActor(
  identity: Identity,
  onOther: (username: string) => void,
  clock: Clock = systemClock,
): Actor {
  let known: Known | null = null
  let asking: Asking | null = null
  /** By which the identity goes now: an answer about one before it comes too late. */
  let latest: Connection | null = null
  /** How long it has been answered with no. */
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
      // The last is the one that was answered: who is not accepted shows a renewed one.
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
   * An API server that starts says no to everybody, and a gateway before it that there is no such thing: who
   * was somebody is nobody when that has lasted.
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
    // Who is nobody may have been denied the question: it is asked again.
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
    as: (username) => ({
      ...identity,
      async connect(how) {
        const now = await knownBy(await connect(how)).catch(rejectUnsent)
        if (now.username === username) return now.connection
        throw new KubeError(cause('actorChanged'), { kind: 'otherActor', sent: false })
      },
    }),
  }
}

/** Of the call itself nothing has left, whatever became of the question before it. */
function rejectUnsent(error: unknown): never {
  if (isUnauthorized(error)) throw error
  throw new KubeError(
    cause('actorUnknown'),
    { kind: 'network', sent: false, retryAfterMs: retryAfterMs(error) },
    { cause: error },
  )
}
