import type { CheckCode } from '#lib/csr/model.ts'
import { isKubeletSigner, KUBE_APISERVER_CLIENT_KUBELET } from '#lib/csr/names.ts'
import type { DecidableRequest } from '#lib/query/domain-types.ts'

/**
 * Party that acts on a denial of these: a kubelet that waits for one of them, `stranger` where one was asked for by
 * somebody else in the name of a machine that cannot be told from them, `unrelated` where they are asked in a
 * machine's name and none is known to wait, or whoever else has asked.
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

/** By the node itself, or by an identity that new machines share; and no newer one has taken its place. */
function isWaitedFor({ superseded, failing }: DecidableRequest): boolean {
  return !superseded && !failing.some((code) => BY_ANOTHER.has(code))
}

/**
 * Against the machine's own, also those that wait: without a credential of its own it may be whoever was denied.
 * What it had filed after a superseded one is judged as before, and a serving request is asked for by the node.
 */
function countsAgainstOwn({ superseded, signerName }: DecidableRequest): boolean {
  return !superseded && signerName === KUBE_APISERVER_CLIENT_KUBELET
}

const BY_ANOTHER: ReadonlySet<CheckCode> = new Set<CheckCode>([
  'requestor.bootstrapper',
  'requestor.node',
])
