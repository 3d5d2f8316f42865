import { useRouter } from 'next/navigation'
import { NotRead } from '#components/not-read.tsx'
import { SHADOW_COLUMNS, SHADOW_HEIGHT, shadowCell } from '#components/policy/shadow-columns.tsx'
import { useListFilter } from '#components/shell/list-filter.ts'
import { machinePath, requestPath } from '#components/shell/routes.ts'
import { DataTable } from '#components/ui/data-table.tsx'
import { ListFilters } from '#components/ui/list-filters.tsx'
import { type KeyedList, useListKeys } from '#components/ui/list-keys.ts'
import { Sentences, useMessages } from '#components/ui/messages.tsx'
import { panelLook } from '#components/ui/panel.tsx'
import { rowsOf } from '#components/ui/row-list.ts'
import { Skeleton, useTakesLong } from '#components/ui/skeleton.tsx'
import { useShadow } from '#lib/query/document-queries.ts'
import { useFeed, useNow, useSummary } from '#lib/query/live.ts'
import { emptiness } from '#lib/query/shown-feed.ts'
import { COMPARED, type ShadowRow as Row, type ShadowAnswer } from '#lib/wire/policy-answers.ts'

/** Filters, differences first. Requests that the policy leaves to people are no differences. */
const FILTERS = ['wouldApprove', 'all', 'wouldLeave', 'cannotTell', 'same'] as const

/** Each request of the last day: the decision beside the policy's. */
export function ShadowMode() {
  const { policy, documents } = useMessages()
  const { shadow } = policy
  const { filter, fields, onClear } = useListFilter('show', FILTERS, 'wouldApprove')
  const { text, filter: show } = filter
  const compared = show === 'all' ? null : show
  const { answer: latest, problem, retry } = useShadow(compared, text)
  // An empty list of a cluster that is not read means nothing.
  const emptyIs = emptiness(useFeed().state)
  const unread = latest !== null && total(latest) === 0 && emptyIs !== 'known'
  const answer = unread ? null : latest
  const router = useRouter()
  const list = useListKeys(rowsOf(answer?.rows ?? [], uidOf), {
    onOpen: ({ uid, nodeName }) =>
      router.push(nodeName === null ? requestPath(uid) : machinePath(nodeName)),
  })
  const long = useTakesLong(answer === null)
  return (
    <section aria-labelledby="shadow-heading" className="max-tablet:-mx-3 max-tablet:px-3">
      <h2 id="shadow-heading" className="text-md font-semibold">
        {shadow.title}
      </h2>
      <p className="mb-3 text-fg-2">{shadow.hint}</p>
      <ListFilters
        words={shadow}
        {...fields}
        width="w-72 max-tablet:w-full"
        input={list.filter}
        label={shadow.show}
        names={{ all: shadow.all, ...shadow.compared }}
        counts={answer && { ...answer.counts, all: total(answer) }}
      />
      {answer !== null ? (
        <Rows
          answer={answer}
          list={list}
          show={show}
          isNarrowed={text !== ''}
          onClear={onClear}
          onAll={() => fields.choice[1]('all')}
        />
      ) : problem !== null ? (
        <NotRead
          title={shadow.failed}
          text={documents.failedText}
          problem={problem}
          onRetry={retry}
        />
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
  readonly list: KeyedList<Row>
  readonly show: (typeof FILTERS)[number]
  readonly isNarrowed: boolean
  readonly onClear: () => void
  readonly onAll: () => void
}

function Rows({ answer, list, show, isNarrowed, onClear, onAll }: RowsProps) {
  const { policy, times } = useMessages()
  const { shadow } = policy
  const { rows, matching, since } = answer
  const now = useNow(60_000)
  const feed = useFeed()
  const isRecorded = (useSummary().summary?.record ?? null) !== null
  return (
    <>
      <DataTable
        label={shadow.table}
        columns={SHADOW_COLUMNS}
        names={shadow.columns}
        list={list}
        height={SHADOW_HEIGHT}
        stale={feed.state !== 'live'}
        cellLook={shadowCell}
        empty={
          isNarrowed
            ? { title: shadow.noMatch, clear: { label: shadow.clearFilter, onClear } }
            : show !== 'all' && total(answer) > 0
              ? { title: shadow.noneOf[show], clear: { label: shadow.showAll, onClear: onAll } }
              : { title: shadow.none, text: shadow.noneText }
        }
      />
      <p className="mt-3 text-xs text-pretty text-fg-3">
        <Sentences>
          {shadow.others(answer.counts)}
          {rows.length < matching && shadow.cut(rows.length, matching)}
          {shadow.since(times.moment(Date.parse(since), now), isRecorded)}
        </Sentences>
      </p>
    </>
  )
}

const uidOf = ({ uid }: Row) => uid
