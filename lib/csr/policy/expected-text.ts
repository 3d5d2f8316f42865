import { isDnsSubdomain } from '#lib/csr/node-name.ts'

/** How a list of expected machines is written: what its reader and its editor must agree upon. */

/** Its first line, comments aside. */
function firstLine(text: string): string {
  return text.split('\n').find((line) => /\S/.test(line) && !/^\s*#/.test(line)) ?? ''
}

/** No header of a CSV has a colon, a dash or a bracket at such a place. */
export function isYamlList(text: string): boolean {
  return /^\s*(?:---|%|[[{]|-(?:\s|$)|["']?[A-Za-z]+["']?\s*:)/.test(firstLine(text))
}

/** Between the columns of a CSV's header; a semicolon there is none within a field. */
export function delimiterOf(text: string): string {
  const header = firstLine(text)
  return [',', '\t', ';'].find((delimiter) => header.includes(delimiter)) ?? ','
}

const EMPTY = 'name,addresses,role\n'

/**
 * The text with one more machine at its end, by its name alone; as it is where its form leaves no
 * place for that, and for what is no node's name: it comes out of an address, which may hold anything.
 * A guess, for a draft: whoever saves it has seen what its reader makes of it.
 */
export function withMachine(text: string, name: string): string {
  if (!isDnsSubdomain(name)) return text
  const before = text.trim() === '' ? EMPTY : text
  const row = isYamlList(before) ? yamlEntry(before, name) : csvRow(before, name)
  if (row === null) return text
  const end = before.includes('\r\n') ? '\r\n' : '\n'
  return `${before}${/\n$/.test(before) ? '' : end}${row}${end}`
}

/** Why such a text has no place for one more machine: what its editor must say, and what to write. */
export type NoPlace = 'inBrackets' | 'noNameColumn'

/** Null where the machine was added, or its name is none. */
export function noPlaceIn(text: string, name: string): NoPlace | null {
  if (!isDnsSubdomain(name) || withMachine(text, name) !== text) return null
  return isYamlList(text) ? 'inBrackets' : 'noNameColumn'
}

/** Like the first one, in whose entry others may be. */
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
