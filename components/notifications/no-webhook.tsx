import { CodeBlock } from '#components/ui/code-block.tsx'
import { useMessages } from '#components/ui/messages.tsx'
import { TitledPanel } from '#components/ui/panel.tsx'

const ENVIRONMENT = `COUNTERSIGN_WEBHOOK_URL=https://hooks.example.com/…
COUNTERSIGN_WEBHOOK_FORMAT=json  # or slack, teams, alertmanager
COUNTERSIGN_WEBHOOK_LANGUAGE=en  # or ja
COUNTERSIGN_WEBHOOK_SECRET_FILE=/path/of/the/key  # signs each message`

const VALUES = `dashboard:
  webhook:
    urlSecret: countersign-webhook  # a Secret, the address at its key url
    format: json  # or slack, teams, alertmanager
    language: en  # or ja
    existingSecret: countersign-webhook-key  # signs by its key secret`

/** Replaces the webhook where none is set: its use, and the settings to add. */
export function NoWebhook() {
  const { none: texts, webhook } = useMessages().notifications
  return (
    <TitledPanel label={webhook.title} title={webhook.title} aside={webhook.aside}>
      <div className="grid gap-2 px-4 py-3 text-pretty text-fg-2">
        <p className="font-semibold text-fg">{texts.title}</p>
        <p>{texts.text}</p>
        <p>{texts.env}</p>
        <CodeBlock label={texts.environment} text={ENVIRONMENT} className="text-xs" />
        <p>{texts.chart}</p>
        <CodeBlock label={texts.values} text={VALUES} className="text-xs" />
      </div>
    </TitledPanel>
  )
}
