const LONGEST = 128

let known = new Map<string, string>()

/**
 * One shared copy of a text: JSON.parse creates each anew, although thousands of objects have the
 * same. For texts that usually occur in several objects.
 */
export function shared(text: string): string {
  if (text.length > LONGEST) return text
  const same = known.get(text)
  if (same !== undefined) return same
  // Most shared texts; beyond them all are dropped, as a source of ever new texts gains nothing.
  if (known.size >= 2_000) known = new Map()
  known.set(text, text)
  return text
}
