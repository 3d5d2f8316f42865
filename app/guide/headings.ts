import { lexer, type Token, type Tokens, type TokensList } from 'marked'

/** A heading and its anchor. */
export interface Heading {
  readonly token: Tokens.Heading
  /** The text without markup. */
  readonly words: string
  readonly anchor: string
}

export interface ParsedMarkdown {
  readonly tokens: TokensList
  readonly headings: readonly Heading[]
}

/** Blocks of a Markdown text, and its headings with the anchors that GitHub gives them. */
export function parseMarkdown(text: string): ParsedMarkdown {
  const tokens = lexer(text)
  const used = new Map<string, number>()
  const headings = tokens.filter(isHeading).map((token): Heading => {
    const words = wordsOf(token)
    const name = words
      .toLowerCase()
      .replace(/[^\p{L}\p{M}\p{Nd}\p{Pc} -]/gu, '')
      .replaceAll(' ', '-')
    const times = used.get(name) ?? 0
    used.set(name, times + 1)
    return { token, words, anchor: times === 0 ? name : `${name}-${times}` }
  })
  return { tokens, headings }
}

function isHeading(token: Token): token is Tokens.Heading {
  return token.type === 'heading'
}

function wordsOf(token: Token): string {
  if ('tokens' in token && token.tokens !== undefined) return token.tokens.map(wordsOf).join('')
  return 'text' in token ? String(token.text) : ''
}
