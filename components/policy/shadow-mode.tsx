'use client'

import { CloudOff } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useRef } from 'react'
import { useIsPhone } from '#components/machines/phone.ts'
import { useMessages, Words } from '#components/messages.tsx'
import {
  SHADOW_PHONE_ROW_HEIGHT,
  SHADOW_ROW_HEIGHT,
  ShadowRow,
} from '#components/policy/shadow-row.tsx'
import { useListKeys } from '#components/shell/list-keys.ts'
import { machinePath, requestPath } from '#components/shell/routes.ts'
import { useUrlParam } from '#components/shell/url-param.ts'
import { Button } from '#components/ui/button.tsx'
import { FilterField } from '#components/ui/filter-field.tsx'
import { Note } from '#components/ui/note.tsx'
import { panelLook } from '#components/ui/panel.tsx'
import { LINES } from '#components/ui/row-lines.ts'
import { ScrollRegion } from '#components/ui/scroll-region.tsx'
import { Skeleton, useTakesLong } from '#components/ui/skeleton.tsx'
import { ColumnHead, Table, TableBody, TableHead, TableRow } from '#components/ui/table.tsx'
import { RowSpacer } from '#components/ui/table-parts.tsx'
import { ToggleGroup } from '#components/ui/toggle-group.tsx'
import { useVirtualRows } from '#components/ui/virtual-rows.ts'
import { emptiness } from '#lib/query/feed.ts'
import { useFeed, useNow } from '#lib/query/live.ts'
import { COMPARED, type Compared, type ShadowAnswer, useShadow } from '#lib/query/policy.ts'

const FILTERS = ['all', 'wouldApprove', 'wouldLeave', 'cannotTell', 'same'] as const
const WIDTHS = ['22%', '17%', '21%', '25%', '15%']
const head = 'h-9 border-b border-line pr-4 text-left text-xs font-normal text-fg-3 first:pl-4'

/** Each request of the last day: what was done beside what the policy would have done. */
export function ShadowMode() {
  const { policy, common } = useMessages()
  const { shadow } = policy
  const [text, setText] = useUrlParam('q')
  const [show, setShow] = useUrlParam('show')
  const compared = COMPARED.find((known) => known === show) ?? null
  const { answer: told, problem, retry } = useShadow(compared, text)
  // Nothing at all, of a cluster that is not read: no answer.
  const emptyIs = emptiness(useFeed().state)
  const unread = told !== null && countOf(told, 'all') === 0 && emptyIs !== 'known'
  const answer = unread ? null : told
  const filter = useRef<HTMLInputElement>(null)
  const long = useTakesLong(answer === null)
  return (
    <section aria-labelledby="shadow-heading" className="mt-8">
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
        <div className="pushed-aside">
          <ToggleGroup
            label={shadow.show}
            value={compared ?? 'all'}
            onChange={(value) => setShow(value === 'all' ? '' : value)}
            options={FILTERS.map((value) => ({
              value,
              body: (
                <>
                  {value === 'all' ? shadow.all : shadow.compared[value]}
                  <span className="text-fg-2 tabular-nums">{countOf(answer, value)}</span>
                </>
              ),
            }))}
          />
        </div>
      </div>
      {answer !== null ? (
        <Rows answer={answer} filter={filter} isNarrowed={compared !== null || text !== ''} />
      ) : problem !== null ? (
        <Note
          icon={CloudOff}
          tone="bad"
          title={shadow.failed}
          action={
            <Button size="small" onClick={retry}>
              {common.retryNow}
            </Button>
          }
        >
          <Words text={policy.failedText} blanks={{ message: problem.detail }} />
        </Note>
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

function countOf(answer: ShadowAnswer | null, filter: Compared | 'all'): number | string {
  if (answer === null) return ''
  const { counts } = answer
  if (filter !== 'all') return counts[filter]
  return COMPARED.reduce((sum, compared) => sum + counts[compared], 0)
}

interface RowsProps {
  readonly answer: ShadowAnswer
  readonly filter: React.RefObject<HTMLInputElement | null>
  readonly isNarrowed: boolean
}

function Rows({ answer, filter, isNarrowed }: RowsProps) {
  const { policy, times } = useMessages()
  const { shadow } = policy
  const { rows, matching, since } = answer
  const now = useNow(60_000)
  const feed = useFeed()
  const router = useRouter()
  const body = useRef<HTMLTableSectionElement>(null)
  const phone = useIsPhone()
  const window = useVirtualRows(
    body,
    rows.length,
    phone ? SHADOW_PHONE_ROW_HEIGHT : SHADOW_ROW_HEIGHT,
  )
  const current = useListKeys({
    rows,
    keyOf: ({ uid }) => uid,
    scrollTo: window.scrollTo,
    filter,
    onOpen: ({ uid, nodeName }) =>
      router.push(nodeName === null ? requestPath(uid) : machinePath(nodeName)),
  })
  const { columns } = shadow
  const heads = [columns.machine, columns.request, columns.done, columns.policy, columns.difference]
  return (
    <>
      {rows.length === 0 ? (
        <div className={`${panelLook} px-6 py-10 text-center`}>
          <p className="text-md font-semibold">{isNarrowed ? shadow.noMatch : shadow.none}</p>
          {!isNarrowed && <p className="text-fg-2">{shadow.noneText}</p>}
        </div>
      ) : (
        <ScrollRegion
          label={shadow.table}
          fits={phone}
          className={`${panelLook} ${feed.state === 'live' ? '' : 'drained'}`}
        >
          <Table
            aria-label={shadow.table}
            aria-rowcount={rows.length + 1}
            className={`${LINES.table} roomy:min-w-[960px]`}
          >
            <colgroup className={LINES.columns}>
              {WIDTHS.map((width, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: the columns never move
                <col key={index} style={{ width }} />
              ))}
            </colgroup>
            <TableHead className={LINES.head}>
              <TableRow aria-rowindex={1}>
                {heads.map((name) => (
                  <ColumnHead key={name} className={head}>
                    {name}
                  </ColumnHead>
                ))}
              </TableRow>
            </TableHead>
            <TableBody ref={body} className={LINES.body}>
              <RowSpacer height={window.before} columns={WIDTHS.length} />
              {window.indexes.map((index) => {
                const row = rows[index]
                if (row === undefined) return null
                return (
                  <ShadowRow
                    key={row.uid}
                    row={row}
                    index={index}
                    now={now}
                    isCurrent={row.uid === current}
                  />
                )
              })}
              <RowSpacer height={window.after} columns={WIDTHS.length} />
            </TableBody>
          </Table>
        </ScrollRegion>
      )}
      <p className="mt-3 text-xs text-pretty text-fg-3">
        {shadow.shown(rows.length, matching)} {shadow.since(times.moment(Date.parse(since), now))}
      </p>
    </>
  )
}
