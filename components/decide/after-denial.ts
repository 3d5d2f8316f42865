import type { CheckCode } from '#lib/csr/model.ts'
import { isKubeletSigner, KUBE_APISERVER_CLIENT_KUBELET } from '#lib/csr/names.ts'
import type { DecidableRequest } from '#lib/query/mutations.ts'

/**
 * Effect of a denial of these requests. `kubelet`: a kubelet waits for one of them. `stranger`:
 * another sender filed one in the name of a machine, and it counts against that machine.
 * `unrelated`: they name a machine, but no kubelet is known to wait for them.
 */
export function afterDenial(
  requests: readonly DecidableRequest[],
): 'kubelet' | 'stranger' | 'unrelated' | 'other' {
  const ofMachines = requests.filter(
    ({ signerName, nodeName }) => isKubeletSigner(signerName) && nodeName !== null,
  )
  if (ofMachines.some(isWaitedFor)) return 'kubelet'
  if (ofMachines.some(countsAgainstOwn)) return 'stranger'
  return ofMachines.length > 0 ? 'unrelated' : 'other'
}

/**
 * True for the newest request of its signer, filed by the node itself or by a bootstrap identity.
 */
function isWaitedFor({ superseded, failing }: DecidableRequest): boolean {
  return !superseded && !failing.some((code) => BY_ANOTHER.has(code))
}

/**
 * True where a denial makes the machine's own client requests suspicious: without a credential of
 * its own, a new machine cannot be distinguished from the denied sender. Not for superseded
 * requests, nor for serving requests, which the node itself must file.
 */
function countsAgainstOwn({ superseded, signerName }: DecidableRequest): boolean {
  return !superseded && signerName === KUBE_APISERVER_CLIENT_KUBELET
}

const BY_ANOTHER: ReadonlySet<CheckCode> = new Set<CheckCode>([
  'requestor.bootstrapper',
  'requestor.node',
])
