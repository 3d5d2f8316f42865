import { renderToStaticMarkup } from 'react-dom/server'
import { expect, it } from 'vitest'
import NotFoundPage from '#app/not-found.tsx'
import { Speak } from '#components/messages.tsx'
import type { Messages } from '#lib/messages/catalogue.ts'
import { en } from '#lib/messages/en.ts'
import { languageFor } from '#lib/messages/languages.ts'

/** A language of its own: each text of the catalogue, and of its functions, in brackets. */
function bracketed<Value>(value: Value): Value
function bracketed(value: unknown): unknown {
  if (typeof value === 'string') return `⟦${value}⟧`
  if (typeof value === 'function') return (...given: unknown[]) => bracketed(value(...given))
  if (Array.isArray(value)) return value.map(bracketed)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, bracketed(inner)]))
}

const languages: Record<string, Messages> = { en, 'x-brackets': bracketed(en) }

const textIn = (language: string) =>
  renderToStaticMarkup(
    <Speak language={language} languages={languages}>
      <NotFoundPage />
    </Speak>,
  ).replaceAll(/<[^>]+>/g, '')

it('a second language is one more object of the same type: the page speaks it, and nothing else', () => {
  const language = languageFor('x-brackets, en;q=0.5', languages)
  expect(textIn(language)).toMatch(/^(⟦[^⟦⟧]+⟧)+$/)
  expect(textIn(language).replaceAll(/[⟦⟧]/g, '')).toBe(textIn('en'))
})
