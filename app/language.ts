import type { Metadata } from 'next'
import { headers } from 'next/headers'
import type { Messages } from '#lib/messages/catalogue.ts'
import { type Language, languageFor } from '#lib/messages/languages.ts'
import { messagesIn } from '#lib/messages/messages-in.ts'
import { browserPreferences } from '#lib/people/preference-store.ts'
import { recallRunning } from '#lib/web/door/running.ts'
import type { Preferences } from '#lib/wire/preferences.ts'

/** Preferences of the person, for every page. */
export async function readersPreferences(): Promise<Preferences> {
  const cookies = (await headers()).get('cookie') ?? undefined
  return recallRunning()?.preferences?.current() ?? browserPreferences(cookies)
}

/** The language that the person has set, or else the browser's preference. */
export async function readersLanguage(): Promise<Language> {
  const accepted = (await headers()).get('accept-language') ?? ''
  const { language } = await readersPreferences()
  return languageFor(language === null ? accepted : `${language},${accepted}`)
}

/** For a page's `generateMetadata`: the page's name in the tab, before the product's name. */
export function titled(name: (messages: Messages) => string): () => Promise<Metadata> {
  return async () => ({ title: name(await messagesIn(await readersLanguage())) })
}
