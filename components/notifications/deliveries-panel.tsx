import { useState } from 'react'
import { DeliveryState } from '#components/notifications/delivery-state.tsx'
import { type EventRowName, ROW_OF_EVENT } from '#components/notifications/event-rows.ts'
import { useSending } from '#components/notifications/sending.tsx'
import { Button } from '#components/ui/button.tsx'
import { ChoiceMenu } from '#components/ui/choice-menu.tsx'
import { ClusterText } from '#components/ui/cluster-text.tsx'
import { plainWords, useMessages } from '#components/ui/messages.tsx'
import { TitledPanel } from '#components/ui/panel.tsx'
import { ColumnHeads, Table, TableBody, TableCell, TableRow } from '#components/ui/table.tsx'
import { ToggleGroup } from '#components/ui/toggle-group.tsx'
import { useAtNow, useNow } from '#lib/query/live.ts'
import { type Delivery, MOST_KEPT, type WebhookStatus } from '#lib/wire/notification-answers.ts'

const head = 'h-9 border-b border-line pr-3 text-left text-xs font-normal text-fg-3 first:pl-4'
const cell = 'min-w-0 py-1.5 tablet:h-12 tablet:pr-3 tablet:first:pl-4'

const STATES = ['all', 'tryingAgain', 'givenUp'] as const
type Shown = (typeof STATES)[number]

/** The last messages of the webhook, newest first: all, or those of one state and one kind. */
export function DeliveriesPanel({ webhook }: { readonly webhook: WebhookStatus }) {
  const { notifications, times } = useMessages()
  const [shown, setShown] = useState<Shown>('all')
  const [kind, setKind] = useState<EventRowName | 'all'>('all')
  const { deliveries: texts } = notifications
  const { columns } = texts
  const now = useNow(60_000)
  const since = times.moment(Date.parse(webhook.since), now)
  const { deliveries } = webhook
  const kindOf = ({ event }: Delivery) => ROW_OF_EVENT[event]
  const ofKind = deliveries.filter((one) => kind === 'all' || kindOf(one) === kind)
  const inState = (state: Shown) => ofKind.filter((one) => state === 'all' || one.state === state)
  const rows = inState(shown)
  const kinds = new Set(deliveries.map(kindOf))
  const filters = (
    <span className="flex flex-wrap items-center gap-2 pr-2">
      <ToggleGroup
        label={columns.state}
        value={shown}
        onChange={setShown}
        options={STATES.map((value) => ({
          value,
          body: (
            <>
              {value === 'all' ? texts.all : texts.states[value]}
              <span className="text-fg-2 tabular-nums">{inState(value).length}</span>
            </>
          ),
        }))}
      />
      <ChoiceMenu
        label={texts.kind}
        value={kind}
        onChange={setKind}
        options={(['all', ...kinds] as const).map((value) => ({
          value,
          text: value === 'all' ? texts.all : notifications.events.rows[value].name,
        }))}
      />
    </span>
  )
  return (
    <TitledPanel
      label={texts.title}
      title={texts.title}
      aside={texts.aside(MOST_KEPT, since)}
      action={deliveries.length === 0 ? undefined : filters}
    >
      {rows.length === 0 ? (
        <p className="px-4 py-3 text-fg-2">
          {deliveries.length === 0 ? texts.none : texts.noneShown}
        </p>
      ) : (
        <Table aria-label={texts.table} className="w-full tablet:table-fixed max-tablet:block">
          <ColumnHeads
            className="max-tablet:sr-only"
            heads={[
              [columns.when, `${head} w-30`],
              [columns.what, head],
              [columns.state, `${head} w-60`],
              [
                <span key="action" className="sr-only">
                  {columns.action}
                </span>,
                `${head} w-30`,
              ],
            ]}
          />
          <TableBody className="max-tablet:block [&_tr:not(:last-child)]:border-b [&_tr]:border-line-soft">
            {rows.map((delivery) => (
              <DeliveryRow key={delivery.id} delivery={delivery} />
            ))}
          </TableBody>
        </Table>
      )}
    </TitledPanel>
  )
}

function DeliveryRow({ delivery }: { readonly delivery: Delivery }) {
  const { notifications, times } = useMessages()
  const { deliveries: texts, events } = notifications
  const { id, event, name, count, at, state } = delivery
  const { mayNot, isSending, send } = useSending(texts)
  const when = useAtNow((now) => times.exactMoment(Date.parse(at), now))
  const what = events.rows[ROW_OF_EVENT[event]].name
  const isOpen = state === 'tryingAgain' || state === 'givenUp'
  return (
    <TableRow className="max-tablet:grid max-tablet:grid-cols-[minmax(0,1fr)_auto] max-tablet:gap-x-3 max-tablet:px-3.5 max-tablet:py-1.5">
      <TableCell
        className={`${cell} max-tablet:col-2 max-tablet:row-1 max-tablet:text-right max-tablet:text-xs`}
      >
        <time dateTime={at} className="tabular-nums">
          {when}
        </time>
      </TableCell>
      <TableCell className={`${cell} max-tablet:col-1 max-tablet:row-1`}>
        <span className="block">{what}</span>
        <span className="flex flex-wrap gap-x-1 text-xs text-fg-3">
          {name !== null && <ClusterText text={name} face="sans" truncate="none" />}
          {count > 1 && texts.more(count - 1)}
        </span>
      </TableCell>
      <TableCell className={`${cell} max-tablet:col-1 max-tablet:row-2`}>
        <DeliveryState delivery={delivery} />
      </TableCell>
      <TableCell
        className={`${cell} max-tablet:col-2 max-tablet:row-2 max-tablet:self-center text-right`}
      >
        {isOpen && !mayNot && (
          <Button
            size="small"
            busy={isSending}
            aria-label={plainWords(texts.againNamed(what, when))}
            onClick={() => void send(id)}
          >
            {texts.again}
          </Button>
        )}
      </TableCell>
    </TableRow>
  )
}
