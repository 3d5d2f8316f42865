/**
 * Untrusted text made safe to show: invisible and reordering characters are drawn as escapes. Runs
 * in the browser and on the server.
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

/** A backslash that would read as the start of our own escape. */
const FALSE_ESCAPE = /\\(?=u)/g

const PLAIN = /^[!-[\]-~]*$/

/** Whether `visible` would draw an escape in the text. */
export function hasInvisible(text: string): boolean {
  return !PLAIN.test(text) && text.search(INVISIBLE) !== -1
}

/**
 * The text with invisible and reordering characters drawn as `\u202e` (`\u{e0041}` above U+FFFF). A
 * backslash before `u` becomes `\u005c`, so different texts never look the same.
 */
export function visible(text: string): string {
  if (PLAIN.test(text)) return text
  return text.replace(FALSE_ESCAPE, '\\u005c').replace(INVISIBLE, escapeCharacter)
}

/**
 * Escapes words of which some are escaped already: a text without invisible characters stays
 * unchanged, as escaping it twice would change it.
 */
export function visibleOnce(text: string): string {
  return hasInvisible(text) ? visible(text) : text
}

/**
 * Cell beginnings that a spreadsheet takes for a formula, or for a quoted cell that spans others. A
 * leading apostrophe makes the cell a text.
 */
const SPECIAL = /^['"=+\-@\uff1d\uff0b\uff0d\uff20]/

/**
 * A copied table's cell: never a formula, always one cell. Takes the result of `visible` or
 * `visibleOnce`, where tabs and line ends are escapes.
 */
export function tableCell(drawn: string): string {
  return SPECIAL.test(drawn) ? `'${drawn}` : drawn
}

/** Exactly the escapes that `visible` and `escapeCharacter` write, up to U+10FFFF. */
const ESCAPED = /\\u(?:([0-9a-f]{4})|\{((?:10|[1-9a-f])[0-9a-f]{4})\})/g

/** The original text of `visible`'s result. */
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
