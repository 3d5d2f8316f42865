'use client'

import { Layers, ListFilter } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useDecideByKey } from '#components/decide/decide-by-key.ts'
import { ListPage } from '#components/list-page.tsx'
import { PermissionNote } from '#components/machines/permission-note.tsx'
import {
  REQUEST_COLUMNS,
  REQUEST_HEIGHT,
  requestCell,
} from '#components/requests/request-columns.tsx'
import { queryOf, REQUESTORS, useRequestFilter } from '#components/requests/request-filter.ts'
import { RequestSelection } from '#components/requests/request-selection.tsx'
import { tableText } from '#components/requests/table-text.ts'
import { OtherSignersNote } from '#components/shell/left-out-note.tsx'
import { requestPath } from '#components/shell/routes.ts'
import { Button } from '#components/ui/button.tsx'
import { ChoiceMenu } from '#components/ui/choice-menu.tsx'
import { CopyButton } from '#components/ui/copy-button.tsx'
import { Icon } from '#components/ui/icon.tsx'
import { ListFilters } from '#components/ui/list-filters.tsx'
import { useListKeys } from '#components/ui/list-keys.ts'
import { useMessages } from '#components/ui/messages.tsx'
import { useTicks } from '#components/ui/ticks.ts'
import { visible } from '#lib/csr/escape.ts'
import { useCannotDecide, useFeed } from '#lib/query/live.ts'
import { usePagesOfRows } from '#lib/query/pages-of-rows.ts'
import { useLiveClient } from '#lib/query/tab-client.ts'
import { type RequestListRow, STATUS_FILTERS } from '#lib/wire/views.ts'

/** Every request in kubectl's columns, pending first. */
export function RequestsPage() {
  const { lists, common } = useMessages()
  const texts = lists.requests
  const { state } = useFeed()
  const isLive = state === 'live'
  const client = useLiveClient()
  const router = useRouter()
  const byKey = useDecideByKey()
  const [filter, set, verdicts] = useRequestFilter()
  const rows = usePagesOfRows('requests', queryOf(filter))
  const { counts } = rows
  const whyNot = useCannotDecide()
  const canDecideOf = ({ signerName }: RequestListRow) => whyNot(signerName) === null
  const ticks = useTicks(rows, (request) => request.verdict !== null && canDecideOf(request), {
    column: common.selection.region,
    all: texts.selectAll,
    nameOf: (request) =>
      texts[request.verdict !== null && !canDecideOf(request) ? 'cannotSelect' : 'select'](
        visible(request.name),
      ),
  })
  const list = useListKeys(rows, {
    onOpen: (request) => router.push(requestPath(request.uid)),
    isWaiting: ({ verdict }) => verdict !== null,
    onApprove: (request) => byKey.approve({ kind: 'request', request }),
    onDeny: (request) => byKey.deny({ kind: 'request', request }),
    ticks,
  })

  return (
    <ListPage
      texts={texts}
      rows={rows}
      columns={REQUEST_COLUMNS}
      list={list}
      height={REQUEST_HEIGHT}
      ticks={ticks}
      rowLook={({ superseded }) => (superseded ? 'text-fg-3' : undefined)}
      headLook="pr-4 text-2xs font-medium"
      cellLook={requestCell}
      onClear={set.all}
      above={
        <>
          {isLive && <PermissionNote />}
          {isLive && <OtherSignersNote />}
        </>
      }
      filters={
        <ListFilters
          words={texts}
          width="max-w-60 flex-1 basis-40 max-tablet:max-w-none max-tablet:basis-full"
          text={[filter.text, set.text]}
          input={list.filter}
          label={texts.status}
          choice={[filter.status, set.status]}
          options={STATUS_FILTERS}
          names={texts.statuses}
          counts={counts}
        >
          <ChoiceMenu
            label={texts.signer}
            icon={ListFilter}
            value={filter.signerName}
            onChange={set.signerName}
            options={['', ...(counts?.signerNames ?? [])].map((value) => ({
              value,
              text:
                value === '' ? texts.anySigner : visible(value).replace(/^kubernetes\.io\//, ''),
            }))}
          />
          <ChoiceMenu
            label={texts.requestor}
            value={filter.requestor}
            onChange={set.requestor}
            options={REQUESTORS.map((value) => ({
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
          <div className="ml-auto flex flex-wrap gap-2 max-tablet:ml-0">
            {counts !== null && counts.superseded > 0 && (
              <Button
                look="quiet"
                aria-pressed={filter.superseded === 'hidden'}
                onClick={() => set.superseded(filter.superseded === 'shown' ? 'hidden' : 'shown')}
              >
                <Icon of={Layers} />
                {filter.superseded === 'shown'
                  ? texts.hideSuperseded(counts.superseded)
                  : texts.showSuperseded(counts.superseded)}
              </Button>
            )}
            <CopyButton
              text={async () => tableText(await rows.readAll(), client.clock.now())}
              label={texts.copyTable}
              copiedLabel={texts.copied}
              look="quiet"
              size="normal"
            />
          </div>
        </ListFilters>
      }
    >
      {ticks.keys.size > 0 && (
        <RequestSelection rows={rows} selected={ticks.keys} onClear={ticks.clear} />
      )}
    </ListPage>
  )
}
