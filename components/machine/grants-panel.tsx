import { GrantsWords } from '#components/decide/grants-text.tsx'
import { useMessages } from '#components/messages.tsx'
import { TitledPanel } from '#components/ui/panel.tsx'
import { isPendingRow } from '#lib/csr/machine/next-request.ts'
import type { RequestDetail } from '#lib/query/domain-types.ts'

/** Rights that an approval would grant; empty once the request is decided. */
export function GrantsPanel({ request }: { readonly request: RequestDetail }) {
  const { grants: texts } = useMessages()
  if (!isPendingRow(request)) return null
  return (
    <TitledPanel title={texts.title}>
      <div className="px-4 py-3">
        <GrantsWords grants={request.grants} />
      </div>
    </TitledPanel>
  )
}
