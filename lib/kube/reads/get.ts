import { cause } from '#lib/csr/cause.ts'
import type { Identity } from '#lib/kube/credentials/acting-identity.ts'
import { monotonicClock } from '#lib/kube/transport/clock.ts'
import { isForbidden, isNotFound, KubeError } from '#lib/kube/transport/errors.ts'
import { call } from '#lib/kube/transport/transport.ts'
import { IN_EARNEST_MS, readiness } from '#lib/kube/watch/readiness.ts'

/** GET of one path of the API server: its parsed JSON. Rejects with a KubeError. */
export type Get = (path: string, signal: AbortSignal) => Promise<unknown>

/**
 * As this identity. What it rejects with as forbidden or not found is an answer: the API server had
 * not said before that it is still starting, when it says so of everything (lib/kube/watch/readiness.ts), or
 * has been saying that for ten seconds, as one does that is never ready. `now` in milliseconds, from any
 * moment on.
 */
export function getAs(identity: Identity, now: () => number = monotonicClock.now): Get {
  let startingSince: number | null = null
  const get: Get = async (path, signal) =>
    (await call(identity, { method: 'GET', path, signal })).body

  async function isMeant(signal: AbortSignal): Promise<boolean> {
    const isStarting = (await readiness(identity, signal)) === 'starting'
    startingSince = isStarting ? (startingSince ?? now()) : null
    return startingSince === null || now() - startingSince >= IN_EARNEST_MS
  }

  return async (path, signal) => {
    try {
      return await get(path, signal)
    } catch (error) {
      if (!isForbidden(error) && !isNotFound(error)) throw error
      if (!(await isMeant(signal))) {
        throw new KubeError(cause('apiServerStarting'), { kind: 'status', status: 503 })
      }
      // The word may have come just after: what counts is what it says now.
      return get(path, signal)
    }
  }
}
