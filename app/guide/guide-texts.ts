import { CHANGES, guidePath } from '#components/shell/guide-sections.ts'

/** A document for one reader. */
export interface GuideText {
  /** Path in the repository, to which its links are relative. */
  readonly path: string
  /** Tag of the document's language. */
  readonly language: string
  readonly text: string
  /**
   * The English text of a translation, whose anchors also work in the translation; null for
   * English.
   */
  readonly original: string | null
}

/** Texts of the documents by their path in the repository, built into the program. */
const TEXTS = import.meta.glob<{ readonly default: string }>([
  '/CHANGELOG.md',
  '/docs/*.md',
  '/docs/ja/*.md',
])
const CHANGELOG = '/CHANGELOG.md'
/** Changes without a release, which only a clone has. */
const UNRELEASED = /^## Unreleased\n[\s\S]*?(?=^## |$(?![\s\S]))/m

/** The document of this name in the reader's language, else in English; null if there is none. */
export async function readGuideText(name: string, language: string): Promise<GuideText | null> {
  const path = name === CHANGES ? CHANGELOG : `/docs/${name}.md`
  const original = await textAt(path)
  if (original === null) return null
  const translated = `/docs/${language}/${name}.md`
  const text = await textAt(translated)
  return text === null
    ? { path, language: 'en', text: original.replace(UNRELEASED, ''), original: null }
    : { path: translated, language, text, original }
}

async function textAt(path: string): Promise<string | null> {
  return Object.hasOwn(TEXTS, path) ? ((await TEXTS[path]?.())?.default ?? null) : null
}

/**
 * Address of a link in the document at `path`; null where the link leads to a file without a page.
 * Links of a translation lead to documents in the reader's language.
 */
export function addressOf(href: string, path: string): string | null {
  if (href.startsWith('#') || /^https?:/.test(href)) return href
  const { pathname, hash } = new URL(href, `https://repository${path}`)
  if (!Object.hasOwn(TEXTS, pathname)) return null
  const name = pathname === CHANGELOG ? CHANGES : pathname.replace(/^.*\/|\.md$/g, '')
  return guidePath(name) + hash
}
