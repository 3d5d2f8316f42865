import { visible } from '#lib/csr/escape.ts'

/** The words of a filter's text. */
export function searchWords(text: string): readonly string[] {
  return text.toLowerCase().split(/\s+/).filter(Boolean)
}

/**
 * Search text from the cluster's texts and their drawn form, where an invisible character is an
 * escape.
 */
export function searchText(texts: readonly (string | null)[]): string {
  const drawn = texts.flatMap((text) => {
    const seen = visible(text ?? '')
    return seen === (text ?? '') ? [] : [seen]
  })
  return [...texts, ...drawn].join('\n').toLowerCase()
}
