import { isKubeError, isThrottled, isUnauthorized } from '#lib/kube/errors.ts'
import type { Identity } from '#lib/kube/identity.ts'
import { send } from '#lib/kube/transport.ts'

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
  try {
    const response = await send(identity, {
      method: 'GET',
      path: '/readyz',
      headers: {},
      body: null,
      signal: AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]),
    })
    await response.body.dump()
    return 'ready'
  } catch (error) {
    return isHidden(error) ? 'untold' : 'starting'
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
