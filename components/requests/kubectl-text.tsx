import { ClusterText } from '#components/ui/cluster-text.tsx'
import { NODE_BOOTSTRAPPER } from '#lib/csr/names.ts'

/** Cut at its start only under a known prefix, so that an unknown one can never hide. */
export function SignerText({ signerName }: { readonly signerName: string }) {
  return (
    <ClusterText
      text={signerName}
      truncate={signerName.startsWith('kubernetes.io/') ? 'start' : 'end'}
    />
  )
}

/** The same for the one recognised account, whose telling part is at the end. */
export function RequestorText({ requestor }: { readonly requestor: string }) {
  return (
    <ClusterText text={requestor} truncate={requestor === NODE_BOOTSTRAPPER ? 'start' : 'end'} />
  )
}
