/**
 * Texts from strangers, cut to so many characters as JSON and a log line write them: a quote takes two, a
 * control or invisible character six. So the room that a text takes in an answer is known beforehand.
 */

/** Marks the end of a cut text. A text that fits may end with it, too: `cutName` tells the two apart. */
export const CUT_MARK = '…'

/** A character that a log line writes as an escape. */
const ESCAPED = /[\p{C}\p{Zl}\p{Zp}]/u
const COSTLY = /["\\\p{C}\p{Zl}\p{Zp}]/u

/** Of an object's name so many characters are kept. */
export const LONGEST_NAME = 512

/** Whether it is an object's name of which not all is here: `cutName` leaves more than fits. */
export function isCutName(name: string): boolean {
  return fitting(name, LONGEST_NAME) < name.length
}

/** Text to read: where it is longer than `most`, its beginning and `…`. Never splits a character. */
export function cutText(text: string, most: number): string {
  const end = fitting(text, most)
  return end === text.length ? text : `${beginning(text, end)}${CUT_MARK}`
}

/** How many of the text's UTF-16 units `most` characters of JSON have room for. */
export function fitting(text: string, most: number): number {
  // No character takes more than six a unit.
  if (text.length * 6 <= most) return text.length
  if (text.length <= most && !COSTLY.test(text)) return text.length
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

/** A copy: a slice would keep the whole text in memory for as long as it is there itself. */
export function beginning(text: string, end: number): string {
  return JSON.parse(JSON.stringify(text.slice(0, end)))
}

function costOf(code: number, units: number): number {
  if (code === 0x22 || code === 0x5c) return 2
  if (code >= 0x20 && code < 0x7f) return 1
  return ESCAPED.test(String.fromCodePoint(code)) ? 6 * units : units
}
