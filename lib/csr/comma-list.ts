/** The trimmed, non-empty parts of a comma-separated text. */
export function commaList(text = ''): readonly string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
}
