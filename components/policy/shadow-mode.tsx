'use client'

import { useRouter } from 'next/navigation'
import { useRef } from 'react'
import { useMessages } from '#components/messages.tsx'
import { NotRead } from '#components/not-read.tsx'
import { SHADOW_HEIGHT, ShadowRow } from '#components/policy/shadow-row.tsx'
import { useDenseRows } from '#components/shell/dense-rows.ts'
import { machinePath, requestPath } from '#components/shell/routes.ts'
import { useUrlParam } from '#components/shell/url-param.ts'
import { CountedGroup } from '#components/ui/counted-group.tsx'
import { DenseTable, denseColumns, EmptyTable, NoMatch } from '#components/ui/dense-table.tsx'
import { FilterField } from '#components/ui/filter-field.tsx'
import { panelLook } from '#components/ui/panel.tsx'
import { Skeleton, useTakesLong } from '#components/ui/skeleton.tsx'
import { emptiness } from '#lib/query/feed.ts'
import { useFeed, useNow } from '#lib/query/live.ts'
import { COMPARED, type ShadowAnswer, useShadow } from '#lib/query/policy.ts'

const FILTERS = ['all', 'wouldApprove', 'wouldLeave', 'cannotTell', 'same'] as const
const COLUMNS = ['machine', 'request', 'done', 'policy', 'difference'] as const
const WIDTHS = ['w-[22%]', 'w-[17%]', 'w-[21%]', 'w-[25%]', 'w-[15%]']

/** Each request of the last day: what was done beside what the policy would have done. */
export function ShadowMode() {
  const { policy } = useMessages()
  const { shadow } = policy
  const [text, setText] = useUrlParam('q')
  const [show, setShow] = useUrlParam('show')
  const compared = COMPARED.find((known) => known === show) ?? null
  const { answer: told, problem, retry } = useShadow(compared, text)
  // Nothing at all, of a cluster that is not read: no answer.
  const emptyIs = emptiness(useFeed().state)
  const unread = told !== null && total(told) === 0 && emptyIs !== 'known'
  const answer = unread ? null : told
  const filter = useRef<HTMLInputElement>(null)
  const long = useTakesLong(answer === null)
  return (
    <section aria-labelledby="shadow-heading" className="mt-8 max-tablet:-mx-3 max-tablet:px-3">
      <h2 id="shadow-heading" className="text-md font-semibold">
        {shadow.title}
      </h2>
      <p className="mb-3 text-fg-2">{shadow.hint}</p>
      <div className="mb-3 flex flex-wrap items-center gap-2">
        <FilterField
          label={shadow.filter}
          clearLabel={shadow.clearFilter}
          value={text}
          onChange={setText}
          inputRef={filter}
          className="w-72 max-tablet:w-full"
        />
        <CountedGroup
          label={shadow.show}
          value={compared ?? 'all'}
          onChange={(value) => setShow(value === 'all' ? '' : value)}
          options={FILTERS}
          names={{ all: shadow.all, ...shadow.compared }}
          counts={answer && { ...answer.counts, all: total(answer) }}
        />
      </div>
      {answer !== null ? (
        <Rows
          answer={answer}
          filter={filter}
          isNarrowed={compared !== null || text !== ''}
          onClear={() => {
            setText('')
            setShow('')
          }}
        />
      ) : problem !== null ? (
        <NotRead title={shadow.failed} text={policy.failedText} problem={problem} onRetry={retry} />
      ) : unread && emptyIs === 'unreadable' ? null : (
        <div aria-busy="true" className={`${panelLook} grid gap-4 p-4 ${long ? '' : 'invisible'}`}>
          <Skeleton className="w-full" />
          <Skeleton className="w-full" />
          <Skeleton className="w-full" />
        </div>
      )}
    </section>
  )
}

function total({ counts }: ShadowAnswer): number {
  return COMPARED.reduce((sum, compared) => sum + counts[compared], 0)
}

interface RowsProps {
  readonly answer: ShadowAnswer
  readonly filter: React.RefObject<HTMLInputElement | null>
  readonly isNarrowed: boolean
  readonly onClear: () => void
}

function Rows({ answer, filter, isNarrowed, onClear }: RowsProps) {
  const { policy, times } = useMessages()
  const { shadow } = policy
  const { rows, matching, since } = answer
  const now = useNow(60_000)
  const feed = useFeed()
  const router = useRouter()
  const list = useDenseRows(SHADOW_HEIGHT, {
    rows,
    keyOf: ({ uid }) => uid,
    filter,
    onOpen: ({ uid, nodeName }) =>
      router.push(nodeName === null ? requestPath(uid) : machinePath(nodeName)),
  })
  return (
    <>
      {rows.length === 0 && isNarrowed ? (
        <NoMatch
          title={shadow.noMatch}
          clearLabel={shadow.clearFilter}
          onClear={onClear}
          filter={filter}
        />
      ) : rows.length === 0 ? (
        <EmptyTable title={shadow.none}>{shadow.noneText}</EmptyTable>
      ) : (
        <DenseTable
          label={shadow.table}
          columns={denseColumns(COLUMNS, shadow.columns, WIDTHS)}
          least="roomy:min-w-[960px]"
          stale={feed.state !== 'live'}
          {...list}
        >
          {(row, index, isCurrent) => (
            <ShadowRow key={row.uid} row={row} index={index} now={now} isCurrent={isCurrent} />
          )}
        </DenseTable>
      )}
      <p className="mt-3 text-xs text-pretty text-fg-3">
        {shadow.shown(rows.length, matching)} {shadow.since(times.moment(Date.parse(since), now))}
      </p>
    </>
  )
}
