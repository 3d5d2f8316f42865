import { eachOf } from '#e2e/approver/traffic-requests.ts'
import { file, type KubeClient } from '#e2e/fixtures/kube-client.ts'
import { makeRequest, nodeRequestor } from '#lib/csr/fixtures/make-csr.ts'
import { KUBELET_SERVING } from '#lib/csr/names.ts'

export interface Flood {
  readonly nodeName: string
  readonly address: string
  /** Another machine's address. */
  readonly victim: string
  readonly count: number
}

/** Enough for no two at the same time to be of the same key, and few enough to be made quickly. */
const KEYS = 16

/**
 * Thousands of serving requests of one node, as fast as they are taken: every other one asks for
 * what is the node's own, the rest for a victim's address. `onNext` is told the number of each,
 * from 0, before it is sent.
 */
export async function floodFrom(
  kube: KubeClient,
  { nodeName, address, victim, count }: Flood,
  onNext: (number: number) => void = () => {},
): Promise<void> {
  const numbers = Array.from({ length: count }, (_, number) => number)
  await eachOf(numbers, (number) => {
    onNext(number)
    return file(kube, {
      request: makeRequest({
        nodeName,
        dnsNames: [nodeName],
        ipAddresses: number % 2 === 0 ? [address] : [address, victim],
        keyName: `${nodeName}-flood-${number % KEYS}`,
      }),
      signerName: KUBELET_SERVING,
      usages: ['digital signature', 'server auth'],
      as: nodeRequestor(nodeName),
    })
  })
}
