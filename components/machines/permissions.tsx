import { createContext, type ReactNode, use, useMemo } from 'react'
import { useOffReason } from '#components/decide/off-reason.tsx'
import { purposeOf } from '#components/decide/target.ts'
import type { OffReason } from '#components/ui/button.tsx'
import { KUBE_APISERVER_CLIENT_KUBELET, KUBELET_SERVING } from '#lib/csr/names.ts'

/** Reasons that client and serving requests cannot be decided now; null where they can. */
export interface Off {
  readonly client: OffReason | null
  readonly serving: OffReason | null
}

const OffContext = createContext<Off>({ client: null, serving: null })

/** Computes the reasons once for the page instead of once for each row. */
export function OffProvider({ children }: { readonly children: ReactNode }) {
  return <OffContext value={useStableOff()}>{children}</OffContext>
}

function useStableOff(): Off {
  const client = useOffReason(KUBE_APISERVER_CLIENT_KUBELET)
  const serving = useOffReason(KUBELET_SERVING)
  return useMemo(() => ({ client, serving }), [client, serving])
}

export function useOff(): Off {
  return use(OffContext)
}

/** The reason that concerns requests of this signer. */
export function offFor(off: Off, signerName: string): OffReason | null {
  return purposeOf(signerName) === 'client' ? off.client : off.serving
}
