'use client'

import { CircleCheck, CircleHelp, Hourglass } from 'lucide-react'
import Link from 'next/link'
import { memo } from 'react'
import type { ExpectedRow as Row } from '#components/expected/expected-list.ts'
import { NodeName } from '#components/machines/node-name.tsx'
import { ReasonLine } from '#components/machines/reason-line.tsx'
import { StageTracker } from '#components/machines/stage-tracker.tsx'
import { VerdictBadge } from '#components/machines/verdict-badge.tsx'
import { useMessages } from '#components/messages.tsx'
import type { RowHeight } from '#components/shell/dense-rows.ts'
import { machinePath } from '#components/shell/routes.ts'
import { classNames } from '#components/ui/class-names.ts'
import { ClusterText } from '#components/ui/cluster-text.tsx'
import { DenseRow } from '#components/ui/dense-table.tsx'
import { Icon } from '#components/ui/icon.tsx'
import { linkLook } from '#components/ui/link-look.ts'
import { LINES } from '#components/ui/row-lines.ts'
import { TableCell } from '#components/ui/table.tsx'

export const EXPECTED_HEIGHT: RowHeight = { row: 48, lines: 94 }

const ICONS = { arrived: CircleCheck, missing: Hourglass, unexpected: CircleHelp } as const

interface ExpectedRowProps {
  readonly row: Row
  readonly index: number
  readonly isCurrent: boolean
}

const cell = `${LINES.cell} roomy:h-12`

/** On phones: name, state; addresses, role; stage, verdict. */
const PLACE = {
  name: 'max-roomy:col-[1/8] max-roomy:row-1',
  state: 'max-roomy:col-[8/13] max-roomy:row-1 max-roomy:justify-self-end',
  stage: 'max-roomy:col-[1/9] max-roomy:row-3',
  verdict: 'max-roomy:col-[9/13] max-roomy:row-3 max-roomy:justify-self-end',
  addresses: 'max-roomy:col-[1/9] max-roomy:row-2',
  role: 'max-roomy:col-[9/13] max-roomy:row-2 max-roomy:text-right',
} as const

/** One machine of the list, or one that came without being on it. */
export const ExpectedRow = memo(function ExpectedRow({ row, index, isCurrent }: ExpectedRowProps) {
  const { name, state, addresses, role, machine } = row
  const { expected, common } = useMessages()
  // Who was there before the list is no surprise.
  const surprises = state === 'unexpected' && machine?.waiting === true
  return (
    <DenseRow
      index={index}
      isCurrent={isCurrent}
      data-machine={name}
      // The keys go to a row without a link as well.
      tabIndex={machine === null ? -1 : undefined}
      className="hover:bg-hover max-roomy:h-[94px]"
    >
      <TableCell className={classNames(cell, PLACE.name)}>
        {machine === null ? (
          <NodeName name={name} />
        ) : (
          <Link href={machinePath(name)} prefetch={false} className={linkLook}>
            <NodeName name={name} />
          </Link>
        )}
      </TableCell>
      <TableCell className={classNames(cell, PLACE.state)}>
        <span
          className={classNames(
            'inline-flex items-center gap-1.5',
            surprises ? 'text-warn-fg' : 'text-fg-2',
          )}
        >
          <Icon of={ICONS[state]} size="small" />
          {expected.states[state]}
        </span>
      </TableCell>
      <TableCell className={classNames(cell, PLACE.stage)}>
        {machine === null ? (
          <span className="text-fg-3">{common.none}</span>
        ) : (
          <StageTracker {...machine} label="side" />
        )}
      </TableCell>
      <TableCell className={classNames(cell, PLACE.verdict)}>
        {machine?.verdict == null ? (
          <span className="text-fg-3">{common.none}</span>
        ) : (
          <div className="grid justify-items-start">
            <VerdictBadge verdict={machine.verdict} hanging />
            <ReasonLine
              reason={machine.reason}
              verdict={machine.verdict}
              className="text-xs text-fg-2 max-roomy:hidden"
            />
          </div>
        )}
      </TableCell>
      <TableCell className={classNames(cell, PLACE.addresses, 'text-fg-2')}>
        {addresses.length > 0 ? (
          <ClusterText text={addresses.join(' ')} />
        ) : (
          <span className="text-fg-3">
            {state === 'unexpected' ? common.none : expected.noAddresses}
          </span>
        )}
      </TableCell>
      <TableCell className={classNames(cell, PLACE.role, 'text-fg-2')}>
        {role === null || role === '' ? (
          <span className="text-fg-3">{common.none}</span>
        ) : (
          <ClusterText text={role} face="sans" />
        )}
      </TableCell>
    </DenseRow>
  )
})
