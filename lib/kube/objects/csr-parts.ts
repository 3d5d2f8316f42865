import type { Csr } from '#lib/csr/model.ts'
import { KUBELET_SIGNERS } from '#lib/csr/names.ts'
import { CSRS, type Resource } from '#lib/kube/objects/resources.ts'

/** Requests are followed in three parts, so that a flood of one part cannot hide another. */
export const CLIENT_CSRS = ofSigner(KUBELET_SIGNERS.clientCsrs)
export const SERVING_CSRS = ofSigner(KUBELET_SIGNERS.servingCsrs)

/**
 * Most requests of other signers. OVN and multus file two a node: twice what the largest cluster
 * that is measured files at once; they cost some 200 MB.
 */
export const MOST_OTHER_CSRS = 20_000

/** Signers that can be left out: each costs one more list, and their names one longer address. */
const MOST_LEFT_OUT = 8
/** Least share of the requests that a signer to be left out has. */
const LEAST_SHARE = 0.1
/** A name that the API server takes, in full; a cut one would select nothing. */
const SIGNER_NAME = /^[a-z0-9./-]{1,571}$/

export const OTHER_CSRS = otherCsrs(MOST_OTHER_CSRS)

function ofSigner(signerName: string): Resource<Csr> {
  return {
    ...CSRS,
    name: `certificate signing requests of ${signerName}`,
    fieldSelector: `spec.signerName=${signerName}`,
  }
}

/** Requests of all signers but the kubelets' and those left out. */
export function otherCsrs(most: number, leftOut: readonly string[] = []): Resource<Csr> {
  const excluded = [...Object.values(KUBELET_SIGNERS), ...leftOut]
  return {
    ...CSRS,
    name: 'certificate signing requests of other signers',
    fieldSelector: excluded.map((signerName) => `spec.signerName!=${signerName}`).join(','),
    most,
    overflow: {
      leftOut,
      narrow(items) {
        const signerName = leftOut.length < MOST_LEFT_OUT ? loudestOf(items) : null
        return signerName === null ? null : otherCsrs(most, [...leftOut, signerName])
      },
    },
  }
}

/** The signer with the most requests; null where none has a tenth of them. */
function loudestOf(items: readonly Csr[]): string | null {
  const counts = new Map<string, number>()
  let loudest: string | null = null
  for (const { signerName } of items) {
    const count = (counts.get(signerName) ?? 0) + 1
    counts.set(signerName, count)
    if (loudest === null || count > (counts.get(loudest) ?? 0)) loudest = signerName
  }
  if (loudest === null || !SIGNER_NAME.test(loudest)) return null
  return (counts.get(loudest) ?? 0) >= items.length * LEAST_SHARE ? loudest : null
}
