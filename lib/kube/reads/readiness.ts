import type { Identity } from '#lib/kube/transport/acting-identity.ts'
import { isKubeError, isThrottled, isUnauthorized } from '#lib/kube/transport/errors.ts'
import { send } from '#lib/kube/transport/transport.ts'

/** `unknown`: hidden from this identity, or not answered yet. */
export type Readiness = 'ready' | 'starting' | 'unknown'

/** Milliseconds after which a 403 or 404 is final although the API server does not report ready. */
export const IN_EARNEST_MS = 10_000

/**
 * Whether a refusal is final. A starting API server denies everything (1.36: 40 to 200 ms,
 * `/readyz` too), then answers 404 for existing definitions; `/readyz` gives 500 for another
 * second.
 */
export async function readiness(identity: Identity, signal: AbortSignal): Promise<Readiness> {
  const said = await probe(identity, '/readyz', signal)
  return said === 'away' ? 'starting' : said
}

/**
 * Whether the API server reaches etcd: `/livez` fails within two seconds without it, but not during
 * a shutdown. Without any answer the watches show it. Never rejects.
 */
export async function liveness(identity: Identity, signal: AbortSignal): Promise<Readiness> {
  const said = await probe(identity, '/livez', signal)
  return said === 'away' ? 'unknown' : said
}

/** `away`: no connection. */
async function probe(
  identity: Identity,
  path: string,
  signal: AbortSignal,
): Promise<Readiness | 'away'> {
  // A slower answer counts as not ready.
  const patience = AbortSignal.timeout(5_000)
  try {
    const response = await send(identity, {
      method: 'GET',
      path,
      headers: {},
      body: null,
      signal: AbortSignal.any([signal, patience]),
    })
    await response.body.dump()
    return 'ready'
  } catch (error) {
    if (isHidden(error)) return 'unknown'
    return patience.aborted || isKubeError(error) ? 'starting' : 'away'
  }
}

/**
 * A refusal or a gateway's own page hides the answer. A starting API server answers 429, which does
 * not.
 */
function isHidden(error: unknown): boolean {
  if (!isKubeError(error) || isThrottled(error)) return false
  return (
    isUnauthorized(error) ||
    error.kind === 'redirected' ||
    (error.status >= 400 && error.status < 500)
  )
}
