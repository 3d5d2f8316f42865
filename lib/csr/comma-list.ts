/** The parts of a comma-separated text, without blanks around them and without empty ones. */
export function commaList(text = ''): readonly string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
}
