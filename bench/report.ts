import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Figure, Measured } from './figure.ts'

const DOCUMENT = fileURLToPath(new URL('../docs/benchmarks.md', import.meta.url))
const HEAD = ['Figure', 'Reach', 'Was', 'Now', 'Ok'] as const
const BEGIN = '<!-- measured: written by `npm run bench -- --release`, do not edit -->'
const END = '<!-- /measured -->'

export interface Run {
  readonly machine: readonly (readonly [string, string])[]
  readonly measured: readonly Measured[]
  readonly figures: readonly Figure[]
}

/**
 * The table, aligned for a terminal and valid Markdown. The column *Was* is copied from the
 * document: a person edits it to compare with earlier figures.
 */
export function table(measured: readonly Measured[]): string {
  const was = columnOf(documentText(), 'Was')
  const rows = [
    [...HEAD],
    ...measured.map(({ figure, reach, measured: now, ok }) => {
      return [figure, reach, was.get(figure) ?? '–', now, ok ? 'yes' : '**no**']
    }),
  ]
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const lines = rows.map(
    (row) => `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`,
  )
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`
  return [lines[0], rule, ...lines.slice(1)].join('\n')
}

/** The cells of one column of the document's table, by figure. */
function columnOf(document: string, column: string): ReadonlyMap<string, string> {
  const rows = document
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .map((line) => line.split(' | ').map((cell) => cell.replace(/^\| | \|$/g, '').trim()))
  const at = rows.find(([first]) => first === HEAD[0])?.indexOf(column) ?? -1
  return new Map(rows.flatMap((row) => (at > 0 ? [[row[0] ?? '', row[at] ?? '']] : [])))
}

function documentText(): string {
  return existsSync(DOCUMENT) ? readFileSync(DOCUMENT, 'utf8') : `${BEGIN}\n${END}\n`
}

/** Replaces measured values in the document; the text around them stays. */
export function writeDocument(run: Run): void {
  const before = documentText()
  const from = before.indexOf(BEGIN)
  const to = before.indexOf(END)
  if (from === -1 || to < from) throw new Error(`docs/benchmarks.md has lost its markers: ${BEGIN}`)
  writeFileSync(DOCUMENT, `${before.slice(0, from)}${BEGIN}\n\n${body(run)}\n\n${before.slice(to)}`)
}

function body({ machine, measured, figures }: Run): string {
  return [
    table(measured),
    '## Measured on',
    machine.map(([label, value]) => `* ${label}: ${value}`).join('\n'),
    '## How',
    figures.map(({ name, method }) => `**${name}**: ${method}`).join('\n\n'),
  ].join('\n\n')
}
