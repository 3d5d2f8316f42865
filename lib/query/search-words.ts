import { visible } from '#lib/csr/escape.ts'

/** What was typed into a filter, word by word. */
export function searchWords(text: string): readonly string[] {
  return text.toLowerCase().split(/\s+/).filter(Boolean)
}

/** Whether each of the words stands in one of the texts. */
export function findsAll(words: readonly string[], texts: readonly (string | null)[]): boolean {
  if (words.length === 0) return true
  const all = searchable(texts)
  return words.every((word) => all.includes(word))
}

/** As the cluster has them, and as they are read: what cannot be seen is typed as its escape. */
export function searchable(texts: readonly (string | null)[]): string {
  const read = texts.flatMap((text) => {
    const drawn = visible(text ?? '')
    return drawn === text ? [] : [drawn]
  })
  return [...texts, ...read].join('\n').toLowerCase()
}
