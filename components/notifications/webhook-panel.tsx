import { CircleCheck, CircleDashed, CircleX, RotateCcw, Send } from 'lucide-react'
import type { ReactNode } from 'react'
import { DeliveryState } from '#components/notifications/delivery-state.tsx'
import { useSending } from '#components/notifications/sending.tsx'
import { Button } from '#components/ui/button.tsx'
import { Chip } from '#components/ui/chip.tsx'
import { ClusterText } from '#components/ui/cluster-text.tsx'
import { IconText } from '#components/ui/icon.tsx'
import { useMessages, Words } from '#components/ui/messages.tsx'
import { TitledPanel } from '#components/ui/panel.tsx'
import { LANGUAGES, type Language } from '#lib/messages/languages.ts'
import { useAtNow } from '#lib/query/live.ts'
import type { Delivery, WebhookStatus } from '#lib/wire/notification-answers.ts'

/** Drawn in place of the address's path, which the server keeps. */
const MASK = '/••••••'

/** The receiver of messages, without secrets, and a test of it. */
export function WebhookPanel({ webhook }: { readonly webhook: WebhookStatus }) {
  const { webhook: texts } = useMessages().notifications
  const { origin, format, language, isSigned, deliveries } = webhook
  const { mayNot, isSending, send } = useSending(texts.test)
  const last = deliveries.find(({ event }) => event === 'test')
  return (
    <TitledPanel
      label={texts.title}
      title={texts.title}
      aside={texts.aside}
      action={
        mayNot ? undefined : (
          <Button icon={Send} size="small" busy={isSending} onClick={() => void send(null)}>
            {texts.test.send}
          </Button>
        )
      }
    >
      <dl>
        <SettingRow
          name={texts.address.name}
          value={
            <>
              <ClusterText text={`${origin}${MASK}`} truncate="none" />
              <Chip>{texts.formats[format]}</Chip>
              {Object.hasOwn(LANGUAGES, language) && (
                <Chip>
                  <span lang={language}>{LANGUAGES[language as Language].name}</span>
                </Chip>
              )}
            </>
          }
        >
          <Words text={texts.address.text} />
        </SettingRow>
        <SettingRow
          name={texts.signed.name}
          value={
            <IconText
              of={isSigned ? CircleCheck : CircleDashed}
              className={isSigned ? 'text-good-fg' : 'text-fg-2'}
            >
              {isSigned ? texts.signed.yes : texts.signed.no}
            </IconText>
          }
        >
          <Words text={isSigned ? texts.signed.yesText : texts.signed.noText} />
        </SettingRow>
        <Health deliveries={deliveries} />
        <SettingRow
          name={texts.test.name}
          value={last === undefined ? texts.test.none : <LastTest test={last} />}
        >
          {mayNot ? texts.test.mayNot : undefined}
        </SettingRow>
      </dl>
    </TitledPanel>
  )
}

/** The last messages with their outcomes, the worst first. */
function Health({ deliveries }: Pick<WebhookStatus, 'deliveries'>) {
  const { notifications, times } = useMessages()
  const { health } = notifications.webhook
  const count = (state: Delivery['state']) =>
    deliveries.filter((delivery) => delivery.state === state).length
  const [tryingAgain, givenUp] = [count('tryingAgain'), count('givenUp')]
  const last = deliveries.find(({ state }) => state === 'delivered')?.at
  const when = useAtNow((now) => (last && times.exactMoment(Date.parse(last), now)) ?? '')
  const isGood = last !== undefined && tryingAgain === 0 && givenUp === 0
  const isNew = deliveries.every(({ state }) => state === 'queued')
  return (
    <SettingRow
      name={health.name}
      value={
        isNew ? (
          health.none
        ) : (
          <>
            {isGood && (
              <IconText of={CircleCheck} className="text-good-fg">
                {health.good}
              </IconText>
            )}
            {tryingAgain > 0 && (
              <IconText of={RotateCcw} className="text-warn-fg">
                {health.tryingAgain(tryingAgain)}
              </IconText>
            )}
            {givenUp > 0 && (
              <IconText of={CircleX} className="text-bad-fg">
                {health.givenUp(givenUp)}
              </IconText>
            )}
          </>
        )
      }
    >
      {when === '' ? undefined : health.last(when)}
    </SettingRow>
  )
}

function LastTest({ test }: { readonly test: Delivery }) {
  const { times } = useMessages()
  const when = useAtNow((now) => times.exactMoment(Date.parse(test.at), now))
  return (
    <>
      <DeliveryState delivery={test} />
      <time dateTime={test.at} className="text-xs text-fg-3 tabular-nums">
        {when}
      </time>
    </>
  )
}

interface SettingRowProps {
  readonly name: string
  readonly value: ReactNode
  /** A sentence below the value. */
  readonly children?: ReactNode
}

/** One setting of a panel: its name, its value, and an explanation. */
function SettingRow({ name, value, children }: SettingRowProps) {
  return (
    <div className="grid min-h-12 grid-cols-[128px_minmax(0,1fr)] items-center gap-x-4 border-b border-line-soft px-4 py-2 last:border-b-0 max-tablet:grid-cols-1">
      <dt className="text-fg-3 max-tablet:text-xs">{name}</dt>
      <dd className="min-w-0">
        <span className="flex flex-wrap items-center gap-x-2 gap-y-0.5 wrap-anywhere">{value}</span>
        {children !== undefined && (
          <span className="block text-xs text-pretty text-fg-3">{children}</span>
        )}
      </dd>
    </div>
  )
}
