import type { Languages } from '#lib/messages/catalogue.ts'

/**
 * Every language of the pages, by its BCP 47 tag; the first is the fallback. A further one is a line here, and
 *
 * * `lib/messages/<tag>.ts`, its texts, with the folder beside it;
 * * `README.<tag>.md`, `docs/<tag>/guide.md`, `docs/<tag>/install.md` and `docs/glossary-<tag>.md`;
 * * its variant and its fonts in `app/globals.css`, and its folder in `app/guide/guide-texts.ts`;
 * * a word of `dashboard.webhook.language` in the chart's `values.schema.json`.
 *
 * The type checker or a test, mostly `e2e/docs.test.ts`, fails for each of them that is missing.
 */
export const LANGUAGES = {
  en: { name: 'English' },
  ja: { name: '日本語', load: async () => (await import('#lib/messages/ja.ts')).ja },
} satisfies Languages

export type Language = keyof typeof LANGUAGES

export const LANGUAGE_TAGS = Object.keys(LANGUAGES) as readonly Language[]

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
