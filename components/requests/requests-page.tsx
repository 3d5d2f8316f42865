'use client'

import { Layers, ListFilter } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useMemo, useRef, useState } from 'react'
import { useDecideByKey } from '#components/decide/decide-by-key.ts'
import { useIsPhone } from '#components/machines/phone.ts'
import { useMessages, Words } from '#components/messages.tsx'
import {
  filterRequests,
  REQUESTOR_FILTERS,
  type RequestFilter,
  type RequestorFilter,
  STATUS_FILTERS,
  type StatusFilter,
} from '#components/requests/request-filter.ts'
import { PHONE_ROW_HEIGHT, RequestRow, ROW_HEIGHT } from '#components/requests/request-row.tsx'
import { RequestSelection } from '#components/requests/request-selection.tsx'
import { COLUMNS, tableText } from '#components/requests/table-text.ts'
import { useListKeys } from '#components/shell/list-keys.ts'
import { requestPath } from '#components/shell/routes.ts'
import { useUrlParam } from '#components/shell/url-param.ts'
import { Button } from '#components/ui/button.tsx'
import { Checkbox } from '#components/ui/checkbox.tsx'
import { ChoiceMenu } from '#components/ui/choice-menu.tsx'
import { classNames } from '#components/ui/class-names.ts'
import { CopyButton } from '#components/ui/copy-button.tsx'
import { FilterField } from '#components/ui/filter-field.tsx'
import { Icon } from '#components/ui/icon.tsx'
import { panelLook } from '#components/ui/panel.tsx'
import { LINES } from '#components/ui/row-lines.ts'
import { ScrollRegion } from '#components/ui/scroll-region.tsx'
import { ColumnHead, Table, TableBody, TableHead, TableRow } from '#components/ui/table.tsx'
import { RowSpacer, TableSkeleton } from '#components/ui/table-parts.tsx'
import { ToggleGroup } from '#components/ui/toggle-group.tsx'
import { useVirtualRows } from '#components/ui/virtual-rows.ts'
import { visible } from '#lib/csr/escape.ts'
import { useLiveClient } from '#lib/query/client.ts'
import { emptiness } from '#lib/query/feed.ts'
import { useFeed, useLive, useRequests } from '#lib/query/live.ts'
import type { ListedRequest, Verdict } from '#lib/query/wire.ts'

const VERDICTS = ['', 'verified', 'plausible', 'suspicious', 'refused'] as const

/** Every request in kubectl's columns, pending first. */
export function RequestsPage() {
  const { lists, common } = useMessages()
  const texts = lists.requests
  const requests = useRequests()
  const { status: live } = useLive()
  const { state } = useFeed()
  const stale = state !== 'live'
  const { clock } = useLiveClient()
  const router = useRouter()
  const byKey = useDecideByKey()
  const [filter, set] = useRequestFilter()
  const { shown, counts, superseded, signerNames } = useMemo(
    () => filterRequests(requests, filter),
    [requests, filter],
  )
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set())
  const pending = useMemo(() => shown.filter(({ verdict }) => verdict !== null), [shown])
  const ticked = pending.filter(({ uid }) => selected.has(uid)).length
  const lastSelected = useRef<string | null>(null)
  const body = useRef<HTMLTableSectionElement>(null)
  const input = useRef<HTMLInputElement>(null)
  const phone = useIsPhone()
  const rows = useVirtualRows(body, shown.length, phone ? PHONE_ROW_HEIGHT : ROW_HEIGHT)

  function select(request: ListedRequest, range: boolean): void {
    const from = range ? shown.findIndex(({ uid }) => uid === lastSelected.current) : -1
    const to = shown.indexOf(request)
    lastSelected.current = request.uid
    setSelected((before) => {
      const next = new Set(before)
      if (from === -1) {
        if (!next.delete(request.uid) && request.verdict !== null) next.add(request.uid)
        return next
      }
      for (const one of shown.slice(Math.min(from, to), Math.max(from, to) + 1)) {
        if (one.verdict !== null) next.add(one.uid)
      }
      return next
    })
  }

  const current = useListKeys({
    rows: shown,
    keyOf: ({ uid }) => uid,
    scrollTo: rows.scrollTo,
    filter: input,
    onOpen: (request) => router.push(requestPath(request.uid)),
    onApprove: (request) => byKey.approve({ kind: 'request', request }),
    onDeny: (request) => byKey.deny({ kind: 'request', request }),
    onSelect: select,
    onEscape: () => {
      if (selected.size === 0) return false
      setSelected(new Set())
      return true
    },
  })

  const empty = requests.length === 0 ? emptiness(state) : 'known'
  if (live === 'loading' || live === 'failed' || empty === 'reading') {
    return <TableSkeleton title={texts.title} />
  }
  if (empty === 'unreadable') return <h1 className="sr-only">{texts.title}</h1>
  return (
    <>
      <h1 className="sr-only">{texts.title}</h1>
      <div className="mb-3 flex flex-wrap items-center gap-2">
        <FilterField
          label={texts.filter}
          clearLabel={texts.clearFilter}
          value={filter.text}
          onChange={set.text}
          inputRef={input}
          className="w-60 max-tablet:w-full"
        />
        <div className="pushed-aside">
          <ToggleGroup
            label={texts.status}
            value={filter.status}
            onChange={set.status}
            options={STATUS_FILTERS.map((status) => ({
              value: status,
              body: (
                <>
                  {texts.statuses[status]}
                  <span className="text-fg-2 tabular-nums">{counts[status]}</span>
                </>
              ),
            }))}
          />
        </div>
        <div className={strip}>
          <ChoiceMenu
            label={texts.signer}
            icon={ListFilter}
            value={filter.signerName}
            onChange={set.signerName}
            options={['', ...signerNames].map((value) => ({
              value,
              text:
                value === '' ? texts.anySigner : visible(value).replace(/^kubernetes\.io\//, ''),
            }))}
          />
          <ChoiceMenu
            label={texts.requestor}
            value={filter.requestor}
            onChange={set.requestor}
            options={REQUESTOR_FILTERS.map((value) => ({
              value,
              text: value === '' ? texts.anyRequestor : texts[value],
            }))}
          />
          <ChoiceMenu
            label={texts.verdict}
            value={filter.verdict}
            onChange={set.verdict}
            options={VERDICTS.map((value) => ({
              value,
              text: value === '' ? texts.anyVerdict : common.verdicts[value],
            }))}
          />
          <span className="flex-1 max-tablet:hidden" />
          {superseded > 0 && (
            <Button
              look="quiet"
              aria-pressed={filter.superseded === 'hidden'}
              onClick={() => set.superseded(filter.superseded === 'shown' ? 'hidden' : 'shown')}
            >
              <Icon of={Layers} />
              {filter.superseded === 'shown'
                ? texts.hideSuperseded(superseded)
                : texts.showSuperseded(superseded)}
            </Button>
          )}
          <CopyButton
            text={() => tableText(shown, clock.now())}
            label={texts.copyTable}
            copiedLabel={texts.copied}
            look="quiet"
            size="normal"
          />
        </div>
      </div>

      {shown.length === 0 ? (
        <div className={`${panelLook} px-6 py-10 text-center`}>
          <p className="text-md font-semibold">
            {requests.length === 0 ? texts.none : texts.noMatch}
          </p>
          {requests.length === 0 && <p className="text-fg-2">{texts.noneText}</p>}
        </div>
      ) : (
        <ScrollRegion
          label={texts.table}
          fits={phone}
          className={classNames(panelLook, stale && 'drained')}
        >
          <Table
            aria-label={texts.table}
            aria-rowcount={shown.length + 1}
            className={`${LINES.table} roomy:min-w-[1180px]`}
          >
            <colgroup className={LINES.columns}>
              {WIDTHS.map((width, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: the columns never move
                <col key={index} className={width} />
              ))}
            </colgroup>
            <TableHead className={LINES.head}>
              <TableRow aria-rowindex={1}>
                <ColumnHead className={head}>
                  {phone ? (
                    <span className="sr-only">{texts.selection.region}</span>
                  ) : (
                    <span className="flex">
                      <Checkbox
                        aria-label={texts.selectAll}
                        disabled={pending.length === 0}
                        checked={ticked > 0 && ticked === pending.length}
                        mixed={ticked > 0 && ticked < pending.length}
                        onChange={() =>
                          setSelected(
                            new Set(ticked === pending.length ? [] : pending.map(({ uid }) => uid)),
                          )
                        }
                      />
                    </span>
                  )}
                </ColumnHead>
                {COLUMNS.map((column) => (
                  <ColumnHead key={column} className={`${head} font-mono`}>
                    {column}
                  </ColumnHead>
                ))}
                <ColumnHead className={head}>{texts.machine}</ColumnHead>
                <ColumnHead
                  className={`${head} max-wide:sticky max-wide:right-0 max-wide:bg-surface max-wide:pl-3`}
                >
                  {texts.verdict}
                </ColumnHead>
              </TableRow>
            </TableHead>
            <TableBody ref={body} className={LINES.body}>
              <RowSpacer height={rows.before} columns={WIDTHS.length} />
              {rows.indexes.map((index) => {
                const request = shown[index]
                if (request === undefined) return null
                return (
                  <RequestRow
                    key={request.uid}
                    request={request}
                    index={index}
                    isCurrent={request.uid === current}
                    isSelected={selected.has(request.uid)}
                    onSelect={select}
                  />
                )
              })}
              <RowSpacer height={rows.after} columns={WIDTHS.length} />
            </TableBody>
          </Table>
        </ScrollRegion>
      )}
      <p className="mt-3 text-xs text-fg-3">
        <Words text={texts.shown(shown.length, requests.length)} />
      </p>
      <RequestSelection
        requests={requests}
        selected={selected}
        onClear={() => setSelected(new Set())}
      />
    </>
  )
}

/** One line that is pushed aside on phones. */
const strip = 'contents max-tablet:pushed-aside max-tablet:flex max-tablet:gap-2'
const head = 'h-9 border-b border-line pr-4 text-left text-2xs font-medium text-fg-3 first:pl-4'
/** The kubelet signers' names stand in full where the page is wide. */
const WIDTHS = [
  'w-11',
  'w-[124px] wide:w-[11%]',
  'w-16',
  'w-[230px] wide:w-[24%]',
  '',
  'w-[142px]',
  'w-[130px]',
  '',
  'w-[116px]',
]

/** The filter lives in the address. */
function useRequestFilter() {
  const [text, setText] = useUrlParam('q')
  const [status, setStatus] = useUrlParam('status')
  const [signerName, setSigner] = useUrlParam('signer')
  const [requestor, setRequestor] = useUrlParam('requestor')
  const [verdict, setVerdict] = useUrlParam('verdict')
  const [superseded, setSuperseded] = useUrlParam('superseded')
  const filter = useMemo<RequestFilter>(
    () => ({
      text,
      status: STATUS_FILTERS.find((known) => known === status) ?? 'all',
      signerName,
      requestor: REQUESTOR_FILTERS.find((known) => known === requestor) ?? '',
      verdict: VERDICTS.find((known) => known === verdict) ?? '',
      superseded: superseded === 'hidden' ? 'hidden' : 'shown',
    }),
    [text, status, signerName, requestor, verdict, superseded],
  )
  const set = {
    text: setText,
    status: (value: StatusFilter) => setStatus(value === 'all' ? '' : value),
    signerName: setSigner,
    requestor: (value: RequestorFilter) => setRequestor(value),
    verdict: (value: Verdict | '') => setVerdict(value),
    superseded: (value: 'shown' | 'hidden') => setSuperseded(value === 'shown' ? '' : value),
  }
  return [filter, set] as const
}
