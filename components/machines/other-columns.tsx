import { Info, TriangleAlert } from 'lucide-react'
import Link from 'next/link'
import type { ReactNode } from 'react'
import { Age } from '#components/machines/age.tsx'
import type { HeldRow } from '#components/machines/board-order.ts'
import { RowAction } from '#components/machines/row-action.tsx'
import { Line, ReasonLine } from '#components/reason-line.tsx'
import { requestPath } from '#components/shell/routes.ts'
import { ClusterText } from '#components/ui/cluster-text.tsx'
import type { Columns, RowHeight } from '#components/ui/data-table.tsx'
import { Icon } from '#components/ui/icon.tsx'
import { titleLook } from '#components/ui/link-look.ts'
import { useMessages } from '#components/ui/messages.tsx'
import { hasInvisible } from '#lib/csr/escape.ts'
import type { RequestListRow } from '#lib/wire/views.ts'

/** Pixels with the hairline below; on phones rows are measured. */
export const OTHER_HEIGHT: RowHeight = { row: 49, lines: 108, isMeasured: 'lines' }

/** On phones: name and action; signer; requestor. */
export const otherLines =
  "max-roomy:grid-cols-[minmax(0,1fr)_auto] max-roomy:gap-x-3 max-roomy:gap-y-1 max-roomy:py-3 max-roomy:pr-3 max-roomy:pl-3.5 max-roomy:[grid-template-areas:'name_act''s_s''r_r']"

const of = (cell: (request: RequestListRow) => ReactNode) => (row: HeldRow) =>
  row.item.kind === 'request' && cell(row.item.request)

/** Requests of other signers: listed in full, decided one at a time. */
export const OTHER_COLUMNS: Columns<HeldRow> = {
  request: {
    headLook: 'pl-11!',
    look: 'roomy:pl-11! max-roomy:[grid-area:name]',
    cell: of((request) => (
      <div className="grid min-w-0 leading-[18px]">
        <Link href={requestPath(request.uid)} prefetch={false} className={titleLook}>
          <ClusterText text={request.name} className="font-medium" />
        </Link>
        <Oddity request={request} />
      </div>
    )),
  },
  signer: {
    width: 'w-[236px] wide:w-[24%]',
    look: 'leading-[18px] text-fg-2 max-roomy:[grid-area:s]',
    cell: of(({ signerName }) => <ClusterText text={signerName} truncate="lines" />),
  },
  requestor: {
    width: 'w-[306px] wide:w-[30%]',
    look: 'leading-[18px] text-fg-2 max-roomy:[grid-area:r]',
    cell: of(({ requestor }) => <ClusterText text={requestor} truncate="lines" />),
  },
  age: {
    isWideOnly: true,
    width: 'w-[76px]',
    look: 'text-fg-2 tabular-nums',
    cell: of(({ createdAt }) => <Age of={createdAt} />),
  },
  action: {
    isHeadSpoken: true,
    width: 'w-[172px] wide:w-[188px]',
    look: 'max-roomy:[grid-area:act]',
    cell: of((request) => <RowAction target={{ kind: 'request', request }} />),
  },
}

/** Findings by which the certificate gives, or may give, control of the cluster. */
const OF_CONTROL: readonly string[] = ['grantsControl', 'otherSignerControl']

/** Notes on the request, the worst first. */
function Oddity({ request }: { readonly request: RequestListRow }) {
  const { board } = useMessages()
  const { reason, verdict } = request
  if (reason !== null && OF_CONTROL.includes(reason.finding)) {
    return (
      <span className="flex min-w-0 items-center gap-[5px] text-xs text-bad-fg">
        <Icon of={TriangleAlert} size="small" />
        <ReasonLine reason={reason} verdict={verdict} />
      </span>
    )
  }
  if (hasOddName(request.name)) {
    return (
      <span className="flex min-w-0 items-center gap-[5px] text-xs text-warn-fg">
        <Icon of={Info} size="small" />
        <Line text={board.others.hostileName} />
      </span>
    )
  }
  return <ReasonLine reason={reason} verdict={verdict} className="text-xs text-fg-3" />
}

/** True for a name unlike those of kubelets and tools: Kubernetes lets a request have any name. */
function hasOddName(name: string): boolean {
  return hasInvisible(name) || !/^[A-Za-z0-9]([-A-Za-z0-9._:]*[A-Za-z0-9])?$/.test(name)
}
