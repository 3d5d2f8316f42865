'use client'

import { Minus } from 'lucide-react'
import Link from 'next/link'
import { memo } from 'react'
import { Branch } from '#components/machine/requests-panel.tsx'
import { NodeName } from '#components/machines/node-name.tsx'
import { useReasonText } from '#components/machines/reason-line.tsx'
import { VerdictBadge } from '#components/machines/verdict-badge.tsx'
import { useMessages } from '#components/messages.tsx'
import { RequestorText, SignerText } from '#components/requests/kubectl-text.tsx'
import { machinePath, requestPath } from '#components/shell/routes.ts'
import { Checkbox } from '#components/ui/checkbox.tsx'
import { classNames } from '#components/ui/class-names.ts'
import { ClusterText } from '#components/ui/cluster-text.tsx'
import { Icon } from '#components/ui/icon.tsx'
import { age, requestedDuration } from '#lib/csr/age.ts'
import { visible } from '#lib/csr/escape.ts'
import { isKubeletSigner } from '#lib/csr/names.ts'
import { useDeciding } from '#lib/query/decisions.ts'
import type { ListedRequest } from '#lib/query/wire.ts'

export const ROW_HEIGHT = 36

interface RequestRowProps {
  readonly request: ListedRequest
  /** Among the rows shown, from 0. */
  readonly index: number
  readonly now: number
  readonly isCurrent: boolean
  readonly isSelected: boolean
  readonly onSelect: (request: ListedRequest, range: boolean) => void
}

const cell =
  'h-9 max-w-0 border-b border-line-soft pr-4 font-mono text-[12.5px]/[18px] tracking-[-0.02em] whitespace-nowrap tabular-nums first:pl-4'
const sans = 'font-sans text-sm tracking-normal'

/** One request, in kubectl's words; what is ours stands after them. */
export const RequestRow = memo(function RequestRow(props: RequestRowProps) {
  const { request, index, now, isCurrent, isSelected, onSelect } = props
  const { lists, common } = useMessages()
  const deciding = useDeciding(request.uid)
  const { nodeName, verdict } = request
  const why = useReasonText(request.reason, verdict)
  const name = visible(request.name)
  return (
    <tr
      aria-rowindex={index + 2}
      data-uid={request.uid}
      className={classNames(
        isSelected ? 'bg-selected' : 'hover:bg-hover',
        request.superseded && 'text-fg-3',
        isCurrent && 'shadow-[inset_2px_0_0_var(--color-accent)]',
      )}
    >
      <td className={cell}>
        <Checkbox
          aria-label={lists.requests.select(name)}
          checked={isSelected}
          disabled={verdict === null}
          onChange={(event) => {
            const { nativeEvent } = event
            onSelect(request, nativeEvent instanceof MouseEvent && nativeEvent.shiftKey)
          }}
        />
      </td>
      <td className={cell}>
        <span className="flex min-w-0 items-center gap-2">
          {request.superseded && <Branch />}
          <Link
            href={requestPath(request.uid)}
            prefetch={false}
            className={classNames(
              'inline-flex min-w-0 underline-offset-3 hover:underline',
              !request.superseded && 'font-medium',
            )}
          >
            <ClusterText text={request.name} />
          </Link>
        </span>
      </td>
      <td className={cell}>{age(request.createdAt, now)}</td>
      <td className={cell}>
        <SignerText signerName={request.signerName} />
      </td>
      <td className={cell}>
        <RequestorText requestor={request.requestor} />
      </td>
      <td className={cell}>{requestedDuration(request.expirationSeconds)}</td>
      <td className={classNames(cell, deciding !== null && 'text-fg-2')}>
        {deciding === null
          ? request.status
          : deciding.decision === 'approve'
            ? common.actions.approving
            : common.actions.denying}
      </td>
      <td className={classNames(cell, sans)}>
        {nodeName === null ? (
          lists.requests.noMachine
        ) : (
          <Link
            href={machinePath(nodeName)}
            prefetch={false}
            className="inline-flex max-w-full min-w-0 underline-offset-3 hover:underline"
          >
            <NodeName name={nodeName} />
          </Link>
        )}
      </td>
      <td
        className={classNames(
          cell,
          sans,
          'max-wide:sticky max-wide:right-0 max-wide:pl-3',
          isSelected ? 'max-wide:bg-selected' : 'max-wide:bg-surface',
        )}
      >
        {verdict !== null && isKubeletSigner(request.signerName) ? (
          <span title={why ?? undefined}>
            <VerdictBadge verdict={verdict} pill="never" />
          </span>
        ) : verdict !== null ? (
          <span className="inline-flex items-center gap-1.5 text-fg-2">
            <Icon of={Minus} size="small" />
            {lists.requests.notAKubelet}
          </span>
        ) : (
          <span className="text-fg-3">{lists.requests.noVerdict}</span>
        )}
      </td>
    </tr>
  )
})
