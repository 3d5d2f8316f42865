import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { ExpectedMachine } from '#lib/csr/policy/expected-list.ts'
import { readExpected } from '#lib/policy/expected-machines.ts'

const label = fc.stringMatching(/^[a-z]([-a-z0-9]{0,8}[a-z0-9])?$/)
const address = fc.oneof(
  fc.ipV4(),
  fc.ipV6().filter((text) => !text.includes('.')),
  label.map((name) => `${name}.example.com`),
)
const list = fc.uniqueArray(
  fc.record({
    name: label,
    addresses: fc.uniqueArray(address, { maxLength: 3 }),
    role: fc.option(fc.constantFrom('worker', 'control-plane', 'größer')),
  }),
  { minLength: 1, maxLength: 20, selector: ({ name }) => name },
)

/** Pieces of which valid and broken lists are made. */
const pieces = fc.array(
  fc.oneof(
    fc.constantFrom(
      ...[
        'name',
        ',',
        '\n',
        '\r\n',
        '"',
        ';',
        '\t',
        '#',
        '- ',
        ': ',
        '[',
        ']',
        '{',
        '}',
        '&a',
        '*a',
      ],
      ...[
        'addresses',
        'role',
        'spec:',
        'machines:',
        '---',
        '|',
        '\uFEFF',
        '!!str',
        '<<',
        '%YAML',
        '? ',
      ],
    ),
    fc.string({ unit: 'binary', maxLength: 4 }),
    label,
    address,
  ),
  { maxLength: 60 },
)

it('any text gives a list or a reason', () => {
  fc.assert(
    fc.property(pieces, (parts) => {
      const reading = readExpected(parts.join(''))
      const answerTo = 'value' in reading ? reading.value : reading.problems
      expect(answerTo.length).toBeGreaterThan(0)
    }),
    { numRuns: 3_000 },
  )
})

it('a list reads the same as CSV, as YAML and as JSON', () => {
  fc.assert(
    fc.property(list, fc.constantFrom('\n', '\r\n', '\r'), (machines, end) => {
      const { csv, yaml } = written(machines, end)
      const json = JSON.stringify(
        machines.map(({ role, ...rest }) => ({ ...rest, role: role ?? '' })),
      )
      const reading = readExpected(csv)
      const answerTo = 'value' in reading ? reading.value : reading.problems.map(({ code }) => code)
      for (const text of [yaml, json]) {
        const other = readExpected(text)
        expect('value' in other ? other.value : other.problems.map(({ code }) => code)).toEqual(
          answerTo,
        )
      }
    }),
    { numRuns: 300 },
  )
})

function written(machines: readonly ExpectedMachine[], end: string) {
  const csv = machines.map(
    ({ name, addresses, role }) => `${name},${addresses.join(' ')},${role ?? ''}`,
  )
  const yaml = machines.map(
    ({ name, addresses, role }) =>
      `- name: ${name}${end}  addresses: ${JSON.stringify(addresses)}${end}  role: ${role ?? ''}`,
  )
  return { csv: ['name,addresses,role', ...csv].join(end), yaml: yaml.join(end) }
}
