import { expect, it } from 'vitest'
import { readExpected } from '#lib/policy/expected-machines.ts'
import { readExpectedAside } from '#lib/policy/expected-reader.ts'

const names = Array.from({ length: 2_000 }, (_, index) => `worker-${index}.rack.example.com`)
const long = names.map((name) => `- name: ${name}`).join('\n')

it.each<[string, string]>([
  ['a short list', 'name\nw'],
  ['a long one as YAML', long],
  ['a long one as CSV', `name\n${names.join('\n')}`],
  ['a long one with a name twice in its last line', `${long}\n- worker-7.rack.example.com`],
  ['a long one that is no YAML from some line on', `${long}\n- name: [w`],
  ['one beyond a mebibyte', `# ${'x'.repeat(1024 * 1024)}\n- w`],
])('%s reads the same as on the spot: list, problems and lines', async (_case, text) => {
  expect(await readExpectedAside(text)).toEqual(readExpected(text))
})

it('a text that takes more memory than there is for it is refused, and nobody dies of it', async () => {
  const reading = await readExpectedAside(long, 4)
  expect(reading).toMatchObject({ problems: [{ code: 'malformed', line: null }] })
})
