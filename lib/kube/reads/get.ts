import { cause } from '#lib/csr/cause.ts'
import { IN_EARNEST_MS, readiness } from '#lib/kube/reads/readiness.ts'
import type { Identity } from '#lib/kube/transport/acting-identity.ts'
import { monotonicClock } from '#lib/kube/transport/clock.ts'
import { isForbidden, isNotFound, KubeError, orNull } from '#lib/kube/transport/errors.ts'
import { call } from '#lib/kube/transport/transport.ts'

/** GETs one path of the API server, parsed. Rejects with a KubeError. */
export type Get = (path: string, signal: AbortSignal) => Promise<unknown>

/** GETs a path; null where it is missing or forbidden. Rejects with any other KubeError. */
export function getOrNull(get: Get, path: string, signal: AbortSignal): Promise<unknown> {
  return orNull(get(path, signal), isNotFound, isForbidden)
}

/**
 * GET as this identity. A 403 or 404 rejects only if the API server does not report that it is
 * starting (lib/kube/reads/readiness.ts), or has for ten seconds. `now`: milliseconds of any clock.
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
      // The readiness may be newer than the refusal: the answer of now counts.
      return get(path, signal)
    }
  }
}
