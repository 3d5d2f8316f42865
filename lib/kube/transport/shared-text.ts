const LONGEST = 256
/** Most shared values; beyond them all are dropped, as a source of ever new texts gains nothing. */
const MOST = 2_000

const texts = new Map<string, string>()
const lists = new Map<string, readonly string[]>()

/**
 * One shared copy of a text: JSON.parse creates each anew, although thousands of objects have the
 * same. For texts that usually occur in several objects.
 */
export function shared(text: string): string {
  return sharedAs(text, text, texts)
}

/** One shared copy of a list of texts, such as the usages of thousands of requests. */
export function sharedList(list: readonly string[]): readonly string[] {
  return sharedAs(JSON.stringify(list), list, lists)
}

function sharedAs<T>(key: string, value: T, known: Map<string, T>): T {
  if (key.length > LONGEST) return value
  const same = known.get(key)
  if (same !== undefined) return same
  if (known.size >= MOST) known.clear()
  known.set(key, value)
  return value
}
