'use client'

import { Info, TriangleAlert } from 'lucide-react'
import Link from 'next/link'
import { memo, type Ref, useEffect, useImperativeHandle, useRef } from 'react'
import { useDecideActions } from '#components/decide/decide-provider.tsx'
import type { Target } from '#components/decide/target.ts'
import { useCursor, useIsCursor } from '#components/machines/board-selection.tsx'
import { Line, ReasonLine } from '#components/machines/reason-line.tsx'
import { useDecidingOf } from '#components/machines/row-action.tsx'
import { DRAW_ALL, ROW_HEIGHT } from '#components/machines/row-layout.ts'
import { RowMenuButton } from '#components/machines/row-menu.tsx'
import { useMessages } from '#components/messages.tsx'
import { requestPath } from '#components/shell/routes.ts'
import { Button } from '#components/ui/button.tsx'
import { classNames } from '#components/ui/class-names.ts'
import { ClusterText } from '#components/ui/cluster-text.tsx'
import { Icon } from '#components/ui/icon.tsx'
import { type ListHandle, listHandle } from '#components/ui/list-handle.ts'
import { Panel } from '#components/ui/panel.tsx'
import { useIsPhone } from '#components/ui/phone.ts'
import {
  ColumnHead,
  Table,
  TableBody,
  TableCell,
  TableHead,
  TableRow,
} from '#components/ui/table.tsx'
import { useWindowRows } from '#components/ui/window-rows.ts'
import { hasInvisible, visible } from '#lib/csr/escape.ts'
import { age } from '#lib/csr/machine/age.ts'
import { useNow } from '#lib/query/live.ts'
import type { ListedRequest } from '#lib/query/wire.ts'

const GRID =
  'grid grid-cols-[44px_minmax(0,2.9fr)_minmax(0,2.4fr)_minmax(0,3fr)_188px] wide:grid-cols-[44px_minmax(0,2.7fr)_minmax(0,2.4fr)_minmax(0,3fr)_76px_188px]'
const LINES =
  "max-roomy:grid-cols-[minmax(0,1fr)_auto] max-roomy:gap-x-3 max-roomy:gap-y-1 max-roomy:py-3 max-roomy:pr-3 max-roomy:pl-3.5 max-roomy:[grid-template-areas:'name_act''s_act''r_act']"

interface OtherRequestsProps {
  readonly requests: readonly ListedRequest[]
  readonly drained: boolean
  readonly handle: Ref<ListHandle>
}

/** Requests of other signers: listed in full, decided one at a time. */
export function OtherRequests({ requests, drained, handle }: OtherRequestsProps) {
  const { board } = useMessages()
  const { columns } = board
  const body = useRef<HTMLTableSectionElement>(null)
  const cursor = useCursor()
  const phone = useIsPhone()
  const virtual = useWindowRows({
    body,
    count: requests.length,
    height: phone ? 108 : ROW_HEIGHT,
    measuredKey: phone ? (index) => requests[index]?.uid ?? String(index) : null,
    keep: cursor === null ? -1 : requests.findIndex(({ uid }) => uid === cursor),
    drawAll: DRAW_ALL,
  })
  const scrollTo = useRef(virtual.scrollTo)
  useEffect(() => {
    scrollTo.current = virtual.scrollTo
  })
  useImperativeHandle(handle, () => listHandle(body, scrollTo), [])
  return (
    <Panel>
      <Table
        aria-label={board.sections.others}
        aria-rowcount={requests.length + 1}
        className="block"
      >
        <TableHead className="block max-roomy:sr-only">
          <TableRow
            aria-rowindex={1}
            className={classNames(
              GRID,
              'h-[35px] border-b border-line text-left text-xs text-fg-3 [&>th]:self-center [&>th]:font-normal',
            )}
          >
            <ColumnHead className="col-start-2">{columns.request}</ColumnHead>
            <ColumnHead>{columns.signer}</ColumnHead>
            <ColumnHead>{columns.requestor}</ColumnHead>
            <ColumnHead className="hidden wide:block">{columns.age}</ColumnHead>
            <ColumnHead>
              <span className="sr-only">{columns.action}</span>
            </ColumnHead>
          </TableRow>
        </TableHead>
        <TableBody
          ref={body}
          className={classNames('relative block', drained && 'drained')}
          style={{ height: virtual.height }}
        >
          {virtual.rows.map(({ index, top }) => {
            const request = requests[index]
            if (request === undefined) return null
            return (
              <OtherRow
                key={request.uid}
                request={request}
                index={index}
                top={top}
                measure={virtual.measure}
                last={index === requests.length - 1}
              />
            )
          })}
        </TableBody>
      </Table>
    </Panel>
  )
}

interface OtherRowProps {
  readonly request: ListedRequest
  readonly index: number
  readonly top: number
  readonly measure: ((element: HTMLElement | null) => void) | null
  readonly last: boolean
}

const OtherRow = memo(function OtherRow(props: OtherRowProps) {
  const { request, index, top, measure, last } = props
  const { board, common } = useMessages()
  const { review } = useDecideActions()
  const cursor = useIsCursor(request.uid)
  const deciding = useDecidingOf(request.uid)
  const target: Target = { kind: 'request', request }
  return (
    <TableRow
      ref={measure}
      data-index={index}
      data-key={request.uid}
      aria-rowindex={index + 2}
      className={classNames(
        GRID,
        LINES,
        'absolute inset-x-0 min-h-[49px] transition-colors hover:bg-hover',
        last ? 'rounded-b-[7px]' : 'border-b border-line-soft',
        cursor && 'keyboard-row',
      )}
      style={{ top }}
    >
      <TableCell className="col-start-2 min-w-0 self-center pr-3 max-roomy:[grid-area:name]">
        <div className="grid min-w-0 leading-[18px]">
          <Link
            href={requestPath(request.uid)}
            prefetch={false}
            className="reach inline-flex max-w-full min-w-0 justify-self-start underline-offset-3 decoration-line-control decoration-1 hover:underline"
          >
            <ClusterText text={request.name} className="font-medium" />
          </Link>
          <Oddity request={request} />
        </div>
      </TableCell>
      <TableCell className="min-w-0 self-center pr-3 text-fg-2 max-roomy:[grid-area:s]">
        <ClusterText text={request.signerName} truncate="middle" />
      </TableCell>
      <TableCell className="min-w-0 self-center pr-3 text-fg-2 max-roomy:[grid-area:r]">
        <ClusterText text={request.requestor} truncate="middle" />
      </TableCell>
      <TableCell className="hidden self-center text-fg-2 tabular-nums wide:block">
        <Age createdAt={request.createdAt} />
      </TableCell>
      <TableCell className="flex items-center justify-end gap-1 self-center pr-3 max-roomy:pr-0 max-roomy:[grid-area:act]">
        {deciding === null ? (
          <Button
            size="small"
            aria-label={board.others.review(visible(request.name))}
            onClick={() => review(target)}
            className="min-w-[122px] max-roomy:h-9 max-roomy:min-w-0 max-roomy:px-3"
          >
            {common.actions.review}
          </Button>
        ) : (
          <span className="text-fg-2">
            {deciding === 'approve' ? common.actions.approving : common.actions.denying}
          </span>
        )}
        <RowMenuButton target={target} />
      </TableCell>
    </TableRow>
  )
})

/** Findings by which it gives, or may give, control of the cluster. */
const OF_CONTROL: readonly string[] = ['grantsControl', 'otherSignerControl']

/** What stands out about it, worst first. */
function Oddity({ request }: { readonly request: ListedRequest }) {
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

/** Kubernetes lets a request be named anything; a kubelet and every tool names it like this. */
function hasOddName(name: string): boolean {
  return hasInvisible(name) || !/^[A-Za-z0-9]([-A-Za-z0-9._:]*[A-Za-z0-9])?$/.test(name)
}

function Age({ createdAt }: { readonly createdAt: string }) {
  const now = useNow()
  return now === 0 ? null : age(createdAt, now)
}
