'use client'

import { DocumentUnread } from '#components/document/document-unread.tsx'
import { BrowserPanel } from '#components/notifications/browser-panel.tsx'
import { DeliveriesPanel } from '#components/notifications/deliveries-panel.tsx'
import { EventsTable } from '#components/notifications/events-table.tsx'
import { NoWebhook } from '#components/notifications/no-webhook.tsx'
import { WebhookPanel } from '#components/notifications/webhook-panel.tsx'
import { CodeBlock } from '#components/ui/code-block.tsx'
import { CopyButton } from '#components/ui/copy-button.tsx'
import { useMessages } from '#components/ui/messages.tsx'
import { TitledPanel } from '#components/ui/panel.tsx'
import { useNotifications } from '#lib/query/notification-queries.ts'

/** The webhook and this browser: their events, and the outcome of the last messages. */
export function NotificationsPage() {
  const { notifications: texts } = useMessages()
  const { answer, problem, retry } = useNotifications()
  if (answer === null) return <DocumentUnread words={texts} problem={problem} retry={retry} />
  const { webhook } = answer
  return (
    <>
      <div className="mb-4">
        <h1 className="text-xl font-semibold tracking-snug">{texts.title}</h1>
        <p className="text-pretty text-fg-2">{texts.lede}</p>
      </div>
      <div className="grid grid-cols-[minmax(0,1fr)_340px] items-start gap-6 max-wide:grid-cols-1 max-tablet:gap-4">
        <div className="grid min-w-0 grid-cols-1 gap-6 max-tablet:gap-4">
          {webhook === null ? <NoWebhook /> : <WebhookPanel webhook={webhook} />}
          <EventsTable hasWebhook={webhook !== null} />
          {webhook !== null && <DeliveriesPanel webhook={webhook} />}
        </div>
        <aside className="grid min-w-0 grid-cols-1 items-start gap-6 tablet:max-wide:grid-cols-2 max-tablet:gap-4">
          <BrowserPanel />
          {webhook !== null && (
            <TitledPanel
              title={texts.example.title}
              action={<CopyButton text={webhook.example} label={texts.example.copy} />}
            >
              <CodeBlock
                label={texts.example.title}
                text={webhook.example}
                className="m-3 text-xs"
              />
            </TitledPanel>
          )}
        </aside>
      </div>
    </>
  )
}
