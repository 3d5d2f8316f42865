'use client'

import Link from 'next/link'
import { useRouter } from 'next/navigation'
import { useMemo, useRef } from 'react'
import { DECISION_HEIGHT, DecisionRow } from '#components/activity/decision-row.tsx'
import { useMessages, Words } from '#components/messages.tsx'
import { useDenseRows } from '#components/shell/dense-rows.ts'
import { POLICY_PATH, requestPath } from '#components/shell/routes.ts'
import { useUrlParam } from '#components/shell/url-param.ts'
import { ChoiceMenu } from '#components/ui/choice-menu.tsx'
import { CountedGroup } from '#components/ui/counted-group.tsx'
import { DenseTable, denseColumns, EmptyTable, NoMatch } from '#components/ui/dense-table.tsx'
import { FilterField } from '#components/ui/filter-field.tsx'
import { TableSkeleton } from '#components/ui/skeleton.tsx'
import {
  activityOf,
  DECISIONS,
  filterActivity,
  ORIGINS,
  reachesBackTo,
} from '#lib/query/activity.ts'
import { useAtNow, useEmptiness, useFeed, useSnapshot } from '#lib/query/live.ts'

const COLUMNS = ['when', 'decision', 'machine', 'request', 'by', 'note'] as const
const WIDTHS = [
  'w-[150px] wide:w-[160px]',
  'w-[140px] wide:w-[160px]',
  'wide:w-[21%]',
  'w-[132px] wide:w-[14%]',
  'w-[190px] wide:w-[18%]',
  '',
]

/** Every decision that the cluster still tells of, whoever decided, newest first. */
export function ActivityPage() {
  const { activity: texts } = useMessages()
  const decided = useSnapshot(activityOf)
  const { state } = useFeed()
  const router = useRouter()
  const [text, setText] = useUrlParam('q')
  const [decision, setDecision] = useUrlParam('decision')
  const [who, setWho] = useUrlParam('who')
  const isKind = DECISIONS.find((known) => known === decision) ?? 'all'
  const origin = ORIGINS.find((known) => known === who) ?? ''
  const shown = useMemo(
    () => filterActivity(decided?.rows ?? [], { text, decision: isKind, origin }),
    [decided, text, isKind, origin],
  )
  const input = useRef<HTMLInputElement>(null)
  const rows = useDenseRows(DECISION_HEIGHT, {
    rows: shown,
    keyOf: ({ uid }) => uid,
    filter: input,
    onOpen: ({ uid }) => router.push(requestPath(uid)),
  })

  const empty = useEmptiness(decided?.counts.all ?? null)
  if (decided === null || empty === 'reading') return <TableSkeleton title={texts.title} />
  const { counts } = decided
  if (empty === 'unreadable') return <h1 className="sr-only">{texts.title}</h1>
  return (
    <>
      <h1 className="sr-only">{texts.title}</h1>
      <Reach since={reachesBackTo(decided.rows)} />
      <div className="mb-3 flex flex-wrap items-center gap-2">
        <FilterField
          label={texts.filter}
          clearLabel={texts.clearFilter}
          value={text}
          onChange={setText}
          inputRef={input}
          className="w-80 max-tablet:w-full"
        />
        <CountedGroup
          label={texts.decision}
          value={isKind}
          onChange={(value) => setDecision(value === 'all' ? '' : value)}
          options={DECISIONS}
          names={texts.decisions}
          counts={counts}
        />
        <ChoiceMenu
          label={texts.origin}
          value={origin}
          onChange={setWho}
          options={(['', ...ORIGINS] as const).map((value) => ({
            value,
            text: texts.origins[value === '' ? 'any' : value],
          }))}
        />
      </div>
      {counts.all === 0 ? (
        <EmptyTable title={texts.none}>{texts.noneText}</EmptyTable>
      ) : shown.length === 0 ? (
        <NoMatch
          title={texts.noMatch}
          clearLabel={texts.clearFilter}
          onClear={() => {
            setText('')
            setDecision('')
            setWho('')
          }}
          filter={input}
        />
      ) : (
        <DenseTable
          label={texts.table}
          columns={denseColumns(COLUMNS, texts.columns, WIDTHS)}
          headLook="pr-3 wide:pr-4 text-xs font-normal"
          least="roomy:min-w-[960px]"
          stale={state !== 'live'}
          {...rows}
        >
          {(request, index, isCurrent) => (
            <DecisionRow key={request.uid} request={request} index={index} isCurrent={isCurrent} />
          )}
        </DenseTable>
      )}
      <p className="mt-3 text-xs text-pretty text-fg-3">{texts.shown(shown.length, counts.all)}</p>
    </>
  )
}

/** How far back the list goes and why, and where there is more. */
function Reach({ since }: { readonly since: string | null }) {
  const { activity, shell, times } = useMessages()
  const { reach } = activity
  const first = useAtNow((now) =>
    since === null ? '' : reach.since(times.moment(Date.parse(since), now)),
  )
  return (
    <section aria-label={reach.region} className="mb-4 text-pretty">
      <p className="font-semibold">
        {reach.title} {first}
      </p>
      <p className="text-fg-2">{reach.why}</p>
      <p className="text-fg-2">
        <Words
          text={reach.trail}
          blanks={{
            policy: (
              <Link href={POLICY_PATH} className="text-accent-fg underline underline-offset-3">
                {shell.tabs.policy}
              </Link>
            ),
          }}
        />
      </p>
    </section>
  )
}
