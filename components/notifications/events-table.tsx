import { Check, Minus } from 'lucide-react'
import { EVENT_ROWS } from '#components/notifications/event-rows.ts'
import { Icon } from '#components/ui/icon.tsx'
import { useMessages } from '#components/ui/messages.tsx'
import { Panel } from '#components/ui/panel.tsx'
import {
  ColumnHeads,
  RowHead,
  Table,
  TableBody,
  TableCell,
  TableRow,
} from '#components/ui/table.tsx'
import { useStore } from '#lib/query/live.ts'
import { useLiveClient } from '#lib/query/tab-client.ts'

const head = 'h-9 border-b border-line px-2 text-center text-xs font-normal text-fg-3'

/** The events of which the webhook and this browser notify. */
export function EventsTable({ hasWebhook }: { readonly hasWebhook: boolean }) {
  const { events: texts } = useMessages().notifications
  const { columns, rows } = texts
  const isBrowserOn = useStore(useLiveClient().notifications.state) === 'on'
  return (
    <Panel>
      <Table aria-label={texts.table} className="w-full table-fixed">
        <ColumnHeads
          heads={[
            [columns.event, `${head} pl-4 text-left`],
            [columns.webhook, `${head} w-26 max-tablet:w-20`],
            [columns.browser, `${head} w-26 max-tablet:w-20`],
          ]}
        />
        <TableBody className="[&_tr:not(:last-child)>*]:border-b [&_tr>*]:border-line-soft">
          {EVENT_ROWS.map(({ name, inBrowser }) => (
            <TableRow key={name}>
              <RowHead className="h-13 py-1.5 pr-2 pl-4 text-left font-normal">
                <span className="block">{rows[name].name}</span>
                <span className="block text-xs text-fg-3">{rows[name].text}</span>
              </RowHead>
              <SentCell is={hasWebhook} />
              <SentCell is={isBrowserOn && inBrowser} />
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </Panel>
  )
}

function SentCell({ is }: { readonly is: boolean }) {
  const { yes, no } = useMessages().notifications.events
  return (
    <TableCell className="px-2 text-center">
      <span className={is ? 'inline-flex text-good-fg' : 'inline-flex text-fg-3'}>
        <Icon of={is ? Check : Minus} />
        <span className="sr-only">{is ? yes : no}</span>
      </span>
    </TableCell>
  )
}
