import type { Metadata } from 'next'
import { headers } from 'next/headers'
import type { Messages } from '#lib/messages/catalogue.ts'
import { languageFor, messagesIn } from '#lib/messages/languages.ts'
import { recallRunning } from '#lib/server/running.ts'
import { DEFAULT_PREFERENCES, type Preferences } from '#lib/wire/preferences.ts'

/** Preferences of the person, for every page. */
export function readersPreferences(): Preferences {
  return recallRunning()?.preferences?.current() ?? DEFAULT_PREFERENCES
}

/** The language that the reader has set, else what the browser asks for. */
export async function readersLanguage(): Promise<string> {
  const accepted = (await headers()).get('accept-language') ?? ''
  const { language } = readersPreferences()
  return languageFor(language === null ? accepted : `${language},${accepted}`)
}

/** For a page's `generateMetadata`: what stands in the tab, before the product's name. */
export function titled(name: (messages: Messages) => string): () => Promise<Metadata> {
  return async () => ({ title: name(messagesIn(await readersLanguage())) })
}
