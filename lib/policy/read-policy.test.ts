import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { plainly } from '#lib/csr/cause.ts'
import { timesYardstick } from '#lib/csr/fixtures/processor-time.ts'
import { BUILT_IN_POLICY } from '#lib/csr/policy/built-in-policy.ts'
import { DEFAULT_POLICY } from '#lib/csr/policy/policy.ts'
import { APPROVAL_POLICY, policySchema } from '#lib/policy/approval-policy.ts'
import { MAX_POLICY_BYTES, readPolicy } from '#lib/policy/read-policy.ts'

const HEAD = `apiVersion: countersign.dev/v1alpha1
kind: ApprovalPolicy
metadata:
  name: racks
`
const withSpec = (spec: string) => `${HEAD}spec:\n${spec.replace(/^/gm, '  ')}\n`
const withRule = (cel: string) =>
  withSpec(`rules:\n  - name: one\n    message: why\n    cel: ${cel}`)

function policyOf(text: string) {
  const reading = readPolicy(text)
  if ('value' in reading) return reading.value
  throw new Error(JSON.stringify(reading.problems))
}

/** One `line:column path cause` for each problem. */
function problemsOf(text: string): readonly string[] {
  const reading = readPolicy(text)
  if ('value' in reading) return []
  return reading.problems.map(
    ({ line, column, path, cause }) => `${line}:${column} ${path} ${plainly(cause)}`,
  )
}

const { name: _, generation: __, ...DEFAULTS } = DEFAULT_POLICY

describe('a good policy', () => {
  it('a policy without any field is the built-in one under another name', () => {
    const { name, generation, ...rest } = policyOf(`${HEAD}spec: {}\n`)
    expect(name).toBe('racks')
    expect(generation).toMatch(/^[0-9a-f]{12}$/)
    expect(rest).toEqual(DEFAULTS)
  })

  it('a policy printed from the built-in one has every field, and reads as the built-in one', () => {
    const { name, generation: _, ...rest } = policyOf(BUILT_IN_POLICY)
    expect(rest).toEqual(DEFAULTS)
    const nothing = parse(`${HEAD}spec: {}`)
    const whole = APPROVAL_POLICY.parse({ ...nothing, metadata: { name } })
    expect(parse(BUILT_IN_POLICY)).toEqual(whole)
  })

  it('a policy keeps its own fields, and the others have their built-in values', () => {
    const { rules, ...policy } = policyOf(
      withSpec(`allowedAddresses: [192.0.2.0/24, '2001:db8::/32']
allowedNames: ['*.example.com']
maxExpiration: 24h
bootstrapRequestors: [system:serviceaccount:infra:joiner]
allowRebootstrap: false
expectedComplete: true
machines: { namespaces: [openshift-machine-api, fleet] }
signers: [example.com/my-signer]
rules:
  - name: one name
    message: >
      Machines here
      have one name.
    cel: request.dnsNames.size() <= 1
automatic:
  mode: act
  clients: true
  required: [identity.expected]
  limits: { perNode: 3 }
secondPerson:
  for: [suspicious]
  within: 90m`),
    )
    expect(policy).toEqual({
      name: 'racks',
      generation: policy.generation,
      allowedAddresses: ['192.0.2.0/24', '2001:db8::/32'],
      allowedNames: ['*.example.com'],
      limitClients: false,
      maxExpirationSeconds: 86_400,
      extraBootstrapRequestors: ['system:serviceaccount:infra:joiner'],
      allowRebootstrap: false,
      expectedComplete: true,
      machineNamespaces: ['openshift-machine-api', 'fleet'],
      allowedSigners: ['example.com/my-signer'],
      automatic: {
        mode: 'act',
        accept: 'verified',
        clients: true,
        required: ['identity.expected'],
        limits: { ...DEFAULT_POLICY.automatic.limits, perNode: 3 },
      },
      secondPerson: { for: ['suspicious'], withinSeconds: 5_400 },
    })
    expect(rules).toMatchObject([{ name: 'one name', message: 'Machines here have one name.' }])
  })

  it.each([
    [
      'as JSON with tabs',
      JSON.stringify(
        {
          apiVersion: 'countersign.dev/v1alpha1',
          kind: 'ApprovalPolicy',
          metadata: { name: 'racks' },
          spec: {},
        },
        null,
        '\t',
      ),
    ],
    ['with a byte-order mark', `\uFEFF${HEAD}spec: {}\n`],
    ['with CRLF', `${HEAD}spec: {}\n`.replaceAll('\n', '\r\n')],
    ['with comments and a document start', `# ours\n---\n${HEAD}spec: {} # nothing\n`],
    ['without a last line end', `${HEAD}spec: {}`],
  ])('a good policy is read: %s', (_title, text) => {
    expect(policyOf(text).name).toBe('racks')
  })

  it('another text has another generation, even with the same meaning', () => {
    const [one, other] = [policyOf(`${HEAD}spec: {}`), policyOf(`${HEAD}spec: {}\n`)]
    expect(one.generation).not.toBe(other.generation)
    expect(policyOf(`${HEAD}spec: {}`).generation).toBe(one.generation)
  })
})

describe('a bad policy is refused whole, with line, column and reason', () => {
  it.each<[string, string, string]>([
    ['', '', '1:1  fieldNotAMap ApprovalPolicy'],
    ['a list', '- 1', '1:1  fieldNotAMap ApprovalPolicy'],
    ['no spec', HEAD, '1:1 spec fieldMissing spec'],
    ['an empty spec', `${HEAD}spec:`, 'fieldNotAMap spec'],
    [
      'another version',
      `${HEAD.replace('v1alpha1', 'v2')}spec: {}`,
      '1:13 apiVersion fieldNotOneOf apiVersion countersign.dev/v1alpha1',
    ],
    [
      'another kind',
      `${HEAD.replace('ApprovalPolicy', 'Policy')}spec: {}`,
      '2:7 kind fieldNotOneOf kind ApprovalPolicy',
    ],
    [
      'a bad name',
      `${HEAD.replace('racks', 'Racks')}spec: {}`,
      '4:9 metadata.name fieldNoDnsName name',
    ],
    ['a number for a name', `${HEAD.replace('racks', '12')}spec: {}`, 'fieldNotAText name'],
    [
      'a tab as indent',
      `${HEAD}spec:\n\tsigners: []`,
      '6:1  policyMalformed Tabs are not allowed as indentation',
    ],
    ['two documents', `${HEAD}spec: {}\n---\n${HEAD}spec: {}`, 'multiple documents'],
    ['a bad scalar', `${HEAD}spec: "`, 'Missing closing "quote'],
    ['an anchor', `${HEAD}spec: &a {}`, '5:7  policyAnchor'],
    ['a tag', `${HEAD}spec: !!map {}`, '5:7  policyTag'],
    ['a directive', `%YAML 1.1\n---\n${HEAD}spec: {}`, '1:1  policyDirective'],
    ['constructor', `${HEAD}spec: {}\nconstructor: 1`, 'fieldUnknown constructor'],
  ])('a bad policy is refused whole: %s', (_title, text, expected) => {
    expect(problemsOf(text).join('\n')).toContain(expected)
  })

  it.each<[string, spec: string, string]>([
    [
      'an unknown field',
      'allowedAdresses: []',
      '6:3 spec.allowedAdresses fieldUnknownNear allowedAdresses allowedAddresses',
    ],
    [
      'an unknown field further in',
      'automatic:\n  limits:\n    perNodes: 3',
      '8:7 spec.automatic.limits.perNodes fieldUnknownNear perNodes perNode',
    ],
    ['a field twice', 'signers: []\nsigners: []', '7:3  policyMalformed Map keys must be unique'],
    ['a wrong type', 'allowRebootstrap: "no"', '6:21 spec.allowRebootstrap fieldNotAFlag'],
    ['a word of YAML 1.1', 'allowRebootstrap: yes', 'fieldNotAFlag allowRebootstrap'],
    ['one for a list', 'signers: example.com/a', 'fieldNotAList signers'],
    [
      'no prefix',
      'allowedAddresses: [10.0.0.0/8, "10.1"]',
      '6:34 spec.allowedAddresses[1] fieldNoPrefix allowedAddresses[1]',
    ],
    [
      'a value twice',
      'allowedNames: [a, b, a]',
      '6:24 spec.allowedNames[2] fieldTwice allowedNames[2]',
    ],
    ['a pattern of another kind', 'allowedNames: ["^a$"]', 'fieldNoPattern allowedNames[0]'],
    ['many stars', `allowedNames: ["${'*a'.repeat(9)}"]`, 'fieldManyStars allowedNames[0]'],
    ['no duration', 'maxExpiration: 1 year', 'fieldNoExpiration maxExpiration'],
    ['seconds', 'maxExpiration: 3600', 'fieldNotAText maxExpiration'],
    ['too short a life', 'maxExpiration: 9m', 'fieldOutOfRange maxExpiration 10m 3660d'],
    ['a wide signer', "signers: ['example.com/*']", 'fieldNoSigner signers[0]'],
    [
      'no check',
      'automatic: { required: [sans.ownd] }',
      'fieldNotOneOfManyNear required[0] 32 sans.owned',
    ],
    ['no mode', 'automatic: { mode: on }', 'fieldNotOneOf mode off, shadow, act'],
    ['no limit', 'automatic: { limits: { total: 0 } }', 'fieldTooSmall total 1'],
    ['half a limit', 'automatic: { limits: { total: 1.5 } }', 'fieldNotWhole total'],
    ['a long proposal', 'secondPerson: { within: 2d }', 'fieldOutOfRange within 1m 1d'],
    ['an unseen character', 'bootstrapRequestors: ["a\\u202eb"]', 'fieldInvisible'],
    ['an alias', 'signers: *a', '6:12  policyAlias'],
    ['a merge', '<<: { signers: [] }', 'fieldUnknown <<'],
    ['a key that is a map', '? { a: b }\n: 1', 'policyExplicitKey'],
    ['__proto__', '__proto__: { automatic: { mode: act } }', 'fieldUnknown __proto__'],
  ])('a policy with a bad field is refused whole: %s', (_title, spec, expected) => {
    expect(problemsOf(withSpec(spec)).join('\n')).toContain(expected)
  })

  it('a refused policy reports every problem at once, in the order of the text', () => {
    const text = withSpec('signers: 1\nallowRebootstrap: 2\nautomatic: { mode: 3 }')
    expect(problemsOf(text).map((problem) => problem.split(':')[0])).toEqual(['6', '7', '8'])
  })

  it('a policy cannot change a prototype', () => {
    readPolicy(withSpec('__proto__: { polluted: true }'))
    readPolicy('{"__proto__": {"polluted": true}}')
    expect(Reflect.get({}, 'polluted')).toBeUndefined()
  })
})

describe('a rule that cannot be read is found in the document', () => {
  it.each([
    ['plain', withRule('request.nope == 1'), '9:19'],
    ['in quotes', withRule('"request.nope == 1"'), '9:20'],
    ['in a block', withRule('|\n        request.name != "" &&\n          nope'), '11:13'],
    [
      'in a block with CRLF',
      withRule('|\n        true &&\n        nope').replaceAll('\n', '\r\n'),
      '11:11',
    ],
    ['folded: where it begins', withRule('>\n        true &&\n        nope'), '9:12'],
    ['with escapes: where it begins', withRule('"\\u006eope"'), '9:12'],
  ])('a rule that cannot be read is found in the document: %s', (_title, text, place) => {
    expect(problemsOf(text)).toEqual([
      expect.stringMatching(`^${place} spec\\.rules\\[0\\]\\.cel `),
    ])
  })

  it('a rule with a taken name, and a rule without a message, are found in the document', () => {
    const rule = '- { name: a, message: m, cel: "true" }'
    expect(problemsOf(withSpec(`rules:\n  ${rule}\n  ${rule}`))).toEqual([
      '8:15 spec.rules[1].name fieldTwice name',
    ])
    expect(problemsOf(withSpec('rules:\n  - { name: a, message: "", cel: "true" }'))).toEqual([
      expect.stringContaining('fieldEmpty message'),
    ])
  })

  it('rules that are cheap one by one and expensive together are refused', () => {
    const dear = 'request.dnsNames.all(d, d.size() < 300)'
    const rules = Array.from(
      { length: 6 },
      (_x, n) => `  - { name: r${n}, message: m, cel: "${dear}" }`,
    )
    expect(problemsOf(withSpec(`rules:\n${rules.slice(0, 3).join('\n')}`))).toEqual([])
    expect(problemsOf(withSpec(`rules:\n${rules.join('\n')}`))).toEqual([
      expect.stringContaining('rulesTooCostly'),
    ])
  })
})

describe('a hostile document', () => {
  const laughs = Array.from(
    { length: 25 },
    (_x, n) =>
      `l${n}: &l${n} [${Array(9)
        .fill(n === 0 ? 'lol' : `*l${n - 1}`)
        .join(', ')}]`,
  ).join('\n')
  it.each<[string, string]>([
    ['a billion laughs', `${HEAD}${laughs}\nspec: {}`],
    ['a mebibyte', `${HEAD}spec: {} #${'x'.repeat(1024 * 1024)}`],
    ['all brackets', `${HEAD}spec: ${'['.repeat(60_000)}`],
    ['brackets that close', `${HEAD}spec: ${'['.repeat(30_000)}${']'.repeat(30_000)}`],
    ['maps in maps', `${HEAD}spec: ${'{a: '.repeat(15_000)}`],
    ['dashes', `${HEAD}spec:\n  ${'- '.repeat(30_000)}x`],
    ['question marks', `${HEAD}spec:\n  ${'? '.repeat(30_000)}x`],
    ['tags', `${HEAD}spec: ${'!a '.repeat(20_000)}x`],
    ['keys', `${HEAD}${Array.from({ length: 6_000 }, (_x, n) => `a${n}: 1`).join('\n')}`],
    ['comments', `${'#\n'.repeat(20_000)}${HEAD}spec: {}`],
    ['blank lines', `${'\n'.repeat(60_000)}${HEAD}spec: {}`],
    ['values', withSpec(`signers: [${'a,'.repeat(30_000)}]`)],
    ['quotes', `${HEAD}spec: "${'\\"'.repeat(30_000)}`],
    [
      'indents',
      `${HEAD}${Array.from({ length: 300 }, (_x, n) => `${' '.repeat(n)}a:`).join('\n')}`,
    ],
    ['a NUL', `${HEAD}spec: {}\0`],
    ['a lone surrogate', withSpec('bootstrapRequestors: ["\ud800"]')],
    ['a catastrophic pattern', withRule('\'request.name.matches("((a{1,90}){1,90}){1,90}")\'')],
  ])('a hostile document of %s is refused quickly', (_title, text) => {
    const look = () => expect(problemsOf(text).length).toBeGreaterThan(0)
    expect(timesYardstick(250, look)).toBeLessThan(250)
  })

  it('readPolicy never throws, and every problem points inside the text', () => {
    const pieces = fc.constantFrom(
      ...'{}[]:,-?&*!|>%@`"\'#~ \t\n\r\0aé',
      'spec:',
      '\n  - ',
      '__proto__',
      HEAD,
      '---\n',
      '"request.x',
    )
    const texts = fc.array(pieces, { maxLength: 40 }).map((parts) => parts.join(''))
    fc.assert(
      fc.property(texts, (text) => {
        const reading = readPolicy(text)
        if ('value' in reading) return
        expect(reading.problems.length).toBeGreaterThan(0)
        for (const { line, column } of reading.problems) {
          expect(line).toBeGreaterThan(0)
          expect(line).toBeLessThanOrEqual(text.split('\n').length)
          expect(column).toBeGreaterThan(0)
        }
      }),
      { numRuns: 400 },
    )
  })

  it('a document’s length is limited in bytes, not characters', () => {
    const filled = (bytes: number) => `${HEAD}spec: {} #${'x'.repeat(bytes - HEAD.length - 10)}`
    expect(problemsOf(filled(MAX_POLICY_BYTES))).toEqual([])
    expect(problemsOf(filled(MAX_POLICY_BYTES + 1))).toHaveLength(1)
    expect(problemsOf(filled(MAX_POLICY_BYTES).replace('#x', '#é'))).toHaveLength(1)
  })
})

describe('the shipped schema and example', () => {
  const shipped = (path: string) =>
    readFileSync(new URL(`../../docs/${path}`, import.meta.url), 'utf8')

  it("the JSON Schema is generated from the reader's own", () => {
    expect(JSON.parse(shipped('approval-policy.schema.json'))).toEqual(
      JSON.parse(JSON.stringify(policySchema())),
    )
  })

  it('the example is a valid policy', () => {
    const policy = policyOf(shipped('examples/approval-policy.yaml'))
    expect(policy.name).toBe('bare-metal')
    expect(policy.rules).toHaveLength(2)
    expect(policy.automatic.mode).toBe('shadow')
  })
})
