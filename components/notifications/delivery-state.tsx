import { CircleCheck, CircleX, LoaderCircle, type LucideIcon, RotateCcw } from 'lucide-react'
import { IconText } from '#components/ui/icon.tsx'
import { useMessages } from '#components/ui/messages.tsx'
import type { Messages } from '#lib/messages/catalogue.ts'
import { useAtNow } from '#lib/query/live.ts'
import { type Delivery, MOST_TRIES } from '#lib/wire/notification-answers.ts'

const LOOKS: Record<Delivery['state'], { readonly icon: LucideIcon; readonly look: string }> = {
  queued: { icon: LoaderCircle, look: 'text-accent-fg' },
  tryingAgain: { icon: RotateCcw, look: 'text-warn-fg' },
  delivered: { icon: CircleCheck, look: 'text-good-fg' },
  givenUp: { icon: CircleX, look: 'text-bad-fg' },
}

/** Outcome of a delivery: the answer, the attempts and the next one. */
export function DeliveryState({ delivery }: { readonly delivery: Delivery }) {
  const messages = useMessages()
  const { states, deliveredAt } = messages.notifications.deliveries
  const { state, tries } = delivery
  const { icon, look } = LOOKS[state]
  const details = useAtNow((now) => detailsOf(delivery, now, messages))
  return (
    <>
      <IconText of={icon} className={look}>
        {state === 'delivered' && tries > 1 ? deliveredAt(tries) : states[state]}
      </IconText>
      {details !== '' && <span className="block text-xs text-fg-3 tabular-nums">{details}</span>}
    </>
  )
}

function detailsOf(delivery: Delivery, now: number, { notifications, times }: Messages): string {
  const { deliveries: texts } = notifications
  const { state, tries, answer, tookMs, nextAt } = delivery
  if (answer === null) return ''
  const said = texts.answers[answer] ?? String(answer)
  if (state === 'delivered') return texts.took(said, tookMs)
  if (state !== 'tryingAgain' || nextAt === null) return texts.after(said, tries)
  const wait = times.span(Math.max(0, Math.ceil((Date.parse(nextAt) - now) / 1_000)))
  return texts.next(said, tries + 1, MOST_TRIES, wait)
}
