import { systemClock } from '#lib/kube/transport/clock.ts'
import { type NotifierOptions, startNotifier } from '#lib/server/notify/notifier.ts'
import { createWebhook, type WebhookOptions } from '#lib/server/notify/webhook.ts'
import type { WebhookSetting } from '#lib/server/notify/webhook-setting.ts'
import type { LogEntry } from '#lib/server/process-log.ts'

interface WebhookStart
  extends Pick<NotifierOptions, 'feed' | 'runs' | 'trips' | 'clock'>,
    Pick<WebhookOptions, 'onEnd'> {
  readonly setting: WebhookSetting
  readonly log: (entry: LogEntry) => void
}

export interface StartedWebhook {
  /** Number of queued messages. */
  readonly queued: number
  /** Begins to send messages; `origin` is where their links lead. */
  notifyFrom(origin: string): void
  stop(): void
}

export function startWebhook({ setting, onEnd, log, ...look }: WebhookStart): StartedWebhook {
  const { url, format } = setting
  const webhook = createWebhook({
    setting,
    clock: systemClock,
    onEnd,
    onFailed: (why, tries) => log({ event: 'webhook.failed', host: url.host, why, tries }),
  })
  let stopNotifier = () => {}
  return {
    get queued() {
      return webhook.queued
    },
    notifyFrom(origin) {
      stopNotifier = startNotifier({ ...look, webhook, format, origin })
    },
    stop() {
      stopNotifier()
      webhook.stop()
    },
  }
}
