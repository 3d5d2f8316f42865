'use client'

import { useMessages } from '#components/messages.tsx'
import { classNames } from '#components/ui/class-names.ts'
import { Panel } from '#components/ui/panel.tsx'
import type { ExpectedMatch } from '#lib/csr/policy/expected-list.ts'
import type { ListedMachine } from '#lib/query/wire.ts'

interface ExpectedCountsProps {
  readonly match: ExpectedMatch<ListedMachine>
  /** Whether being on no list is suspicious. */
  readonly complete: boolean
}

/** How many of those that are expected are here. */
export function ExpectedCounts({ match, complete }: ExpectedCountsProps) {
  const { counts } = useMessages().expected
  const { arrived, missing, unexpected } = match
  const waitingArrived = arrived.filter(({ row }) => row.waiting).length
  const waitingUnexpected = unexpected.filter(({ waiting }) => waiting).length
  const cells = [
    { name: counts.expected, count: arrived.length + missing.length, note: '' },
    {
      name: counts.arrived,
      count: arrived.length,
      note: waitingArrived > 0 ? counts.waiting(waitingArrived) : '',
    },
    {
      name: counts.missing,
      count: missing.length,
      note: missing.length === 0 ? counts.allArrived : '',
    },
    {
      name: counts.unexpected,
      count: unexpected.length,
      note: waitingUnexpected > 0 ? counts.waiting(waitingUnexpected) : '',
      tone: waitingUnexpected > 0 ? (complete ? 'text-bad-fg' : 'text-warn-fg') : '',
    },
  ]
  return (
    <Panel className="mb-4">
      <dl
        aria-label={counts.label}
        className="grid grid-cols-2 tablet:grid-cols-4 max-tablet:[&>:nth-child(n+3)]:border-t tablet:[&>*+*]:border-l [&>*]:border-line-soft"
      >
        {cells.map(({ name, count, note, tone = '' }) => (
          <div key={name} className="min-w-0 px-5 py-4 max-tablet:px-3.5 max-tablet:py-3">
            <dt className="mb-1 text-xs text-fg-3">{name}</dt>
            <dd className={classNames('text-xl font-semibold tracking-tight tabular-nums', tone)}>
              {count}
              {note !== '' && (
                <span className="ml-2 text-sm font-normal tracking-normal text-fg-2">{note}</span>
              )}
            </dd>
          </div>
        ))}
      </dl>
    </Panel>
  )
}
