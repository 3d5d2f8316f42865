'use client'

import { Layers, ListFilter } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useMemo, useRef, useState } from 'react'
import { useDecideByKey } from '#components/decide/decide-by-key.ts'
import { PermissionNote } from '#components/machines/permission-note.tsx'
import { useMessages, Words } from '#components/messages.tsx'
import {
  filterRequests,
  REQUESTOR_FILTERS,
  STATUS_FILTERS,
  useRequestFilter,
  useVerdictFilters,
} from '#components/requests/request-filter.ts'
import { REQUEST_HEIGHT, RequestRow } from '#components/requests/request-row.tsx'
import { RequestSelection } from '#components/requests/request-selection.tsx'
import { COLUMNS, tableText } from '#components/requests/table-text.ts'
import { useDenseRows } from '#components/shell/dense-rows.ts'
import { requestPath } from '#components/shell/routes.ts'
import { Button } from '#components/ui/button.tsx'
import { Checkbox } from '#components/ui/checkbox.tsx'
import { ChoiceMenu } from '#components/ui/choice-menu.tsx'
import { CopyButton } from '#components/ui/copy-button.tsx'
import { CountedGroup } from '#components/ui/counted-group.tsx'
import { type DenseColumn, DenseTable, EmptyTable, NoMatch } from '#components/ui/dense-table.tsx'
import { FilterField } from '#components/ui/filter-field.tsx'
import { Icon } from '#components/ui/icon.tsx'
import { TableSkeleton } from '#components/ui/skeleton.tsx'
import { visible } from '#lib/csr/escape.ts'
import { useLiveClient } from '#lib/query/client.ts'
import { canDecide, useCluster, useEmptiness, useFeed, useRequests } from '#lib/query/live.ts'
import type { ListedRequest } from '#lib/query/wire.ts'

/** Every request in kubectl's columns, pending first. */
export function RequestsPage() {
  const { lists, common } = useMessages()
  const texts = lists.requests
  const requests = useRequests()
  const { state } = useFeed()
  const stale = state !== 'live'
  const { clock } = useLiveClient()
  const router = useRouter()
  const byKey = useDecideByKey()
  const [filter, set] = useRequestFilter()
  const verdicts = useVerdictFilters()
  const { shown, counts, superseded, signerNames } = useMemo(
    () => filterRequests(requests, filter),
    [requests, filter],
  )
  const cluster = useCluster()
  const decidable = useMemo(
    () => new Set(signerNames.filter((name) => canDecide({ state }, cluster, name).ok)),
    [signerNames, state, cluster],
  )
  const canTick = ({ verdict, signerName }: ListedRequest) =>
    verdict !== null && decidable.has(signerName)
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set())
  const tickable = shown.filter(canTick)
  const ticked = tickable.filter(({ uid }) => selected.has(uid)).length
  const lastSelected = useRef<string | null>(null)
  const input = useRef<HTMLInputElement>(null)

  function select(request: ListedRequest, range: boolean): void {
    if (!canTick(request)) return
    const from = range ? shown.findIndex(({ uid }) => uid === lastSelected.current) : -1
    const to = shown.indexOf(request)
    lastSelected.current = request.uid
    setSelected((before) => {
      const next = new Set(before)
      if (from === -1) {
        if (!next.delete(request.uid)) next.add(request.uid)
        return next
      }
      for (const one of shown.slice(Math.min(from, to), Math.max(from, to) + 1)) {
        if (canTick(one)) next.add(one.uid)
      }
      return next
    })
  }

  const rows = useDenseRows(REQUEST_HEIGHT, {
    rows: shown,
    keyOf: ({ uid }) => uid,
    filter: input,
    onOpen: (request) => router.push(requestPath(request.uid)),
    isWaiting: ({ verdict }) => verdict !== null,
    onApprove: (request) => byKey.approve({ kind: 'request', request }),
    onDeny: (request) => byKey.deny({ kind: 'request', request }),
    onSelect: select,
    onEscape: () => {
      if (selected.size === 0) return false
      setSelected(new Set())
      return true
    },
  })

  const empty = useEmptiness(requests.length)
  if (empty === 'reading') return <TableSkeleton title={texts.title} />
  if (empty === 'unreadable') return <h1 className="sr-only">{texts.title}</h1>
  const selectAll = rows.lines ? (
    <span className="sr-only">{texts.selection.region}</span>
  ) : (
    <span className="flex">
      <Checkbox
        aria-label={texts.selectAll}
        disabled={tickable.length === 0}
        checked={ticked > 0 && ticked === tickable.length}
        mixed={ticked > 0 && ticked < tickable.length}
        onChange={() =>
          setSelected(new Set(ticked === tickable.length ? [] : tickable.map(({ uid }) => uid)))
        }
      />
    </span>
  )
  const columns: readonly DenseColumn[] = [
    { key: 'select', head: selectAll },
    ...COLUMNS.map((column) => ({ key: column, head: column, headLook: 'font-mono' })),
    { key: 'machine', head: texts.machine },
    {
      key: 'verdict',
      head: texts.verdict,
      headLook: 'max-wide:sticky max-wide:right-0 max-wide:bg-surface max-wide:pl-3',
    },
  ].map((column, index) => ({ ...column, width: WIDTHS[index] }))
  return (
    <>
      <h1 className="sr-only">{texts.title}</h1>
      {!stale && <PermissionNote />}
      <div className="mb-3 flex flex-wrap items-center gap-2">
        <FilterField
          label={texts.filter}
          clearLabel={texts.clearFilter}
          value={filter.text}
          onChange={set.text}
          inputRef={input}
          className="max-w-60 flex-1 basis-40 max-tablet:max-w-none max-tablet:basis-full"
        />
        <CountedGroup
          label={texts.status}
          value={filter.status}
          onChange={set.status}
          options={STATUS_FILTERS}
          names={texts.statuses}
          counts={counts}
        />
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
            options={verdicts.map((value) => ({
              value,
              text: value === '' ? texts.anyVerdict : common.verdicts[value],
            }))}
          />
          <div className="ml-auto flex gap-2 max-tablet:ml-0">
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
      </div>

      {requests.length === 0 ? (
        <EmptyTable title={texts.none}>{texts.noneText}</EmptyTable>
      ) : shown.length === 0 ? (
        <NoMatch
          title={texts.noMatch}
          clearLabel={texts.clearFilter}
          onClear={set.all}
          filter={input}
        />
      ) : (
        <DenseTable
          label={texts.table}
          columns={columns}
          headLook="pr-4 text-2xs font-medium"
          least="roomy:min-w-[960px]"
          stale={stale}
          {...rows}
        >
          {(request, index, isCurrent) => (
            <RequestRow
              key={request.uid}
              request={request}
              index={index}
              isCurrent={isCurrent}
              isSelected={selected.has(request.uid)}
              isOff={!decidable.has(request.signerName)}
              onSelect={select}
            />
          )}
        </DenseTable>
      )}
      <p className="mt-3 text-xs text-fg-3">
        <Words text={texts.shown(shown.length, requests.length)} />
      </p>
      <RequestSelection
        requests={requests}
        shown={shown}
        selected={selected}
        onClear={() => setSelected(new Set())}
      />
    </>
  )
}

/** One line that is pushed aside on phones. */
const strip = 'contents max-tablet:pushed-aside max-tablet:flex max-tablet:gap-2'
/** The kubelet signers' names stand in full where the page is wide; elsewhere the machine is in view. */
const WIDTHS = [
  'w-11',
  'w-[112px] wide:w-[11%]',
  'w-14 wide:w-16',
  'w-[146px] wide:w-[24%]',
  '',
  'w-[142px]',
  'w-[126px] wide:w-[130px]',
  'w-[158px] wide:w-auto',
  'w-[108px] wide:w-[116px]',
]
