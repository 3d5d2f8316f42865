/** More are let go of at once: nothing is gained from whoever sends ever other words. */
const MOST = 2_000
const LONGEST = 128

let known = new Map<string, string>()

/**
 * The same text, in the one copy that is kept of it: the API server says the same words of thousands of
 * objects, and JSON.parse makes each of them anew. For what is mostly not of one object alone.
 */
export function shared(text: string): string {
  if (text.length > LONGEST) return text
  const same = known.get(text)
  if (same !== undefined) return same
  if (known.size >= MOST) known = new Map()
  known.set(text, text)
  return text
}
