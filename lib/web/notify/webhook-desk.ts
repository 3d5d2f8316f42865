import { callerRights, refusalNow } from '#lib/act/refused-call.ts'
import type { RunningFeed } from '#lib/cluster/feed.ts'
import { cause } from '#lib/csr/cause.ts'
import type { Trip } from '#lib/csr/policy/brake.ts'
import type { Clock } from '#lib/kube/transport/clock.ts'
import { createGaps } from '#lib/kube/transport/gaps.ts'
import { en } from '#lib/messages/en.ts'
import { messagesIn } from '#lib/messages/messages-in.ts'
import type { Refusal } from '#lib/people/people.ts'
import { personKey } from '#lib/people/person-key.ts'
import type { Principal } from '#lib/people/principal.ts'
import { OF_PEOPLE } from '#lib/refusals/limits.ts'
import type { WebhookSetting } from '#lib/settings/settings.ts'
import type { Notice, NoticedMachine } from '#lib/web/notify/due-notices.ts'
import { noticeBody, subjectOf } from '#lib/web/notify/notice-body.ts'
import { type NotifiedRuns, startNotifier } from '#lib/web/notify/notifier.ts'
import { createWebhook, type DeliveryOutcome, type Webhook } from '#lib/web/notify/webhook.ts'
import type { NotificationsAnswer } from '#lib/wire/notification-answers.ts'

type Sender = Pick<Principal, 'viewer' | 'access' | 'displayName'>

interface Sent {
  readonly sent: true
}

export type WebhookDesk = ReturnType<typeof createWebhookDesk>

/**
 * The webhook of the settings, and the page about it: due messages, tests, and the outcome of the last
 * messages.
 */
export function createWebhookDesk(options: {
  /** Null without a webhook. */
  readonly setting: WebhookSetting | null
  readonly feed: Pick<RunningFeed, 'moment' | 'isLive'>
  readonly runs: NotifiedRuns
  /** Scopes in which the automatic approver's brake has tripped. */
  readonly trips: () => readonly Trip[]
  /** The API server's clock. */
  readonly clock: Clock
  readonly ownClock: Clock
  readonly onEnd: (outcome: DeliveryOutcome) => void
  readonly log: (entry: Readonly<Record<string, unknown>>) => void
}) {
  const { setting, feed, runs, trips, clock, ownClock, onEnd, log } = options
  const since = new Date(clock.now()).toISOString()
  const gaps = OF_PEOPLE.messages
  const beginsOfOne = createGaps(ownClock, gaps.ofOne)
  const beginsOfAll = createGaps(ownClock, gaps.inAll)
  const host = setting?.url.host ?? ''
  const webhook =
    setting === null
      ? null
      : createWebhook({
          setting,
          clock: ownClock,
          onEnd,
          onFailed: (why, tries) => log({ event: 'webhook.failed', host, why, tries }),
        })
  let origin = ''
  let messages = en
  let isOver = false
  let stopNotifier = () => {}

  /**
   * Reason that this message may not be sent again, or with id null that no test may be sent; null
   * for none.
   */
  function mayNotSend({ barred }: Webhook, id: string | null, by: Sender): Refusal | null {
    const refusal = refusalNow('message', callerRights(by))
    if (refusal !== null) return refusal
    const why = barred(id)
    if (why === 'deliveryGone') return { refused: 'notFound', why: [cause(why)] }
    if (why !== null) return { refused: 'slowDown', why: [cause(why)] }
    return beginsOfOne(personKey(by.viewer)) && beginsOfAll(null)
      ? null
      : { refused: 'slowDown', why: [cause('sentJustNow', { seconds: gaps.ofOne / 1_000 })] }
  }

  function bodyOf(notice: Notice): string {
    const { name: cluster } = feed.moment().cluster
    const format = setting?.format ?? 'json'
    return noticeBody(format, notice, { cluster, origin, at: clock.now(), messages })
  }

  const send = (notice: Notice) => webhook?.send(bodyOf(notice), subjectOf(notice))

  return {
    answer(): Pick<NotificationsAnswer, 'webhook'> {
      if (setting === null || webhook === null) return { webhook: null }
      const { url, format, language, secretFile } = setting
      return {
        webhook: {
          ...{ origin: url.origin, format, language, isSigned: secretFile !== null, since },
          deliveries: webhook.deliveries(clock.now()),
          example: JSON.stringify(JSON.parse(bodyOf(exampleAt(clock.now()))), null, 2),
        },
      }
    },
    /** Sends a test, or returns the reason against it. */
    test(by: Sender): Refusal | Sent {
      if (webhook === null) return NO_WEBHOOK
      const refusal = mayNotSend(webhook, null, by)
      if (refusal !== null) return refusal
      send({ event: 'test', by: by.displayName })
      log({ event: 'webhook.tested', host, who: by.displayName })
      return { sent: true }
    },
    /** Tries a message again now, or returns the reason against it. */
    sendAgain(id: string, by: Sender): Refusal | Sent {
      if (webhook === null) return NO_WEBHOOK
      const refusal = mayNotSend(webhook, id, by)
      if (refusal !== null) return refusal
      webhook.sendAgain(id)
      log({ event: 'webhook.sentAgain', host, message: id, who: by.displayName })
      return { sent: true }
    },
    /** Number of queued messages. */
    get queued(): number {
      return webhook?.queued ?? 0
    },
    /** Starts sending due messages, in the language of the settings; links lead to `at`. */
    async begin(at: string): Promise<void> {
      origin = at
      if (setting === null || webhook === null) return
      messages = await messagesIn(setting.language)
      if (isOver) return
      stopNotifier = startNotifier({ feed, runs, trips, clock, send })
    },
    stop(): void {
      isOver = true
      stopNotifier()
      webhook?.stop()
    },
  }
}

const NO_WEBHOOK: Refusal = { refused: 'notFound', why: [cause('noWebhook')] }

/** An example: a machine with fifteen minutes left. */
function exampleAt(now: number): Notice {
  const minutesFromNow = (minutes: number) => new Date(now + minutes * 60_000).toISOString()
  const machine: NoticedMachine = {
    name: 'worker-07.example.com',
    stage: 'clientRequested',
    verdict: 'verified',
    waiting: true,
    firstPendingAt: minutesFromNow(-45),
    deadline: minutesFromNow(15),
  }
  return { event: 'machine.hour.15min', count: 1, machines: [machine] }
}
