import { KUBE_APISERVER_CLIENT_KUBELET, KUBELET_SERVING } from '#lib/csr/names.ts'
import { isPending } from '#lib/query/board.ts'
import type { ListedMachine, ListedRequest } from '#lib/query/wire.ts'

/** What an action is about: a machine, or a request that stands under none. */
export type Target =
  | { readonly kind: 'machine'; readonly machine: ListedMachine }
  | { readonly kind: 'request'; readonly request: ListedRequest }

/** The name a person reads: the node's, or the request's own. */
export function targetName(target: Target): string {
  return target.kind === 'machine' ? target.machine.name : target.request.name
}

/** Which of a machine's two certificates a request is for. */
export function purposeOf(signerName: string): 'client' | 'serving' | 'other' {
  if (signerName === KUBE_APISERVER_CLIENT_KUBELET) return 'client'
  return signerName === KUBELET_SERVING ? 'serving' : 'other'
}

/**
 * The request that the next step is about: the newest pending one of the step's signer, which is
 * the only one whose key the kubelet still holds. For `review` the newest pending of all.
 */
export function nextRequest(target: Target): ListedRequest | null {
  if (target.kind === 'request') return isPending(target.request) ? target.request : null
  const { machine } = target
  const pending = machine.requests.filter(isPending)
  const signerName =
    machine.next === 'approveClient'
      ? KUBE_APISERVER_CLIENT_KUBELET
      : machine.next === 'approveServing'
        ? KUBELET_SERVING
        : null
  const ofSigner =
    signerName === null ? pending : pending.filter((request) => request.signerName === signerName)
  return ofSigner.find(({ superseded }) => !superseded) ?? ofSigner[0] ?? null
}
