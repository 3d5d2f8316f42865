import { Minus } from 'lucide-react'
import { Age } from '#components/machines/age.tsx'
import { MachineLink, RequestLink } from '#components/machines/row-links.tsx'
import { VerdictBadge } from '#components/machines/verdict-badge.tsx'
import { useReasonText } from '#components/reason-line.tsx'
import { Branch, DurationHead } from '#components/requests/requests-panel.tsx'
import { COLUMNS } from '#components/requests/table-text.ts'
import { ClusterText } from '#components/ui/cluster-text.tsx'
import type { Columns, RowHeight } from '#components/ui/data-table.tsx'
import { IconText } from '#components/ui/icon.tsx'
import { useMessages } from '#components/ui/messages.tsx'
import { requestedDuration } from '#lib/csr/machine/human-duration.ts'
import { isKubeletSigner } from '#lib/csr/names.ts'
import { useDeciding } from '#lib/query/mutations.ts'
import type { RequestListRow } from '#lib/wire/views.ts'

export const REQUEST_HEIGHT: RowHeight = { row: 36, lines: 142, isMeasured: 'narrow' }

export const requestCell =
  'whitespace-nowrap roomy:pr-3 wide:pr-4 font-mono text-[12.5px]/[18px] tracking-[-0.02em] tabular-nums'
const sans = 'font-sans text-sm tracking-normal'

/** On phones: name, condition; machine; signer; requestor; verdict, age. */
const PLACE = {
  name: 'max-roomy:col-[1/7] max-roomy:row-1',
  age: 'max-roomy:col-[10/13] max-roomy:row-5 max-roomy:text-right',
  // Two lines of this text fit into a row.
  signer: 'leading-[15px]! roomy:max-[1399px]:py-1 max-roomy:col-[1/13] max-roomy:row-3',
  requestor: 'leading-[15px]! roomy:max-[1399px]:py-1 max-roomy:col-[1/13] max-roomy:row-4',
  condition: 'max-roomy:col-[7/13] max-roomy:row-1 max-roomy:text-right',
  machine: `${sans} max-roomy:col-[1/13] max-roomy:row-2`,
  verdict: `${sans} max-roomy:col-[1/10] max-roomy:row-5 max-roomy:overflow-hidden roomy:max-wide:sticky roomy:max-wide:right-0 roomy:max-wide:bg-(--row-colour,var(--color-surface)) roomy:max-wide:pl-3`,
} as const

const [NAME, AGE, SIGNER, REQUESTOR, DURATION, CONDITION] = COLUMNS

/** On phones signer and requestor are paler, because no head stands above them. */
const paleOnPhones = (place: string) => (request: RequestListRow) =>
  request.superseded ? place : `${place} max-roomy:text-fg-2`

/** kubectl's columns, then ours. */
export const REQUEST_COLUMNS: Columns<RequestListRow> = {
  [NAME]: {
    headLook: 'font-mono',
    width: 'w-[112px] min-[1400px]:w-[118px]',
    look: PLACE.name,
    cell: ({ uid, name, superseded }) => (
      <span className="flex min-w-0 items-center gap-2">
        {superseded && <Branch />}
        <RequestLink uid={uid} name={name} className={superseded ? undefined : 'font-medium'} />
      </span>
    ),
  },
  [AGE]: {
    headLook: 'font-mono',
    width: 'w-14',
    look: PLACE.age,
    cell: ({ createdAt }) => <Age of={createdAt} />,
  },
  [SIGNER]: {
    headLook: 'font-mono',
    width: 'w-[146px] min-[1400px]:w-[314px]',
    look: paleOnPhones(PLACE.signer),
    cell: ({ signerName }) => <LongText text={signerName} />,
  },
  [REQUESTOR]: {
    headLook: 'font-mono',
    look: paleOnPhones(PLACE.requestor),
    cell: ({ requestor }) => <LongText text={requestor} />,
  },
  [DURATION]: {
    head: <DurationHead />,
    headLook: 'font-mono',
    width: 'w-[88px]',
    look: 'max-roomy:sr-only',
    cell: ({ expirationSeconds }) => requestedDuration(expirationSeconds),
  },
  [CONDITION]: {
    headLook: 'font-mono',
    width: 'w-[126px]',
    look: PLACE.condition,
    cell: (request) => <Condition request={request} />,
  },
  machine: {
    width: 'w-[158px] min-[1400px]:w-[16%]',
    look: PLACE.machine,
    cell: (request) => <Machine {...request} />,
  },
  verdict: {
    headLook: 'max-wide:sticky max-wide:right-0 max-wide:bg-surface max-wide:pl-3',
    width: 'w-[108px] wide:w-[116px]',
    look: PLACE.verdict,
    cell: (request) => <Verdict request={request} />,
  },
}

/** Longest text that is drawn whole in a column too narrow for two lines of it. */
const LONGEST_WHOLE = 80
const whole =
  'roomy:max-[1399px]:wrap-anywhere roomy:max-[1399px]:*:inline! roomy:max-[1399px]:*:whitespace-normal!'

function LongText({ text }: { readonly text: string }) {
  const look = text.length > LONGEST_WHOLE ? undefined : whole
  return <ClusterText text={text} truncate="lines" className={look} />
}

function Machine({ nodeName }: RequestListRow) {
  const { requests } = useMessages().lists
  if (nodeName !== null) return <MachineLink name={nodeName} />
  return <span className="text-fg-3">{requests.noMachine}</span>
}

function Condition({ request }: { readonly request: RequestListRow }) {
  const { actions } = useMessages().common
  const deciding = useDeciding([request])
  if (deciding === null) return request.status
  return (
    <span className="text-fg-2">
      {deciding === 'approve' ? actions.approving : actions.denying}
    </span>
  )
}

function Verdict({ request }: { readonly request: RequestListRow }) {
  const { requests } = useMessages().lists
  const { reason, signerName, verdict } = request
  const why = useReasonText(reason, verdict)
  if (verdict === null) return <span className="text-fg-3">{requests.noVerdict}</span>
  return isKubeletSigner(signerName) ? (
    <span title={why ?? undefined}>
      <VerdictBadge verdict={verdict} pill="never" />
    </span>
  ) : (
    <IconText of={Minus} className="align-top text-fg-2">
      {requests.notAKubelet}
    </IconText>
  )
}
