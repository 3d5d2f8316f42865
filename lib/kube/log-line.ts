import { cutText } from '#lib/csr/reading/cut-text.ts'

/** The most of a text in a log line, in characters as the line writes them. */
const LONGEST = 256
/** Of texts that are no names: sentences, and the person whose word a line is. */
const LONGEST_OF: Readonly<Record<string, number>> = {
  detail: 1_024,
  error: 4_096,
  note: 2_048,
  problem: 1_024,
  who: 1_024,
  why: 1_024,
}

/**
 * JSON of one line that is safe to show on a terminal too: JSON leaves line separators, bidi
 * controls and lone surrogates as they are, and they would reorder or break the line. Long texts are cut
 * (`cutText`): a line names its object by uid.
 */
export function toLogLine(entry: object): string {
  return JSON.stringify(entry, bounded).replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (text) =>
    Array.from({ length: text.length }, (_, at) => escapeUnit(text.charCodeAt(at))).join(''),
  )
}

function bounded(field: string, value: unknown): unknown {
  return typeof value === 'string' ? cutText(value, LONGEST_OF[field] ?? LONGEST) : value
}

function escapeUnit(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, '0')}`
}
