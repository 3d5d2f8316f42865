import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Figure, Measured } from './figure.ts'

const DOCUMENT = fileURLToPath(new URL('../docs/benchmarks.md', import.meta.url))
const HEAD = ['Figure', 'Reach', 'Measured', 'Ok'] as const
const BEGIN = '<!-- measured: written by `npm run bench`, do not edit -->'
const END = '<!-- /measured -->'

export interface Run {
  readonly machine: readonly (readonly [string, string])[]
  readonly measured: readonly Measured[]
  readonly figures: readonly Figure[]
}

/** The table, aligned for a terminal and valid Markdown. */
export function table(measured: readonly Measured[]): string {
  const rows = [
    [...HEAD],
    ...measured.map((row) => [row.figure, row.reach, row.measured, row.ok ? 'yes' : '**no**']),
  ]
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const lines = rows.map(
    (row) => `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`,
  )
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`
  return [lines[0], rule, ...lines.slice(1)].join('\n')
}

/** Replaces measured values in the document; the text around them stays. */
export function writeDocument(run: Run): void {
  const before = existsSync(DOCUMENT) ? readFileSync(DOCUMENT, 'utf8') : `${BEGIN}\n${END}\n`
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
