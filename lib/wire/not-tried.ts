import { type Cause, cause } from '#lib/csr/cause.ts'
import type { Loss, Outcome } from '#lib/wire/wire.ts'

/**
 * How an item ends that was not tried because what all of them need was lost: the server says it of what it
 * has not begun, the page of what it has not sent.
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
