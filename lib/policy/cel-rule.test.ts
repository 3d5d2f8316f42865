import { describe, expect, it } from 'vitest'
import { plainly } from '#lib/csr/cause.ts'
import { makeMachineObject, makeNode } from '#lib/csr/fixtures/make-cluster.ts'
import { timesYardstick } from '#lib/csr/fixtures/processor-time.ts'
import type { RuleDoubt, RuleInput } from '#lib/csr/policy/policy.ts'
import { MAX_COST, readRule } from '#lib/policy/cel-rule.ts'

const REQUEST: RuleInput['request'] = {
  name: 'csr-1',
  signerName: 'kubernetes.io/kubelet-serving',
  username: 'system:node:worker-1',
  groups: ['system:nodes', 'system:authenticated'],
  usages: ['digital signature', 'server auth'],
  expirationSeconds: 86_400,
  nodeName: 'worker-1',
  dnsNames: ['worker-1', 'worker-1.example.com'],
  ipAddresses: ['192.0.2.11', '2001:db8::11'],
  keyAlgorithm: 'ECDSA',
  keyParameter: 'P-256',
}

function input(request: Partial<RuleInput['request']> = {}, more: Partial<RuleInput> = {}) {
  return { request: { ...REQUEST, ...request }, node: null, machine: null, ...more }
}

function answerTo(source: string, given: RuleInput = input()): string {
  const read = readRule(source)
  if ('problems' in read) return read.problems.map(({ cause }) => plainly(cause)).join('; ')
  const outcome = read.run(given)
  if (outcome.outcome !== 'unknown') return outcome.outcome
  return `unknown: ${outcome.why.finding}`
}

describe('a rule', () => {
  it.each([
    ['true', 'pass'],
    ['false', 'fail'],
    ['request.nodeName == "worker-1"', 'pass'],
    ['request.expirationSeconds <= 86400', 'pass'],
    ['request.expirationSeconds / 3600 == 24', 'pass'],
    ['request.expirationSeconds < duration("24h")', 'ruleSaid found no matching overload'],
    ['request.dnsNames.size() == 2', 'pass'],
    ['request.dnsNames.all(d, d.startsWith(request.nodeName))', 'pass'],
    ['request.dnsNames.exists(d, d.endsWith(".evil.com"))', 'fail'],
    ['request.dnsNames.exists_one(d, d.contains("."))', 'pass'],
    ['request.dnsNames.filter(d, d.contains(".")).size() == 1', 'pass'],
    ['request.groups.map(g, g + "!") == ["system:nodes!", "system:authenticated!"]', 'pass'],
    ['"system:nodes" in request.groups', 'pass'],
    ['request.dnsNames.all(d, d.matches("^[a-z0-9.-]+$"))', 'pass'],
    ['request.ipAddresses.all(ip, ip.inPrefix("192.0.2.0/24"))', 'fail'],
    ['request.ipAddresses[0].inPrefix("192.0.2.0/24")', 'pass'],
    ['request["keyAlgorithm"] == "ECDSA"', 'pass'],
    ['node == null', 'pass'],
    ['node == null ? request.usages.size() > 1 : false', 'pass'],
  ])('a rule answers for one request: %s', (source, expected) => {
    expect(answerTo(source)).toContain(expected)
  })

  it('a rule can read the Node and the Machine', () => {
    const given = input({}, { node: makeNode(), machine: makeMachineObject({ phase: 'Running' }) })
    expect(answerTo('node.ready.status == "True" && node.addresses.size() > 0', given)).toBe('pass')
    expect(answerTo('machine.phase == "Running" && machine.nodeRef == null', given)).toBe('pass')
    const age = 'timestamp(node.createdAt) < timestamp("2030-01-01T00:00:00Z")'
    expect(answerTo(age, given)).toBe('pass')
  })

  it.each<[string, string, RuleDoubt['finding'], Partial<RuleInput['request']>]>([
    ['there is no Node', 'node.name == "worker-1"', 'untold', {}],
    ['there is no such value', 'request.dnsNames[7] == ""', 'untold', {}],
    ['the life is unset', 'request.expirationSeconds < 5', 'untold', { expirationSeconds: null }],
    ['a text is not ASCII', 'request.username.matches("^a")', 'notAscii', { username: 'système' }],
    ['it says a text', 'request.dnsNames[0] == "" || request.dnsNames', 'untold', {}],
    ['a number divides by zero', '1 / (request.usages.size() - 2) == 1', 'untold', {}],
    [
      'there are more names than anybody looks at',
      'true',
      'tooMany',
      { dnsNames: Array(1_001).fill('a') },
    ],
    ['a name is longer than any name', 'true', 'tooLong', { ipAddresses: ['1'.repeat(46)] }],
  ])('a rule’s answer is unknown when %s', (_, source, finding, request) => {
    expect(answerTo(source, input(request))).toBe(`unknown: ${finding}`)
  })

  it('a rule is not confused by property names of JavaScript’s own', () => {
    for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
      expect(answerTo(name)).toContain(`ruleUnknownName ${name}`)
      expect(answerTo(`request.${name} == ""`)).toContain(`ruleUnknownField ${name}`)
      expect(answerTo(`request["${name}"] == ""`)).toContain(`ruleUnknownField ${name}`)
      expect(answerTo(`"${name}" in request.groups`)).toBe('fail')
    }
  })
})

describe('a rule is refused', () => {
  it.each([
    ['request.nodeName ==', 17, 'ruleSaid found ='],
    ['', 0, 'ruleSaid'],
    ['request.dnsName.size() > 0', 7, 'ruleUnknownFieldNear dnsName dnsNames'],
    ['nodes.name == ""', 0, 'ruleUnknownNameNear nodes node'],
    ['request.name.startWith("a")', 12, 'ruleUnknownFunctionNear startWith startsWith'],
    ['request.name.size(1) == 1', 12, 'ruleSaid found no matching overload'],
    ['1 + "a" == 2', 1, 'ruleSaid found no matching overload'],
    ['"a"', 0, 'ruleNotAFlag'],
    ['request.dnsNames.map(d, d)', 16, 'ruleNotAFlag'],
    ['request.name.matches("(")', 12, 'patternSaid error parsing regexp: missing closing )'],
    ['request.name.matches(request.nodeName)', 12, 'rulePatternNotConstant'],
    ['request.name.inPrefix("10.0.0.0")', 12, 'rulePrefix'],
    ['request.name.all(c, true)', 12, 'ruleNotAList'],
    ['{"a": true}["a"]', 0, 'ruleUnknownSyntax'],
    ['cel.bind(x, 1, x == 1)', 3, 'ruleUnknownFunction bind'],
    ['('.repeat(25), 24, 'ruleTooNested 24'],
    [`"${'a'.repeat(1_000)}" == ""`, 1_000, 'ruleTooLong 1000'],
  ])('the rule "%s" is refused', (source, offset, reason) => {
    const read = readRule(source)
    const [problem] = 'problems' in read ? read.problems : []
    expect(problem?.offset).toBe(offset)
    expect(problem && plainly(problem.cause)).toContain(reason)
  })

  it.each([
    'request.dnsNames.all(a, request.dnsNames.all(b, a == b))',
    'request.dnsNames.map(d, d).all(d, d != "")',
    'request.dnsNames.all(d, request.username.contains(d))',
    'request.dnsNames.all(d, node.addresses.exists(a, a.address == d))',
    'request.groups.all(a, request.groups.all(b, request.groups.all(c, a == b)))',
    // A cap on loops and length would admit both: they take 42 and 411 ms.
    `request.dnsNames.all(d, ${Array(41).fill('!d.matches("^a+b$")').join(' && ')})`,
    `request.dnsNames.all(d, ${Array(28).fill('(d+d+d+d+d+d+d+d).size() > 0').join(' && ')})`,
  ])('a rule that could take long on a large request is refused: %s', (source) => {
    const read = readRule(source)
    const code = expect.stringMatching(/^(ruleTooCostly|ruleTooManyLoops)$/)
    expect(read).toMatchObject({ problems: [{ offset: expect.any(Number), cause: { code } }] })
  })
})

/** The largest request within the bounds; a claimant chooses its names. */
const LARGEST = input(
  {
    name: 'x'.repeat(253),
    username: 'a'.repeat(1_024),
    groups: Array.from({ length: 64 }, (_, n) => `${'g'.repeat(1_000)}${n}`),
    usages: Array.from({ length: 32 }, (_, n) => `${'u'.repeat(60)}${n}`),
    dnsNames: Array.from({ length: 1_000 }, (_, n) => `${'abcdefg.'.repeat(31)}${n}`),
    ipAddresses: Array.from({ length: 1_000 }, (_, n) => `2001:db8:0:1:2:3:4:${n.toString(16)}`),
  },
  {
    node: {
      ...makeNode(),
      addresses: Array.from({ length: 256 }, (_, n) => ({
        type: 'InternalDNS',
        address: `${'abcdefg.'.repeat(31)}${n}`,
      })),
    },
  },
)

describe('the most expensive accepted rules', () => {
  // Each comes near the cost limit through another operation.
  it.each([
    'request.dnsNames.all(d, d.matches("^[a-z0-9.-]+$") && d != "a" && d != "b" && d != "c" && d != "d")',
    'node.addresses.all(a, timestamp(node.createdAt) > timestamp("2020-01-01T00:00:00Z"))',
    'request.dnsNames.all(d, d in request.groups || d != "a" && d != "b" && d != "c" && d != "d")',
    'request.ipAddresses.all(i, i.inPrefix("2001:db8::/32") && i != "a" && i != "b")',
    'request.dnsNames.all(d, d.size() < 300)',
    'request.dnsNames.filter(d, d != "a" && d != "b" && d != "c" && d != "d" && d != "e").size() > 1',
    'request.dnsNames.all(d, [d, d, d, d].size() == 4 && [d, d, d, d].size() == 4)',
    'request.dnsNames.all(d, d.contains("zzzzzz") || true)',
    'request.groups.all(g, request.usages.all(u, u != g && u != "a" && u != "b" && u != "c"))',
  ])('the most expensive accepted rules take little time on the largest request: %s', (source) => {
    const read = readRule(source)
    if ('problems' in read) throw new Error(JSON.stringify(read.problems))
    expect(read.cost).toBeGreaterThan(MAX_COST / 4)
    const run = () => expect(read.run(LARGEST).outcome).not.toBe('unknown')
    // Five once compiled: an operation that is not counted takes tens.
    expect(timesYardstick(30, run, 300)).toBeLessThan(30)
  })
})
