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
import { machinePath } from '#components/shell/routes.ts'
import { classNames } from '#components/ui/class-names.ts'
import { ClusterText } from '#components/ui/cluster-text.tsx'
import { Icon } from '#components/ui/icon.tsx'

export const EXPECTED_ROW_HEIGHT = 48

const ICONS = { arrived: CircleCheck, missing: Hourglass, unexpected: CircleHelp } as const

interface ExpectedRowProps {
  readonly row: Row
  readonly index: number
  readonly isCurrent: boolean
}

const cell = 'h-12 max-w-0 border-b border-line-soft pr-4 whitespace-nowrap first:pl-4'

/** One machine of the list, or one that came without being on it. */
export const ExpectedRow = memo(function ExpectedRow({ row, index, isCurrent }: ExpectedRowProps) {
  const { name, state, addresses, role, machine } = row
  const { expected, common } = useMessages()
  // Who was there before the list is no surprise.
  const surprises = state === 'unexpected' && machine?.waiting === true
  return (
    <tr
      aria-rowindex={index + 2}
      data-machine={name}
      className={classNames(
        'hover:bg-hover',
        isCurrent && 'shadow-[inset_2px_0_0_var(--color-accent)]',
      )}
    >
      <td className={cell}>
        {machine === null ? (
          <NodeName name={name} />
        ) : (
          <Link
            href={machinePath(name)}
            prefetch={false}
            className="inline-flex max-w-full min-w-0 underline-offset-3 hover:underline"
          >
            <NodeName name={name} />
          </Link>
        )}
      </td>
      <td className={cell}>
        <span
          className={classNames(
            'inline-flex items-center gap-1.5',
            surprises ? 'text-warn-fg' : 'text-fg-2',
          )}
        >
          <Icon of={ICONS[state]} size="small" />
          {expected.states[state]}
        </span>
      </td>
      <td className={cell}>
        {machine === null ? (
          <span className="text-fg-3">{common.none}</span>
        ) : (
          <StageTracker {...machine} label="side" />
        )}
      </td>
      <td className={cell}>
        {machine?.verdict == null ? (
          <span className="text-fg-3">{common.none}</span>
        ) : (
          <div className="grid">
            <VerdictBadge verdict={machine.verdict} hanging />
            <ReasonLine
              reason={machine.reason}
              verdict={machine.verdict}
              className="text-xs text-fg-2"
            />
          </div>
        )}
      </td>
      <td className={classNames(cell, 'text-fg-2')}>
        {addresses.length > 0 ? (
          <ClusterText text={addresses.join(' ')} />
        ) : (
          <span className="text-fg-3">
            {state === 'unexpected' ? common.none : expected.noAddresses}
          </span>
        )}
      </td>
      <td className={classNames(cell, 'text-fg-2')}>
        {role === null || role === '' ? (
          <span className="text-fg-3">{common.none}</span>
        ) : (
          <ClusterText text={role} face="sans" />
        )}
      </td>
    </tr>
  )
})
