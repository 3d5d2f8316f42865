/** What was typed into a filter, word by word. */
export function searchWords(text: string): readonly string[] {
  return text.toLowerCase().split(/\s+/).filter(Boolean)
}

/** Whether each of the words stands in one of the texts. */
export function findsAll(words: readonly string[], texts: readonly (string | null)[]): boolean {
  if (words.length === 0) return true
  const all = texts.join('\n').toLowerCase()
  return words.every((word) => all.includes(word))
}
