import type { Languages, Texts } from '#lib/messages/catalogue.ts'
import { en } from '#lib/messages/en.ts'
import { LANGUAGES } from '#lib/messages/languages.ts'

/** Texts by what loaded them: a page that waits for them needs the same promise each time. */
const loaded = new Map<() => Texts, Texts>()

/**
 * The texts of a language. English comes with every page; another language is loaded only for its readers, and
 * is English where it cannot be loaded.
 */
export function messagesIn(language: string, languages: Languages = LANGUAGES): Texts {
  const load = languages[language]?.load
  if (load === undefined) return en
  const known = loaded.get(load)
  if (known !== undefined) return known
  const texts = load()
  const kept = texts instanceof Promise ? texts.catch(() => en) : texts
  loaded.set(load, kept)
  return kept
}
