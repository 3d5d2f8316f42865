import { describe, expect, it } from 'vitest'
import { languageFor } from '#lib/messages/languages.ts'

const languages = {
  en: { name: 'English' },
  de: { name: 'Deutsch' },
  'pt-BR': { name: 'Português' },
}

describe('the language of a page', () => {
  it.each([
    ['nothing asked for', null, 'en'],
    ['what is asked for', 'de', 'de'],
    ['a region of it', 'de-CH,de;q=0.9,en;q=0.8', 'de'],
    ['the most wanted of those there are', 'fr, en;q=0.5, de;q=0.7', 'de'],
    ['another case', 'PT-br', 'pt-BR'],
    ['a region only where the region is asked for', 'pt-PT', 'en'],
    ['not what is refused', 'de;q=0', 'en'],
    ['any', '*', 'en'],
    ['what nobody can read', ';;q=x,-', 'en'],
  ])('a page has the language that the browser prefers: %s', (_, accepted, language) => {
    expect(languageFor(accepted, languages)).toBe(language)
  })
})
