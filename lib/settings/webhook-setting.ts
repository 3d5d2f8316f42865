import { LANGUAGE_NAMES, type Language } from '#lib/messages/grammar/language-names.ts'
import type { Table, ValuesOf } from '#lib/settings/setting.ts'
import { oneOf, value } from '#lib/settings/setting-readers.ts'
import { WEBHOOK_FORMATS } from '#lib/wire/notification-answers.ts'

const LANGUAGES = Object.keys(LANGUAGE_NAMES) as Language[]

export const WEBHOOK = {
  url: {
    env: 'COUNTERSIGN_WEBHOOK_URL',
    chart: '`dashboard.webhook.url`, `dashboard.webhook.urlSecret`',
    help: 'receiver of messages about machines that wait, `https://…` or `http://…`, without user and password',
    unset: 'none',
    // The sentence does not repeat the text, which may contain a secret.
    read: value(addressOf, () => 'is an http or https address without user and password.'),
  },
  format: {
    env: 'COUNTERSIGN_WEBHOOK_FORMAT',
    chart: '`dashboard.webhook.format`',
    help: 'shape of the messages: `json`, `slack`, `teams` or `alertmanager`',
    usual: 'json',
    read: oneOf(WEBHOOK_FORMATS),
  },
  language: {
    env: 'COUNTERSIGN_WEBHOOK_LANGUAGE',
    chart: '`dashboard.webhook.language`',
    help: 'language of their texts: `en` or `ja`. What programs read in them, as the names of events, stays English',
    usual: 'en',
    read: oneOf(LANGUAGES),
  },
  secretFile: {
    env: 'COUNTERSIGN_WEBHOOK_SECRET_FILE',
    chart: '`dashboard.webhook.existingSecret`',
    help: 'file with the key that signs messages; absent: they are not signed',
  },
} satisfies Table

export interface WebhookSetting extends ValuesOf<typeof WEBHOOK> {
  /** The address, which is never logged: it may hold a secret, as Slack's do. */
  readonly url: URL
}

function addressOf(text: string): URL | null {
  const url = URL.parse(text)
  const isWeb = url?.protocol === 'http:' || url?.protocol === 'https:'
  return isWeb && url.username === '' && url.password === '' && url.hash === '' ? url : null
}
