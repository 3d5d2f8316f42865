import { GrantsWords } from '#components/decide/grants-text.tsx'
import { useMessages } from '#components/ui/messages.tsx'
import { TitledPanel } from '#components/ui/panel.tsx'
import { isKubeletSigner } from '#lib/csr/names.ts'
import { isPendingRow } from '#lib/csr/rows/next-request.ts'
import type { RequestDetail } from '#lib/csr/rows/rows.ts'

/**
 * Rights that an approval would grant. Empty for a decided request, and for a refused request of a
 * kubelet.
 */
export function GrantsPanel({ request }: { readonly request: RequestDetail }) {
  const { grants: texts } = useMessages()
  const isRefused = request.verdict === 'refused' && isKubeletSigner(request.signerName)
  if (!isPendingRow(request) || isRefused) return null
  return (
    <TitledPanel title={texts.title}>
      <div className="px-4 py-3">
        <GrantsWords grants={request.grants} />
      </div>
    </TitledPanel>
  )
}
