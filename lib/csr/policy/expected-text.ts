import { isDnsSubdomain } from '#lib/csr/name-syntax.ts'

/** The syntax of a list of expected machines, shared by its reader and its editor. */

/** The text's first line that is not a comment. */
function firstLine(text: string): string {
  return text.split('\n').find((line) => /\S/.test(line) && !/^\s*#/.test(line)) ?? ''
}

/** Whether the text is YAML: a CSV's header has no colon, dash or bracket in such a place. */
export function isYamlList(text: string): boolean {
  return /^\s*(?:---|%|[[{]|-(?:\s|$)|["']?[A-Za-z]+["']?\s*:)/.test(firstLine(text))
}

/** The delimiter of a CSV's header. Headers contain no semicolon within a field. */
export function delimiterOf(text: string): string {
  const header = firstLine(text)
  return [',', '\t', ';'].find((delimiter) => header.includes(delimiter)) ?? ','
}

const EMPTY = 'name,addresses,role\n'

/**
 * The text with one more machine appended by name; unchanged without a place for it or for an
 * invalid name (it comes from a URL). Only a draft: its reader shows the result before saving.
 */
export function withMachine(text: string, name: string): string {
  if (!isDnsSubdomain(name)) return text
  const before = text.trim() === '' ? EMPTY : text
  const row = isYamlList(before) ? yamlEntry(before, name) : csvRow(before, name)
  if (row === null) return text
  const end = before.includes('\r\n') ? '\r\n' : '\n'
  return `${before}${/\n$/.test(before) ? '' : end}${row}${end}`
}

/** Why a text has no place for another machine, so that the editor can explain it. */
export type NoPlace = 'inBrackets' | 'noNameColumn'

/** Null if the machine was added or the name is invalid. */
export function noPlaceIn(text: string, name: string): NoPlace | null {
  if (!isDnsSubdomain(name) || withMachine(text, name) !== text) return null
  return isYamlList(text) ? 'inBrackets' : 'noNameColumn'
}

/** Indented like the first entry. */
function yamlEntry(text: string, name: string): string | null {
  const indent = /^( *)-(?:\s|$)/m.exec(text)?.[1]
  return indent === undefined ? null : `${indent}- ${name}`
}

function csvRow(text: string, name: string): string | null {
  const delimiter = delimiterOf(text)
  const columns = firstLine(text)
    .split(delimiter)
    .map((title) => title.replaceAll(/["\s]/g, '').toLowerCase())
  if (!columns.includes('name')) return null
  return columns.map((column) => (column === 'name' ? name : '')).join(delimiter)
}
