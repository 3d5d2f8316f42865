import type { Messages } from '#lib/messages/catalogue.ts'
import { en } from '#lib/messages/en.ts'

/**
 * Every language there is, by its tag (BCP 47); the first stands in where none is understood. One
 * more is a file beside `en.ts` that satisfies Messages, and a line here.
 */
export const LANGUAGES: Languages = { en }

export type Languages = Readonly<Record<string, Messages>>

/** The language that this Accept-Language asks for, as far as there is one. */
export function languageFor(accepted: string | null, languages: Languages = LANGUAGES): string {
  const [standIn = 'en', ...others] = Object.keys(languages)
  const known = [standIn, ...others]
  for (const wanted of inOrder(accepted ?? '')) {
    // `de-CH` is served by `de`.
    for (let tag = wanted; tag !== ''; tag = tag.slice(0, Math.max(0, tag.lastIndexOf('-')))) {
      const found = known.find((name) => name.toLowerCase() === tag)
      if (found !== undefined) return found
    }
  }
  return standIn
}

/** Its tags, the most wanted first; what is refused with `q=0` is left out. */
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

export function messagesIn(language: string, languages: Languages = LANGUAGES): Messages {
  return languages[language] ?? en
}
