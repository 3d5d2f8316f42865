/**
 * Text from strangers, made safe to look at: what cannot be seen, or what moves other characters
 * about, is drawn as an escape. Works in the browser and on the server.
 */

/**
 * - Cc, Cf, Zl, Zp: control, bidi, zero-width and line-separating characters
 * - Default_Ignorable: fillers, joiners and variation selectors that draw nothing
 * - Cs, Co, Cn: lone surrogates, private use, unassigned: no font shows them reliably
 * - Zs but U+0020, and U+2800: blanks that look like a space or like nothing
 * - a space at either end, or after another one: HTML collapses it
 * - a mark without a letter before it, or after a letter or mark that is drawn as an escape, or the third
 *   on one letter: it draws over its neighbours
 */
const INVISIBLE =
  /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Cs}\p{Co}\p{Cn}\u2800]|(?! )\p{Zs}|^ | $|(?<= ) |(?<!(?!\p{Default_Ignorable_Code_Point})[\p{L}\p{N}](?:(?!\p{Default_Ignorable_Code_Point})\p{M})?)\p{M}|(?<=\p{M}\p{M})\p{M}/gu

/** A backslash that would read as one of our own escapes. */
const FALSE_ESCAPE = /\\(?=u)/g

const PLAIN = /^[!-[\]-~]*$/

/** Whether the text holds anything that `visible` would have to draw as an escape to be seen. */
export function hasInvisible(text: string): boolean {
  return !PLAIN.test(text) && text.search(INVISIBLE) !== -1
}

/**
 * The text with every invisible or reordering character drawn as `\u202e` (`\u{e0041}` beyond the
 * first 65,536). Two different texts never look the same for want of an invisible character: a
 * backslash that stands before a `u` is itself drawn as `\u005c`.
 */
export function visible(text: string): string {
  if (PLAIN.test(text)) return text
  return text.replace(FALSE_ESCAPE, '\\u005c').replace(INVISIBLE, escapeCharacter)
}

/**
 * For words of which some have been escaped: what needs no escape stays as it is, for twice escaped it
 * would be another text.
 */
export function visibleOnce(text: string): string {
  return hasInvisible(text) ? visible(text) : text
}

/**
 * A spreadsheet takes a cell that begins so for a formula. An apostrophe is its own way to say text. A
 * quote begins a cell that ends at the next quote: a formula may be inside, or the rows below.
 */
const SPECIAL = /^['"=+\-@\uff1d\uff0b\uff0d\uff20]/

/**
 * A cell of a table that is copied: never a formula, and in one cell. Takes what `visible` or
 * `visibleOnce` has drawn, in which tabs and line ends are escapes.
 */
export function tableCell(drawn: string): string {
  return SPECIAL.test(drawn) ? `'${drawn}` : drawn
}

/** To the letter what `visible` and `escapeCharacter` write, never beyond U+10FFFF. */
const ESCAPED = /\\u(?:([0-9a-f]{4})|\{((?:10|[1-9a-f])[0-9a-f]{4})\})/g

/** The text that `visible` was given. */
export function fromVisible(drawn: string): string {
  return drawn.replace(ESCAPED, (_, short?: string, long?: string) =>
    String.fromCodePoint(Number.parseInt(short ?? long ?? '', 16)),
  )
}

export function escapeCharacter(character: string): string {
  const code = character.codePointAt(0) ?? 0
  const hex = code.toString(16)
  return code > 0xffff ? `\\u{${hex}}` : `\\u${hex.padStart(4, '0')}`
}
