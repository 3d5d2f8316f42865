import { expect, it } from 'vitest'
import { entriesOf } from '#components/palette/entries.ts'

const commands = [{ id: 'theme', name: 'Switch between light and dark', hint: '', run: () => {} }]
const groups = [
  { kind: 'nodes', hits: [{ key: 'w-9', name: 'w-9', hint: 'Ready' }], isExact: true },
  { kind: 'requests', hits: [{ key: 'u1', name: 'csr-1', hint: 'w-1' }], isExact: false },
] as const

function found(text: string, isCurrent = true) {
  const opened: string[] = []
  const open = {
    machine: (name: string) => opened.push(`machine ${name}`),
    request: (uid: string) => opened.push(`request ${uid}`),
  }
  const entries = entriesOf(text, commands, { groups, isCurrent }, open)
  for (const { run } of entries) run()
  return { entries: entries.map(({ group, name }) => `${group} ${name}`), opened }
}

it.each<[string, string, string[], string[]]>([
  ['nothing typed: commands alone', '', ['commands Switch between light and dark'], []],
  [
    'a command by its words, before the hits',
    'dark light',
    ['commands Switch between light and dark', 'nodes w-9', 'requests csr-1'],
    ['machine w-9', 'request u1'],
  ],
  [
    'hits in the order of the server',
    'w',
    ['commands Switch between light and dark', 'nodes w-9', 'requests csr-1'],
    ['machine w-9', 'request u1'],
  ],
  ['no command', 'w-9', ['nodes w-9', 'requests csr-1'], ['machine w-9', 'request u1']],
])('the palette lists entries and opens hits: %s', (_, text, entries, opened) => {
  expect(found(text)).toEqual({ entries, opened })
})

it('hits of the previous text stay only where their name has each word', () => {
  expect(found('w 9', false)).toEqual({ entries: ['nodes w-9'], opened: ['machine w-9'] })
  expect(found('w-8', false)).toEqual({ entries: [], opened: [] })
})
