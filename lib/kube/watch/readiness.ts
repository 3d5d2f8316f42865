import type { Identity } from '#lib/kube/credentials/acting-identity.ts'
import { isKubeError, isThrottled, isUnauthorized } from '#lib/kube/transport/errors.ts'
import { send } from '#lib/kube/transport/transport.ts'

/** `untold`: it says that to nobody of our rights, or not yet. */
export type Readiness = 'ready' | 'starting' | 'untold'

/** Where it does not say that it is ready, a no is meant that has lasted so long, milliseconds. */
export const IN_EARNEST_MS = 10_000

/** Whoever takes longer to say that it is ready is not. */
const PATIENCE_MS = 5_000

/**
 * Whether the API server's "no" can be believed. One that starts has not read its own rules yet and
 * denies everything to everybody (1.36: for 40 to 200 ms, `/readyz` too); for another moment it answers
 * 404 to definitions that it has. Until a second later `/readyz` says 500. Never rejects.
 */
export async function readiness(identity: Identity, signal: AbortSignal): Promise<Readiness> {
  const said = await probe(identity, '/readyz', signal)
  return said === 'away' ? 'starting' : said
}

/**
 * Whether it reaches its store, of which `/livez` says no within two seconds. Unlike `/readyz` it says yes
 * while it is being shut down. Where nothing answers at all, the watches tell. Never rejects.
 */
export async function liveness(identity: Identity, signal: AbortSignal): Promise<Readiness> {
  const said = await probe(identity, '/livez', signal)
  return said === 'away' ? 'untold' : said
}

/** `away`: there is no connection. */
async function probe(
  identity: Identity,
  path: string,
  signal: AbortSignal,
): Promise<Readiness | 'away'> {
  const patience = AbortSignal.timeout(PATIENCE_MS)
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
    if (isHidden(error)) return 'untold'
    return patience.aborted || isKubeError(error) ? 'starting' : 'away'
  }
}

/** Somebody is there and tells us something else: a gateway's own page, or no. One that starts says 429, too. */
function isHidden(error: unknown): boolean {
  if (!isKubeError(error) || isThrottled(error)) return false
  return (
    isUnauthorized(error) ||
    error.kind === 'redirected' ||
    (error.status >= 400 && error.status < 500)
  )
}
