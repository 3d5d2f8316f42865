/**
 * Bounds for untrusted texts, counted in characters as JSON and log lines write them:
 * a quote costs two, a control or invisible character six.
 */

/** The end of a cut text. A text that fits may also end with it; `cutName` tells the two apart. */
export const CUT_MARK = '…'

/** A character that a log line writes as an escape. */
const ESCAPED = /[\p{C}\p{Zl}\p{Zp}]/u
/**
 * Texts of characters that cost one each. Most texts are so, and testing all of Unicode is slow.
 */
const PLAIN = /^[ !#-[\]-~]*$/

/** Longest object name that is stored. */
export const LONGEST_NAME = 512
/** Longest name of a row, in characters: a cut one ends with its length and digest. */
export const LONGEST_ROW_NAME = 600

/** Whether the name is a cut one: `cutName` returns more than fits. */
export function isCutName(name: string): boolean {
  return fitting(name, LONGEST_NAME) < name.length
}

/** The text if it fits, otherwise its beginning and `…`. Never splits a character. */
export function cutText(text: string, most: number): string {
  const end = fitting(text, most)
  return end === text.length ? text : `${beginning(text, end)}${CUT_MARK}`
}

/** The number of UTF-16 units of the text that fit into `most` characters of JSON. */
export function fitting(text: string, most: number): number {
  // One UTF-16 unit costs at most six characters.
  if (text.length * 6 <= most) return text.length
  if (text.length <= most && PLAIN.test(text)) return text.length
  let cost = 0
  for (let at = 0; at < text.length; ) {
    const code = text.codePointAt(at) ?? 0
    const units = code > 0xffff ? 2 : 1
    cost += costOf(code, units)
    if (cost > most) return at
    at += units
  }
  return text.length
}

/** A real copy: a slice would keep the whole text in memory. */
export function beginning(text: string, end: number): string {
  return JSON.parse(JSON.stringify(text.slice(0, end)))
}

function costOf(code: number, units: number): number {
  if (code === 0x22 || code === 0x5c) return 2
  if (code >= 0x20 && code < 0x7f) return 1
  return ESCAPED.test(String.fromCodePoint(code)) ? 6 * units : units
}
