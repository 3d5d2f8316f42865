import { isKubeletSigner } from '#lib/csr/names.ts'

/** Pending requests of one signer. */
export interface PendingRequests {
  count: number
  /** Creation time of the oldest request, milliseconds since the epoch. */
  oldestAt: number
}

/**
 * Most signers with a label of their own: clients invent names. The rest is counted together,
 * kubelets' signers never.
 */
const MOST_SIGNERS = 50

/** Counts a pending request; returns its signer's label. */
export function addPending(
  pending: Map<string, PendingRequests>,
  signerName: string,
  createdAt: number,
): string {
  const isNamed =
    isKubeletSigner(signerName) || pending.has(signerName) || pending.size < MOST_SIGNERS
  const signer = isNamed ? signerName : 'other'
  const known = pending.get(signer) ?? { count: 0, oldestAt: createdAt }
  known.count += 1
  known.oldestAt = Math.min(known.oldestAt, createdAt)
  pending.set(signer, known)
  return signer
}
