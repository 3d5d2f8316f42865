'use client'

import Link from 'next/link'
import { useRouter } from 'next/navigation'
import { useCallback, useRef } from 'react'
import { DECISION_HEIGHT, useDecisionColumns } from '#components/activity/decision-columns.tsx'
import { useMessages, Words } from '#components/messages.tsx'
import { NotRead } from '#components/not-read.tsx'
import { POLICY_PATH, requestPath } from '#components/shell/routes.ts'
import { useUrlParam } from '#components/shell/url-param.ts'
import { ChoiceMenu } from '#components/ui/choice-menu.tsx'
import { CountedGroup } from '#components/ui/counted-group.tsx'
import { DataTable } from '#components/ui/data-table.tsx'
import { FilterField } from '#components/ui/filter-field.tsx'
import { useListKeys } from '#components/ui/list-keys.ts'
import { TableSkeleton } from '#components/ui/skeleton.tsx'
import { useLiveClient } from '#lib/query/client.ts'
import { useAtNow, useEmptiness, useFeed } from '#lib/query/live.ts'
import { usePagesOfRows } from '#lib/query/pages-of-rows.ts'
import { activityQuery } from '#lib/query/queries.ts'
import { DECISION_FILTERS, ORIGINS, type PageQuery, type RequestListRow } from '#lib/query/wire.ts'

/** Every decision that the API server still lists, by any client, newest first. */
export function ActivityPage() {
  const { activity: texts, common } = useMessages()
  const { state } = useFeed()
  const router = useRouter()
  const client = useLiveClient()
  const [text, setText] = useUrlParam('q')
  const [kind, setDecision] = useUrlParam('decision')
  const [who, setWho] = useUrlParam('who')
  const decision = DECISION_FILTERS.find((known) => known === kind) ?? 'all'
  const origin = ORIGINS.find((known) => known === who) ?? null
  const query = useCallback(
    (page: PageQuery) =>
      activityQuery(client, { text, decision, ...(origin !== null && { origin }) }, page),
    [client, text, decision, origin],
  )
  const rows = usePagesOfRows(query, uidOf)
  const input = useRef<HTMLInputElement>(null)
  const list = useListKeys(rows, {
    filter: input,
    onOpen: ({ uid }) => router.push(requestPath(uid)),
  })
  const columns = useDecisionColumns()

  const { counts, problem } = rows
  const empty = useEmptiness(counts?.all ?? null)
  if (empty === 'reading' && problem === null) return <TableSkeleton title={texts.title} />
  function clear(): void {
    setText('')
    setDecision('')
    setWho('')
  }
  if (empty === 'unreadable') return <h1 className="sr-only">{texts.title}</h1>
  return (
    <>
      <h1 className="sr-only">{texts.title}</h1>
      <Reach since={counts?.reachesBackTo ?? null} />
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
          value={decision}
          onChange={(value) => setDecision(value === 'all' ? '' : value)}
          options={DECISION_FILTERS}
          names={texts.decisions}
          counts={counts}
        />
        <ChoiceMenu
          label={texts.origin}
          value={origin ?? ''}
          onChange={setWho}
          options={(['', ...ORIGINS] as const).map((value) => ({
            value,
            text: texts.origins[value === '' ? 'any' : value],
          }))}
        />
      </div>
      {counts === null && problem !== null ? (
        <NotRead {...common.rowsNotRead} problem={problem} onRetry={rows.retry} />
      ) : (
        <DataTable
          label={texts.table}
          columns={columns}
          list={list}
          height={DECISION_HEIGHT}
          stale={state !== 'live' || problem !== null}
          onWindow={rows.onWindow}
          empty={
            counts?.all === 0
              ? { title: texts.none, text: texts.noneText }
              : { title: texts.noMatch, clear: { label: texts.clearFilter, onClear: clear } }
          }
        />
      )}
      {counts !== null && (
        <p className="mt-3 text-xs text-pretty text-fg-3">{texts.shown(rows.count, counts.all)}</p>
      )}
    </>
  )
}

const uidOf = ({ uid }: RequestListRow) => uid

/** The earliest decision listed, the reason, and where older ones are. */
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
