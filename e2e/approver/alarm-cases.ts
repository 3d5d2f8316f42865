import { decideByHand, fileServing, wanted } from '#e2e/approver/machines.ts'
import { CSRS, type KubeClient } from '#e2e/fixtures/kube-client.ts'
import { makeCertificate } from '#lib/csr/fixtures/make-certificate.ts'

/**
 * Renews the node's client certificate; a client with the right to write the status then puts
 * another certificate in, of the group that controls the cluster.
 */
export async function issueOtherwise(kube: KubeClient, nodeName: string): Promise<void> {
  const filing = { nodeName, kind: 'renewal', keyName: nodeName } as const
  const { metadata } = await fileServing(kube, filing)
  const path = `${CSRS}/${metadata.name}`
  const certificate = makeCertificate({ ...filing, organizations: ['system:masters'] })
  // Written before the approval: the signer leaves a request that has a certificate.
  const issued = await wanted(
    await kube.call('PATCH', `${path}/status`, {
      contentType: 'application/merge-patch+json',
      body: { status: { certificate } },
    }),
  )
  await decideByHand(kube, issued, 'Approved')
}
