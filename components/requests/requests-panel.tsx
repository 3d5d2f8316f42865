import { RequestLink } from '#components/machines/row-links.tsx'
import { COLUMNS } from '#components/requests/table-text.ts'
import { Chip } from '#components/ui/chip.tsx'
import { classNames } from '#components/ui/class-names.ts'
import { ClusterText } from '#components/ui/cluster-text.tsx'
import { useMessages } from '#components/ui/messages.tsx'
import { TitledPanel } from '#components/ui/panel.tsx'
import { useIsPhone } from '#components/ui/phone.ts'
import { LINES } from '#components/ui/row-lines.ts'
import { ScrollRegion } from '#components/ui/scroll-region.tsx'
import { ColumnHeads, Table, TableBody, TableCell, TableRow } from '#components/ui/table.tsx'
import { age, requestedDuration } from '#lib/csr/machine/human-duration.ts'
import type { RequestRow } from '#lib/csr/rows/rows.ts'
import { useNow } from '#lib/query/live.ts'

const head =
  'h-8 border-b border-line pr-3.5 text-left font-mono text-2xs font-medium text-fg-3 first:pl-4'
const cell =
  'min-w-0 font-mono text-[12.5px]/[18px] tracking-[-0.02em] tabular-nums roomy:h-9 roomy:py-1.5 roomy:border-b roomy:border-line-soft roomy:pr-3.5 roomy:first:pl-4'

/** On phones: name, condition; signer; requestor, age. */
const PLACE = {
  name: 'whitespace-nowrap max-roomy:col-[1/8] max-roomy:row-1',
  age: 'whitespace-nowrap max-roomy:col-[11/13] max-roomy:row-3 max-roomy:text-right',
  signer: 'roomy:whitespace-nowrap max-roomy:col-[1/13] max-roomy:row-2',
  requestor: 'max-roomy:col-[1/11] max-roomy:row-3 roomy:w-full roomy:max-w-0 roomy:min-w-[190px]',
  duration: 'whitespace-nowrap max-roomy:sr-only',
  condition: 'whitespace-nowrap max-roomy:col-[8/13] max-roomy:row-1 max-roomy:justify-self-end',
} as const

interface RequestsPanelProps {
  /** The newest requests. */
  readonly requests: readonly RequestRow[]
  /** Number of older requests that the server does not list. */
  readonly unlisted: number
}

/** A machine's requests in kubectl's columns, with unshortened texts. */
export function RequestsPanel({ requests, unlisted }: RequestsPanelProps) {
  const { machine } = useMessages()
  const now = useNow()
  const phone = useIsPhone()
  const superseded = requests.filter((request) => request.superseded).length
  return (
    <TitledPanel
      title={machine.requests.title}
      count={requests.length + unlisted}
      aside={superseded > 0 ? machine.requests.superseded(superseded) : undefined}
    >
      <ScrollRegion label={machine.requests.scroll} fits={phone}>
        <Table aria-label={machine.requests.table} className="w-full max-roomy:block">
          <ColumnHeads
            className={LINES.head}
            heads={COLUMNS.map((column) => [
              column === 'REQUESTEDDURATION' ? <DurationHead key={column} /> : column,
              head,
            ])}
          />
          <TableBody className="max-roomy:block [&_tr:last-child_td]:border-b-0">
            {requests.map((request) => (
              <TableRow
                key={request.uid}
                className={classNames(
                  LINES.row,
                  LINES.twelve,
                  'hover:bg-hover max-roomy:py-2.5',
                  request.superseded && 'text-fg-3',
                )}
              >
                <TableCell className={classNames(cell, PLACE.name)}>
                  <span className="inline-flex max-w-[250px] items-center gap-2 max-roomy:max-w-full max-roomy:flex-wrap">
                    {request.superseded && <Branch />}
                    <RequestLink uid={request.uid} name={request.name} />
                    {request.superseded && <Chip>{machine.requests.supersededTag}</Chip>}
                  </span>
                </TableCell>
                <TableCell className={classNames(cell, PLACE.age)}>
                  {age(request.createdAt, now)}
                </TableCell>
                <TableCell className={classNames(cell, PLACE.signer)}>
                  <ClusterText text={request.signerName} truncate="none" />
                </TableCell>
                <TableCell className={classNames(cell, PLACE.requestor)}>
                  <ClusterText text={request.requestor} truncate="none" />
                </TableCell>
                <TableCell className={classNames(cell, PLACE.duration)}>
                  {requestedDuration(request.expirationSeconds)}
                </TableCell>
                <TableCell className={classNames(cell, PLACE.condition)}>
                  {request.status}
                </TableCell>
              </TableRow>
            ))}
          </TableBody>
        </Table>
      </ScrollRegion>
      {unlisted > 0 && (
        <p className="px-4 py-2.5 text-fg-2 text-sm">
          {machine.requests.unlisted(requests.length, unlisted)}
        </p>
      )}
    </TitledPanel>
  )
}

/** Indents a superseded request below the one that counts. */
export function Branch() {
  return (
    <span
      aria-hidden
      className="mb-1 ml-[3px] inline-block size-2.5 flex-none rounded-bl-[3px] border-b-[1.5px] border-l-[1.5px] border-line-control opacity-70"
    />
  )
}

const [FIRST, SECOND] = ['REQUESTED', 'DURATION']

/** kubectl's longest head, on two lines, because its values are short. */
export function DurationHead() {
  return (
    <>
      {FIRST}
      <wbr />
      {SECOND}
    </>
  )
}
