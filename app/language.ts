import type { Metadata } from 'next'
import { headers } from 'next/headers'
import type { Messages } from '#lib/messages/catalogue.ts'
import { languageFor, messagesIn } from '#lib/messages/languages.ts'

/** The language that the reader's browser asks for. */
export async function readersLanguage(): Promise<string> {
  return languageFor((await headers()).get('accept-language'))
}

/** For a page's `generateMetadata`: what stands in the tab, before the product's name. */
export function titled(name: (messages: Messages) => string): () => Promise<Metadata> {
  return async () => ({ title: name(messagesIn(await readersLanguage())) })
}
