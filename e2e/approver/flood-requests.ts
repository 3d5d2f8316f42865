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

/** Number of keys, even: no two requests with one key at the same time, and quick to make. */
const KEYS = 16

/**
 * Files thousands of serving requests of one node, every other one valid, the rest for a victim's
 * address. `onNext` gets the number of each, from 0, before it is sent.
 */
export async function floodFrom(
  kube: KubeClient,
  { nodeName, address, victim, count }: Flood,
  onNext: (number: number) => void = () => {},
): Promise<void> {
  const requests = Array.from({ length: KEYS }, (_, number) =>
    makeRequest({
      nodeName,
      dnsNames: [nodeName],
      ipAddresses: number % 2 === 0 ? [address] : [address, victim],
      keyName: `${nodeName}-flood-${number}`,
    }),
  )
  const numbers = Array.from({ length: count }, (_, number) => number)
  await eachOf(numbers, (number) => {
    onNext(number)
    return file(kube, {
      request: requests[number % KEYS] ?? '',
      signerName: KUBELET_SERVING,
      usages: ['digital signature', 'server auth'],
      as: nodeRequestor(nodeName),
    })
  })
}
