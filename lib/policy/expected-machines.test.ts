import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { describeAnswers, itAnswers } from '#lib/csr/fixtures/it-answers.ts'
import { timesYardstick } from '#lib/csr/fixtures/processor-time.ts'
import { readExpected } from '#lib/policy/expected-machines.ts'

/** One `name [addresses] role` for each machine, or one `code line values` for each problem. */
function answerTo(text: string): string[] {
  const reading = readExpected(text)
  return 'value' in reading
    ? reading.value.map(({ name, addresses, role }) => `${name} [${addresses}] ${role ?? '-'}`)
    : reading.problems.map(({ code, line, values }) =>
        [code, line ?? '-', ...Object.values(values)].join(' '),
      )
}

const machines = (text: string) => answerTo(text).join(', ')

describe('a list as CSV', () => {
  itAnswers(machines, {
    'worker-1 [198.51.100.11,worker-1.example.com] worker': {
      plain: 'name,addresses,role\nworker-1,198.51.100.11 worker-1.example.com,worker\n',
      'semicolons in a field':
        'name,addresses,role\nworker-1,198.51.100.11;worker-1.example.com,worker',
      quoted:
        '"name","addresses","role"\n"worker-1","198.51.100.11; worker-1.example.com","worker"',
      'another order, capitals':
        'Role,ADDRESSES,Name\nworker,198.51.100.11 worker-1.example.com,worker-1',
      'spaces around':
        ' name , addresses ,role\n worker-1 , 198.51.100.11 worker-1.example.com , worker ',
      tabs: 'name\taddresses\trole\nworker-1\t198.51.100.11 worker-1.example.com\tworker',
      semicolons: 'name;addresses;role\nworker-1;198.51.100.11 worker-1.example.com;worker',
      'byte-order mark':
        '\uFEFFname,addresses,role\nworker-1,198.51.100.11 worker-1.example.com,worker',
      CRLF: 'name,addresses,role\r\nworker-1,198.51.100.11 worker-1.example.com,worker\r\n',
      'blank lines':
        '\n\nname,addresses,role\n\n,,\nworker-1,198.51.100.11 worker-1.example.com,worker\n\n',
      comments:
        '# rack 2\nname,addresses,role\n # old\nworker-1,198.51.100.11 worker-1.example.com,worker\n#worker-2',
    },
    'worker-1 [] -, worker-2 [] -': { 'only names': 'name\nworker-1\nworker-2' },
    'w [2001:db8::1,198.51.100.1,w.example.com] -': {
      'addresses in other spellings':
        'name,addresses\nw,2001:DB8::0:1 ::ffff:198.51.100.1 W.Example.COM.',
    },
    'w [::1,w] -': { 'an address twice in a row': 'name,addresses\nw,::1 0::1 w' },
    'w [] -': {
      'fields left out': 'name,addresses,role\nw',
      'empty fields at the end': 'name,addresses,role\nw,,,,',
    },
    'w1 [] -, w2 [] -, w3 [] -': {
      // Mixed line ends must not make the comment include the next lines.
      'mixed line ends': 'name\r\n# x\nw1\r\nw2\rw3',
    },
  })

  describeAnswers('is refused whole', machines, {
    'empty -': {
      nothing: '',
      'only a mark': '\uFEFF',
      'only comments': '# a\n# b\n',
      'only a header': 'name,role\n',
    },
    'noHeader 1': { 'no header': 'worker-1,198.51.100.11\n' },
    'unknownColumn 1 ip': { 'an unknown column': 'name,ip\nw,::1' },
    'columnTwice 2 Name': { 'a column twice': '# x\nname,Name\nw,w' },
    'tooManyFields 2 3 2': { 'too many fields': 'name,role\nw,worker,x' },
    'malformed 3 Quote Not Closed: the parsing is finished with an opening quote at line 3': {
      'a quote left open': 'name\nw1\n"w2',
    },
    'noName 2': { 'no name': 'name,role\n,worker' },
    'badName 2 Worker-1': { 'capitals in a name': 'name\nWorker-1' },
    'badName 2 wоrker-1': { 'a look-alike': 'name\nw\u043erker-1' },
    'badAddress 2 10.0.0.300': { 'a mistyped address as a name': 'name\n10.0.0.300' },
    'badAddress 3 rack.7': { 'a name that ends like an address': 'name\n4711\nrack.7' },
    'badName 2 worker​-1': { 'an invisible character': 'name\nworker\u200b-1' },
    'badAddress 2 198.51.100.0/24': {
      'a prefix as an address': 'name,addresses\nw,198.51.100.0/24',
    },
    'badAddress 2 198.51.100.256': { 'no such IPv4 address': 'name,addresses\nw,198.51.100.256' },
    'badAddress 2 198.51.100.01': { 'leading zeros': 'name,addresses\nw,198.51.100.01' },
    'badAddress 2 fe80::1%eth0': { 'a zone': 'name,addresses\nw,fe80::1%eth0' },
    'badAddress 2 *.example.com': { 'a wildcard': 'name,addresses\nw,*.example.com' },
    'badRole 2 a\u0007b': { 'a role with a control character': 'name,role\nw,a\u0007b' },
    'nameTwice 5 w1 2': { 'a name twice': 'name\nw1\nw2\n# x\nw1' },
    'addressTwice 3 192.0.2.1 192.0.2.1 2': {
      'an address that is a name': 'name,addresses\n192.0.2.1,\nw2,192.0.2.1',
    },
    'addressTwice 3 0:0::1 w1 2': { 'an address twice': 'name,addresses\nw1,::1\nw2,0:0::1' },
    'addressTwice 3 w2 w1 2': { 'a name as an address': 'name,addresses\nw1,w2\nw2,::1' },
    'badName 2 W1, badAddress 2 x_y, nameTwice 4 w2 3': {
      'everything at once': 'name,addresses\nW1,x_y\nw2\nw2',
    },
  })
})

describe('a list as YAML', () => {
  const head = 'apiVersion: countersign.dev/v1alpha1\nkind: ExpectedMachines\nspec:\n  machines:\n'
  const entry =
    '- name: worker-1\n  addresses: [198.51.100.11, worker-1.example.com]\n  role: worker\n'
  itAnswers(machines, {
    'worker-1 [198.51.100.11,worker-1.example.com] worker': {
      'of our kind': `${head}  - {name: worker-1, addresses: [198.51.100.11, worker-1.example.com], role: worker}`,
      'only the machines': entry,
      'with a mark, CRLF and comments': `\uFEFF# x\r\n---\r\n${entry.replaceAll('\n', '\r\n')}`,
      JSON: '[{"name":"worker-1","addresses":["198.51.100.11","worker-1.example.com"],"role":"worker"}]',
    },
    'worker-1 [] -': { 'with metadata': `metadata: {name: rack2}\n${head}  - worker-1` },
    'w [] -': {
      'JSON of our kind':
        '{"apiVersion":"countersign.dev/v1alpha1","kind":"ExpectedMachines","spec":{"machines":["w"]}}',
      'fields left empty': '- name: w\n  addresses:\n  role:',
    },
    'w [::1,w.x] -': { 'addresses in one text': '- name: w\n  addresses: ::1 w.x' },
    'w1 [] -, w2 [] -': { 'only names': '- w1\n- w2' },
    '1e3 [] -, no [] -, 0x10 [] -, 10 [] -': {
      'names like numbers': '- 1e3\n- no\n- 0x10\n- 10',
    },
  })

  describeAnswers('is refused whole', machines, {
    'empty -': { 'no machines': `${head.replace('  machines:\n', '  machines: []\n')}` },
    'wrongShape - spec': {
      'no spec': 'apiVersion: countersign.dev/v1alpha1\nkind: ExpectedMachines',
    },
    'wrongKind 2 kind: ExpectedMachines': {
      'another kind': `${head.replace('ExpectedMachines', 'ConfigMap')}  - w`,
    },
    'wrongKind 1 apiVersion: countersign.dev/v1alpha1': {
      'another version': 'apiVersion: v1\nkind: ExpectedMachines\nspec: {machines: [w]}',
    },
    'unknownField 5 ip': { 'an unknown field': `${head}  - {name: w, ip: 1}` },
    'unknownField 6 status': { 'an unknown field on top': `${head}  - w\nstatus: {}` },
    'fieldTwice 2 name': { 'a field twice': '- name: w\n  name: v' },
    'malformed 2 Source contains multiple documents; please use YAML.parseAllDocuments()': {
      'two documents': '- w\n---\n- v',
    },
    'malformed 1 Flow sequence in block collection must be sufficiently indented and end with a ]':
      { 'a bracket left open': '- name: [w' },
    'tooDeep 2': {
      'more brackets after others that close nothing': `- w\n${']'.repeat(50)}${'['.repeat(50)}`,
    },
    'wrongShape 1 name': { 'a map as a name': '- name: {a: b}' },
    'wrongShape 2 addresses': { 'a list as an address': '- name: w\n  addresses: [[a]]' },
    'wrongShape 2 machine': { 'an alias': '- &a w\n- *a' },
    'wrongShape 1 machine': { 'a list in the list': '- [w]' },
    'noName 1': { 'no name': '- role: worker' },
    'nameTwice 2 w1 1': { 'a name twice': '- w1\n- name: w1' },
  })
})

describe('a list of ten thousand', () => {
  const rows = Array.from({ length: 10_000 }, (_, index) => ({
    name: `worker-${index}.rack.example.com`,
    address: `10.${index >> 8}.${index & 255}.7`,
  }))
  const csv = rows.map(({ name, address }) => `${name},${address},worker`).join('\n')
  const yaml = rows.map(({ name, address }) => `- {name: ${name}, addresses: [${address}]}`)

  it.each([
    ['CSV', `name,addresses,role\n${csv}`],
    ['YAML', yaml.join('\n')],
  ])('a list of ten thousand in %s is read in about a second', (_, text) => {
    const read = () => {
      const reading = readExpected(text)
      expect('value' in reading && reading.value.length).toBe(10_000)
    }
    expect(timesYardstick(3_000, read)).toBeLessThan(3_000)
  })

  it('a list of ten thousand bad lines reports its first hundred problems, and the number of the others', () => {
    const reading = readExpected(`name\n${rows.map(({ name }) => `${name}_`).join('\n')}`)
    const problems = 'problems' in reading ? reading.problems : []
    expect(problems).toHaveLength(101)
    expect(problems.at(-1)).toEqual({ code: 'more', line: null, values: { count: '9900' } })
  })

  it('a list of more than a mebibyte is refused', () => {
    expect(answerTo(`name\n${'# \u00e9\n'.repeat(250_000)}w`)).toEqual(['tooLarge - 1048576'])
  })
})

it.each(['machines.csv', 'machines.yaml'])('the example %s is a list of three', (name) => {
  const text = readFileSync(new URL(`../../docs/examples/${name}`, import.meta.url), 'utf8')
  expect(answerTo(text)).toEqual([
    'worker-12.rack2.example.com [10.20.2.32] worker',
    'worker-13.rack2.example.com [10.20.2.33,worker-13] worker',
    expect.stringContaining('worker-14.rack2.example.com []'),
  ])
})

it('a map of twenty thousand keys is refused at once', () => {
  const keys = Array.from({ length: 20_000 }, (_, index) => `k${index}: x`).join(', ')
  const read = () => {
    const reading = readExpected(`- {${keys}}`)
    expect('problems' in reading && reading.problems[0]?.code).toBe('unknownField')
  }
  // The parser's own check took ten seconds.
  expect(timesYardstick(3_000, read)).toBeLessThan(3_000)
})

it.each(['[', '- {a: [', '- ', '? ', ': '])(
  'a list of a megabyte of %j is refused at once for its nesting, with the line',
  (deeper) => {
    const text = `- w\n${deeper.repeat(1_000_000 / deeper.length)}`
    const read = () => expect(answerTo(text)).toEqual(['tooDeep 2'])
    // The parser took half a minute.
    expect(timesYardstick(3_000, read)).toBeLessThan(3_000)
  },
)
