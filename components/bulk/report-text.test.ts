import { expect, it } from 'vitest'
import { reportText } from '#components/bulk/report-text.ts'
import { makeRequest } from '#lib/csr/fixtures/make-rows.ts'
import type { RunLine, StayingRow } from '#lib/wire/run-answers.ts'

const line = (name: string, fields: Partial<RunLine> = {}): RunLine => ({
  ...{ name, kind: 'ready', done: 0, of: 0, uid: null, outcome: null, reason: null, since: 0 },
  ...{ detail: null, causes: [] },
  ...fields,
})
const staying = (name: string): StayingRow => ({
  ...makeRequest({ uid: name, name }),
  nodeName: 'a',
})
const words = {
  title: 'Title',
  summary: 'Summary',
  line: ({ kind, detail }: RunLine) => (detail === null ? kind : `${kind}: ${detail}`),
  staying: () => 'Stay',
  more: (count: number) => `and ${count} more`,
}
const none = { count: 0, rows: [] }

it('the report has one line for each machine, and is safe to paste', () => {
  const lines = [line('bad\u202e', { kind: 'failed', detail: 'line\nbreak' }), line('ok')]
  expect(reportText({ lines, staying: none }, words).split('\n')).toEqual([
    'Title',
    'Summary',
    '',
    'bad\\u202e\tfailed: line\\u000abreak',
    'ok\tready',
    '',
  ])
  const escaped = reportText(
    { lines: [line('ok')], staying: none },
    { ...words, line: () => 'a\\u202eb' },
  )
  expect(escaped).toContain('ok\ta\\u202eb\n')
})

it.each([
  ['what cannot be seen', 'bad\u202e', 'bad\\u202e'],
  ['a formula', '=HYPERLINK("//x")', `'=HYPERLINK("//x")`],
  ['a formula in a quoted cell', '"=1+1"', `'"=1+1"`],
  ['a quote that would take in the rows below', '"', `'"`],
  ['a tab before a formula', '\t=1', '\\u0009=1'],
])(
  'the requests that stay pending end the report, and are safe to paste: %s',
  (_, name, written) => {
    const text = reportText({ lines: [], staying: { count: 3, rows: [staying(name)] } }, words)
    const ending = ['', '', 'Stay', `a\t${written}`, 'and 2 more', '']
    expect(text.split('\n')).toEqual(['Title', 'Summary', ...ending])
  },
)
