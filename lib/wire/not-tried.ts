import { type Cause, cause } from '#lib/csr/cause.ts'
import type { Loss, Outcome } from '#lib/wire/wire.ts'

/**
 * Outcome of items that were never sent, by what was lost. Used by the server for its queue and by
 * the page for its own.
 */
export const NOT_TRIED: Readonly<Record<Loss, { readonly outcome: Outcome; readonly why: Cause }>> =
  {
    server: { outcome: 'error', why: cause('stoppedBefore') },
    cluster: { outcome: 'error', why: cause('clusterLost') },
    record: { outcome: 'error', why: cause('recordSilent') },
    identity: { outcome: 'forbidden', why: cause('identityLost') },
    actor: { outcome: 'error', why: cause('actorChanged') },
    actorUnknown: { outcome: 'error', why: cause('actorUnknown') },
  }
