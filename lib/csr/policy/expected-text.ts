import type { Verdict } from '#lib/csr/model.ts'
import { isDnsSubdomain } from '#lib/csr/name-syntax.ts'
import { isHeldBack } from '#lib/csr/policy/trust.ts'

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

/** `withMachines` for one name. */
export function withMachine(text: string, name: string): string {
  return withMachines(text, [name])
}

/**
 * The text with more machines appended by name; unchanged without a place for them. Invalid names
 * are left out: they come from a URL. Only a draft: its reader shows the result before saving.
 */
export function withMachines(text: string, names: readonly string[]): string {
  const valid = names.filter(isDnsSubdomain)
  if (valid.length === 0) return text
  const before = text.trim() === '' ? EMPTY : text
  const rowOf = isYamlList(before) ? yamlEntry(before) : csvRow(before)
  if (rowOf === null) return text
  const end = before.includes('\r\n') ? '\r\n' : '\n'
  return `${before}${/\n$/.test(before) ? '' : end}${valid.map((name) => rowOf(name) + end).join('')}`
}

export function offeredNames(
  text: string,
  machines: readonly { readonly name: string; readonly verdict: Verdict | null }[],
): {
  /** Names that the draft may take. */
  readonly names: readonly string[]
  /**
   * Number of names that are suspicious or refused: on the list, the next request of such a name
   * could be verified.
   */
  readonly heldBack: number
} {
  const words = new Set(text.split(/[\s,;"'[\]{}]+/))
  const missing = machines.filter(({ name }) => !words.has(name))
  const names = missing.filter(({ verdict }) => !isHeldBack(verdict)).map(({ name }) => name)
  return { names, heldBack: missing.length - names.length }
}

/** The reason why a text has no place for another machine, so that the editor can explain it. */
export type NoPlace = 'inBrackets' | 'noNameColumn'

/** The reason why the machine was not added; null if it was added or its name is invalid. */
export function noPlaceIn(text: string, name: string): NoPlace | null {
  if (!isDnsSubdomain(name) || withMachine(text, name) !== text) return null
  return isYamlList(text) ? 'inBrackets' : 'noNameColumn'
}

type RowOf = (name: string) => string

/** The entry of a YAML list, indented like the first one; null without a place for it. */
function yamlEntry(text: string): RowOf | null {
  const indent = /^( *)-(?:\s|$)/m.exec(text)?.[1]
  return indent === undefined ? null : (name) => `${indent}- ${name}`
}

function csvRow(text: string): RowOf | null {
  const delimiter = delimiterOf(text)
  const columns = firstLine(text)
    .split(delimiter)
    .map((title) => title.replaceAll(/["\s]/g, '').toLowerCase())
  if (!columns.includes('name')) return null
  return (name) => columns.map((column) => (column === 'name' ? name : '')).join(delimiter)
}
