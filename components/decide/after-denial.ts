import type { CheckCode } from '#lib/csr/model.ts'
import { isKubeletSigner } from '#lib/csr/names.ts'
import type { ListedRequest } from '#lib/query/wire.ts'

/**
 * Who acts on a denial of these: a kubelet that waits for one of them, `nobody` where they are asked in a
 * machine's name and none is known to wait, or whoever else has asked.
 */
export function afterDenial(requests: readonly ListedRequest[]): 'kubelet' | 'nobody' | 'other' {
  const ofMachines = requests.filter(
    ({ signerName, nodeName }) => isKubeletSigner(signerName) && nodeName !== null,
  )
  if (ofMachines.some(isWaitedFor)) return 'kubelet'
  return ofMachines.length > 0 ? 'nobody' : 'other'
}

/** By the node itself, or by an identity that new machines share; and no newer one has taken its place. */
function isWaitedFor({ superseded, failing }: ListedRequest): boolean {
  return !superseded && !failing.some((code) => BY_ANOTHER.has(code))
}

const BY_ANOTHER: ReadonlySet<CheckCode> = new Set<CheckCode>([
  'requestor.bootstrapper',
  'requestor.node',
])
