import type { Messages } from '#lib/messages/catalogue.ts'
import { en } from '#lib/messages/en.ts'
import type { Language } from '#lib/messages/grammar/language-names.ts'

/**
 * The texts of each language, by its BCP 47 tag; the first is the fallback. English comes with
 * every page; another language is loaded only for its readers.
 */
export const LANGUAGES: Readonly<Record<Language, () => Messages | Promise<Messages>>> = {
  en: () => en,
  ja: onceLoaded(async () => (await import('#lib/messages/ja.ts')).ja),
}

export type Languages = Readonly<Record<string, () => Messages | Promise<Messages>>>

/**
 * Loads a language once for all callers. A language that cannot be loaded falls back to English.
 */
function onceLoaded(load: () => Promise<Messages>): () => Promise<Messages> {
  let loaded: Promise<Messages> | null = null
  return () => {
    loaded ??= load().catch(() => en)
    return loaded
  }
}

/** The best available language for this Accept-Language; the first language as fallback. */
export function languageFor(accepted: string | null): Language
export function languageFor(accepted: string | null, languages: Languages): string
export function languageFor(accepted: string | null, languages: Languages = LANGUAGES): string {
  const [standIn = 'en', ...others] = Object.keys(languages)
  const known = [standIn, ...others]
  for (const wanted of inOrder(accepted ?? '')) {
    // `de` serves `de-CH`.
    for (let tag = wanted; tag !== ''; tag = tag.slice(0, Math.max(0, tag.lastIndexOf('-')))) {
      const found = known.find((name) => name.toLowerCase() === tag)
      if (found !== undefined) return found
    }
  }
  return standIn
}

/** The header's tags by preference, without those refused by `q=0`. */
function inOrder(accepted: string): readonly string[] {
  return accepted
    .split(',')
    .map((part) => {
      const [tag = '', ...parameters] = part.split(';').map((piece) => piece.trim().toLowerCase())
      const quality = parameters.find((parameter) => parameter.startsWith('q='))
      return { tag, quality: quality === undefined ? 1 : Number(quality.slice(2)) }
    })
    .filter(({ quality }) => quality > 0)
    .sort((a, b) => b.quality - a.quality)
    .map(({ tag }) => tag)
}

/** The texts, or a promise while they are being loaded. */
export function messagesIn(
  language: string,
  languages: Languages = LANGUAGES,
): Messages | Promise<Messages> {
  return languages[language]?.() ?? en
}
