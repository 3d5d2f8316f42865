/**
 * Whether a whole name matches a pattern: `*` is any run of characters within a label, `?` one of
 * them. Usually linear, at worst the product of both lengths, so no pattern is slow.
 */
export function matchesName(name: string, pattern: string): boolean {
  let at = 0
  let star = -1
  let resume = 0
  let p = 0
  while (at < name.length) {
    const wanted = pattern[p]
    const character = name[at]
    if (wanted === '*') {
      star = p
      resume = at
      p++
    } else if (wanted === character || (wanted === '?' && character !== '.')) {
      p++
      at++
    } else if (star !== -1 && name[resume] !== '.') {
      // The last star takes one more character.
      resume++
      at = resume
      p = star + 1
    } else {
      return false
    }
  }
  while (pattern[p] === '*') p++
  return p === pattern.length
}
