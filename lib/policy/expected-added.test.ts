import { describe, expect, it } from 'vitest'
import { type NoPlace, noPlaceIn, withMachine } from '#lib/csr/policy/expected-text.ts'
import { readExpected } from '#lib/policy/expected-machines.ts'

/** The list's names with worker-9 added, or the codes of the problems. */
function namesWith(text: string): string[] {
  const reading = readExpected(withMachine(text, 'worker-9'))
  return 'value' in reading
    ? reading.value.map(({ name }) => name)
    : reading.problems.map(({ code }) => code)
}

describe('a machine added to the text of a list becomes its last entry', () => {
  it.each<readonly [string, string, readonly string[]]>([
    ['nothing', '', []],
    ['nothing but spaces', ' \n', []],
    ['a CSV', 'name,addresses,role\nworker-1,198.51.100.11,worker\n', ['worker-1']],
    ['without an end', 'name,addresses\nworker-1,198.51.100.11', ['worker-1']],
    ['another order, capitals', 'Role,"Name"\nworker,worker-1\n', ['worker-1']],
    ['tabs', 'name\trole\nworker-1\tworker\n', ['worker-1']],
    ['semicolons', 'role;name\nworker;worker-1\n', ['worker-1']],
    [
      'a mark, a comment and CRLF',
      '\uFEFF# rack 2, all of it\r\nname,role\r\nworker-1,worker\r\n',
      ['worker-1'],
    ],
    ['a header alone', 'name\n', []],
    ['names in YAML', '- worker-1\n- worker-2\n', ['worker-1', 'worker-2']],
    [
      'YAML of our kind, with addresses below each other',
      'apiVersion: countersign.dev/v1alpha1\nkind: ExpectedMachines\nspec:\n  machines:\n    - name: worker-1\n      addresses:\n        - 198.51.100.11\n',
      ['worker-1'],
    ],
  ])('a machine added to the text of a list becomes its last entry: %s', (_, text, before) => {
    expect(namesWith(text)).toEqual([...before, 'worker-9'])
    expect(withMachine(text, 'worker-9')).toContain(text.trim())
    expect(noPlaceIn(text, 'worker-9')).toBeNull()
  })

  it('the added entry has the line ends of the text', () => {
    expect(withMachine('name,role\r\nworker-1,\r\n', 'worker-9')).toMatch(/\r\nworker-9,\r\n$/)
  })
})

const OF_OUR_KIND = 'apiVersion: countersign.dev/v1alpha1\nkind: ExpectedMachines\n'
const IN_BRACKETS: readonly (readonly [string, string])[] = [
  ['JSON', '["worker-1"]\n'],
  ['JSON with addresses', '[{"name": "worker-1", "addresses": ["198.51.100.11"]}]\n'],
  ['YAML in brackets', `${OF_OUR_KIND}spec: { machines: [worker-1] }\n`],
]

it.each<readonly [string, string, NoPlace]>([
  ['a CSV without names', 'addresses,role\n198.51.100.11,worker\n', 'noNameColumn'],
  ...IN_BRACKETS.map(([what, text]) => [what, text, 'inBrackets'] as const),
])(
  'a text without a place for another machine stays unchanged, with the reason: %s',
  (_, text, why) => {
    expect(withMachine(text, 'worker-9')).toBe(text)
    expect(noPlaceIn(text, 'worker-9')).toBe(why)
  },
)

it.each(IN_BRACKETS)('the reader accepts the entry that the editor suggests: %s', (_, text) => {
  const written = text.replace(/\](?=[^\]]*$)/, ', "worker-9"]')
  expect(readExpected(written)).toMatchObject({
    value: [{ name: 'worker-1' }, { name: 'worker-9' }],
  })
})

it.each([
  '',
  'Worker-9',
  'worker-9,198.51.100.19',
  'worker-9\nworker-8',
  '-\u0020worker-9',
  'w\u043erker',
])('a name that no machine can have is not written: %j', (name) => {
  expect(withMachine('name\n', name)).toBe('name\n')
  expect(noPlaceIn('["worker-1"]\n', name)).toBeNull()
})
