import { useMessages } from '#components/messages.tsx'
import { classNames } from '#components/ui/class-names.ts'
import { Panel } from '#components/ui/panel.tsx'
import type { ExpectedCounts as Counts } from '#lib/query/domain-types.ts'

interface ExpectedCountsProps {
  readonly counts: Counts
  /** Whether being on no list is suspicious. */
  readonly complete: boolean
}

/** How many of those that are expected are here. */
export function ExpectedCounts({ counts, complete }: ExpectedCountsProps) {
  const texts = useMessages().expected.counts
  const { arrived, missing, unexpected, waitingArrived, waitingUnexpected } = counts
  const cells = [
    { name: texts.expected, count: arrived + missing, note: '' },
    {
      name: texts.arrived,
      count: arrived,
      note: waitingArrived > 0 ? texts.waiting(waitingArrived) : '',
    },
    {
      name: texts.missing,
      count: missing,
      note: missing === 0 ? texts.allArrived : '',
    },
    {
      name: texts.unexpected,
      count: unexpected,
      note: waitingUnexpected > 0 ? texts.waiting(waitingUnexpected) : '',
      tone: waitingUnexpected > 0 ? (complete ? 'text-bad-fg' : 'text-warn-fg') : '',
    },
  ]
  return (
    <Panel className="mb-4">
      <dl
        aria-label={texts.label}
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
