import { cutText } from '#lib/csr/reading/cut-text.ts'

/** Longest text of a log line, in characters as the line writes them. */
const LONGEST = 256
/** Longest sentences, and the person who wrote the line. */
const LONGEST_OF: Readonly<Record<string, number>> = {
  detail: 1_024,
  error: 4_096,
  note: 2_048,
  problem: 1_024,
  who: 1_024,
  why: 1_024,
}

/**
 * One line of JSON, safe for terminals: line separators, bidi controls and lone surrogates are
 * escaped, which JSON leaves raw. Long texts are cut (`cutText`); the uid identifies the object.
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
