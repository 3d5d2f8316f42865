import { tableCell, visible, visibleOnce } from '#lib/csr/escape.ts'
import type { RunLine, RunPage } from '#lib/wire/run-answers.ts'

/** Words of a report, taken from the catalogue. */
export interface ReportWords {
  readonly title: string
  readonly summary: string
  readonly line: (line: RunLine) => string
  /** Heading of the requests that stay pending. */
  readonly staying: (count: number) => string
  readonly more: (count: number) => string
}

/**
 * The report as text to paste: one machine a line, name and state separated by a tab. Characters
 * that a terminal or a chat would interpret are escaped, and no cell is a formula.
 */
export function reportText(
  { lines, staying }: Pick<RunPage, 'lines' | 'staying'>,
  words: ReportWords,
): string {
  const row = (name: string, cell: string) => `${tableCell(visible(name))}\t${tableCell(cell)}`
  const rows = lines.map((line) => row(line.name, visibleOnce(words.line(line))))
  const left = staying.rows.map(({ nodeName, name }) => row(nodeName, visible(name)))
  const more = staying.count - left.length
  const ending = left.length === 0 ? [] : ['', words.staying(staying.count), ...left]
  const uncounted = more > 0 ? [words.more(more)] : []
  return [words.title, words.summary, '', ...rows, ...ending, ...uncounted, ''].join('\n')
}
