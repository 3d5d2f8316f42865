import { LANGUAGE_NAMES, type Language } from '#lib/messages/grammar/language-names.ts'
import { WEBHOOK_FORMATS, type WebhookFormat } from '#lib/wire/notification-answers.ts'

export interface WebhookSetting {
  /** May hold a secret, as Slack's do: never logged. */
  readonly url: URL
  readonly format: WebhookFormat
  readonly language: Language
  /** File of the HMAC key; null: messages are not signed. */
  readonly secretFile: string | null
}

type Env = Readonly<Record<string, string | undefined>>

/** `COUNTERSIGN_WEBHOOK_URL`, `…_FORMAT`, `…_LANGUAGE` and `…_SECRET_FILE`; null without an address. */
export function readWebhookSetting(
  env: Env,
): { readonly webhook: WebhookSetting | null } | { readonly problem: string } {
  const format = env.COUNTERSIGN_WEBHOOK_FORMAT || 'json'
  if (!isFormat(format)) {
    return {
      problem: `COUNTERSIGN_WEBHOOK_FORMAT: "${format}" is none of ${WEBHOOK_FORMATS.join(', ')}.`,
    }
  }
  const language = env.COUNTERSIGN_WEBHOOK_LANGUAGE || 'en'
  if (!isLanguage(language)) {
    return {
      problem: `COUNTERSIGN_WEBHOOK_LANGUAGE: "${language}" is none of ${Object.keys(LANGUAGE_NAMES).join(', ')}.`,
    }
  }
  const text = env.COUNTERSIGN_WEBHOOK_URL || null
  if (text === null) return { webhook: null }
  const url = URL.parse(text)
  if (url === null || !isAddress(url)) {
    // Without its text, which may contain a secret.
    return {
      problem: 'COUNTERSIGN_WEBHOOK_URL is an http or https address without user and password.',
    }
  }
  const secretFile = env.COUNTERSIGN_WEBHOOK_SECRET_FILE || null
  return { webhook: { url, format, language, secretFile } }
}

function isFormat(text: string): text is WebhookFormat {
  return WEBHOOK_FORMATS.some((format) => format === text)
}

function isLanguage(text: string): text is Language {
  return Object.hasOwn(LANGUAGE_NAMES, text)
}

function isAddress({ protocol, username, password, hash }: URL): boolean {
  const isWeb = protocol === 'http:' || protocol === 'https:'
  return isWeb && username === '' && password === '' && hash === ''
}
