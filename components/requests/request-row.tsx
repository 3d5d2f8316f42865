'use client'

import { Minus } from 'lucide-react'
import Link from 'next/link'
import { memo } from 'react'
import { Branch } from '#components/machine/requests-panel.tsx'
import { Age } from '#components/machines/age.tsx'
import { NodeName } from '#components/machines/node-name.tsx'
import { useReasonText } from '#components/machines/reason-line.tsx'
import { VerdictBadge } from '#components/machines/verdict-badge.tsx'
import { useMessages } from '#components/messages.tsx'
import type { RowHeight } from '#components/shell/dense-rows.ts'
import { machinePath, requestPath } from '#components/shell/routes.ts'
import { Checkbox } from '#components/ui/checkbox.tsx'
import { classNames } from '#components/ui/class-names.ts'
import { ClusterText } from '#components/ui/cluster-text.tsx'
import { DenseRow } from '#components/ui/dense-table.tsx'
import { Icon } from '#components/ui/icon.tsx'
import { linkLook } from '#components/ui/link-look.ts'
import { LINES } from '#components/ui/row-lines.ts'
import { TableCell } from '#components/ui/table.tsx'
import { visible } from '#lib/csr/escape.ts'
import { requestedDuration } from '#lib/csr/machine/age.ts'
import { isKubeletSigner } from '#lib/csr/names.ts'
import { useDeciding } from '#lib/query/decisions.ts'
import type { ListedRequest } from '#lib/query/wire.ts'

export const REQUEST_HEIGHT: RowHeight = { row: 36, lines: 116 }

interface RequestRowProps {
  readonly request: ListedRequest
  /** Among the rows shown, from 0. */
  readonly index: number
  readonly isCurrent: boolean
  readonly isSelected: boolean
  /** Nothing of its signer can be decided now. */
  readonly isOff: boolean
  readonly onSelect: (request: ListedRequest, range: boolean) => void
}

const cell = `${LINES.cell} font-mono text-[12.5px]/[18px] tracking-[-0.02em] tabular-nums roomy:h-9`
const sans = 'font-sans text-sm tracking-normal'

/** On phones: name, condition; machine; signer, requestor; verdict, age. */
const PLACE = {
  check: 'max-roomy:absolute max-roomy:top-3.5 max-roomy:left-3.5',
  name: 'max-roomy:col-[1/8] max-roomy:row-1',
  age: 'max-roomy:col-[10/13] max-roomy:row-4 max-roomy:text-right',
  signer: 'max-roomy:col-[1/7] max-roomy:row-3',
  requestor: 'max-roomy:col-[7/13] max-roomy:row-3',
  duration: 'max-roomy:sr-only',
  condition: 'max-roomy:col-[8/13] max-roomy:row-1 max-roomy:text-right',
  machine: 'max-roomy:col-[1/13] max-roomy:row-2',
  verdict: 'max-roomy:col-[1/10] max-roomy:row-4 max-roomy:overflow-hidden',
} as const

/** One request, in kubectl's words; what is ours stands after them. */
export const RequestRow = memo(function RequestRow(props: RequestRowProps) {
  const { request, index, isCurrent, isSelected, isOff, onSelect } = props
  const { lists, common } = useMessages()
  const deciding = useDeciding(request.uid)
  const { nodeName, verdict } = request
  const why = useReasonText(request.reason, verdict)
  const name = visible(request.name)
  const second = !request.superseded && 'max-roomy:text-fg-2'
  return (
    <DenseRow
      index={index}
      isCurrent={isCurrent}
      data-uid={request.uid}
      className={classNames(
        'max-roomy:h-[116px] max-roomy:pl-11',
        isSelected ? 'bg-selected' : 'hover:bg-hover',
        request.superseded && 'text-fg-3',
      )}
    >
      <TableCell className={classNames(cell, PLACE.check)}>
        <span className="flex">
          <Checkbox
            aria-label={
              verdict !== null && isOff
                ? lists.requests.cannotSelect(name)
                : lists.requests.select(name)
            }
            checked={isSelected}
            disabled={verdict === null || isOff}
            onChange={(event) => {
              const { nativeEvent } = event
              onSelect(request, nativeEvent instanceof MouseEvent && nativeEvent.shiftKey)
            }}
          />
        </span>
      </TableCell>
      <TableCell className={classNames(cell, PLACE.name)}>
        <span className="flex min-w-0 items-center gap-2">
          {request.superseded && <Branch />}
          <Link
            href={requestPath(request.uid)}
            prefetch={false}
            className={classNames(linkLook, !request.superseded && 'font-medium')}
          >
            <ClusterText text={request.name} />
          </Link>
        </span>
      </TableCell>
      <TableCell className={classNames(cell, PLACE.age)}>
        <Age of={request.createdAt} />
      </TableCell>
      <TableCell className={classNames(cell, PLACE.signer, second)}>
        <ClusterText text={request.signerName} truncate="middle" />
      </TableCell>
      <TableCell className={classNames(cell, PLACE.requestor, second)}>
        <ClusterText text={request.requestor} truncate="middle" />
      </TableCell>
      <TableCell className={classNames(cell, PLACE.duration)}>
        {requestedDuration(request.expirationSeconds)}
      </TableCell>
      <TableCell className={classNames(cell, PLACE.condition, deciding !== null && 'text-fg-2')}>
        {deciding === null
          ? request.status
          : deciding.decision === 'approve'
            ? common.actions.approving
            : common.actions.denying}
      </TableCell>
      <TableCell className={classNames(cell, sans, PLACE.machine)}>
        {nodeName === null ? (
          lists.requests.noMachine
        ) : (
          <Link href={machinePath(nodeName)} prefetch={false} className={linkLook}>
            <NodeName name={nodeName} />
          </Link>
        )}
      </TableCell>
      <TableCell
        className={classNames(
          cell,
          sans,
          PLACE.verdict,
          'roomy:max-wide:sticky roomy:max-wide:right-0 roomy:max-wide:pl-3',
          isSelected ? 'roomy:max-wide:bg-selected' : 'roomy:max-wide:bg-surface',
        )}
      >
        {verdict !== null && isKubeletSigner(request.signerName) ? (
          <span title={why ?? undefined}>
            <VerdictBadge verdict={verdict} pill="never" />
          </span>
        ) : verdict !== null ? (
          <span className="inline-flex items-center gap-1.5 align-top text-fg-2">
            <Icon of={Minus} size="small" />
            {lists.requests.notAKubelet}
          </span>
        ) : (
          <span className="text-fg-3">{lists.requests.noVerdict}</span>
        )}
      </TableCell>
    </DenseRow>
  )
})
