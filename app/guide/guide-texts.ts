import { CHANGES, guidePath } from '#components/shell/guide-sections.ts'

/** A document as its reader gets it. */
export interface GuideText {
  /** Its path in the repository, against which its links are read. */
  readonly path: string
  /** Tag of the language that it is written in. */
  readonly language: string
  readonly text: string
  /** The English text of a translation, whose anchors work there too. */
  readonly original: string | null
}

/** Texts of the documents by their path in the repository. The build puts them into the program. */
const TEXTS = import.meta.glob<{ readonly default: string }>([
  '/CHANGELOG.md',
  '/docs/*.md',
  '/docs/ja/*.md',
])
const CHANGELOG = '/CHANGELOG.md'
/** Changes of no release yet: a clone has them. */
const UNRELEASED = /^## Unreleased\n[\s\S]*?(?=^## |$(?![\s\S]))/m

/** The document of that name in the reader's language, else in English; null if there is none. */
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
 * Address of a link in the document at that path; null where it leads to a file that no page shows.
 * Links of a translation to documents lead to the reader's language.
 */
export function addressOf(href: string, path: string): string | null {
  if (href.startsWith('#') || /^https?:/.test(href)) return href
  const { pathname, hash } = new URL(href, `https://repository${path}`)
  if (!Object.hasOwn(TEXTS, pathname)) return null
  const name = pathname === CHANGELOG ? CHANGES : pathname.replace(/^.*\/|\.md$/g, '')
  return guidePath(name) + hash
}
