/**
 * JSON of one line that is safe to show on a terminal too: JSON leaves line separators, bidi
 * controls and lone surrogates as they are, and they would reorder or break the line.
 */
export function toLogLine(value: unknown): string {
  return JSON.stringify(value).replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (text) =>
    Array.from({ length: text.length }, (_, at) => escapeUnit(text.charCodeAt(at))).join(''),
  )
}

function escapeUnit(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, '0')}`
}
