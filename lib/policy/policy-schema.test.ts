import { Ajv2020 } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { policySchema } from '#lib/policy/approval-policy.ts'
import { readPolicy } from '#lib/policy/read-policy.ts'

/** Ajv validates a document against docs/approval-policy.schema.json as an editor does. */
const bySchema = new Ajv2020({ strict: false }).compile(policySchema())

const HEAD = `apiVersion: countersign.dev/v1alpha1
kind: ApprovalPolicy
metadata: { name: racks }
`
const withSpec = (spec: string) => `${HEAD}spec: { ${spec} }\n`
const rule = (name: string, message = 'why', cel = 'true') =>
  `{ name: ${name}, message: "${message}", cel: "${cel}" }`

const byReader = (text: string) => 'value' in readPolicy(text)
const takes = (text: string) => ({ schema: bySchema(parse(text)), reader: byReader(text) })

describe('the schema and the reader both', () => {
  it.each([
    ['nothing', ''],
    [
      'prefixes',
      'allowedAddresses: [0.0.0.0/0, 192.0.2.255/32, "::/0", "2001:DB8::192.0.2.1/128"]',
    ],
    ['patterns', `allowedNames: ["a?.example.com", "${'*a'.repeat(8)}", "${'a'.repeat(253)}"]`],
    ['durations', 'maxExpiration: 10m, secondPerson: { within: 24h }'],
    ['user names', 'bootstrapRequestors: ["système:ß", " a b "]'],
    ['signers', 'signers: [example.com/a-b.c-d]'],
    ['rules', `rules: [${rule('one', ' 你好 ')}, ${rule('two')}]`],
    ['the rest', 'automatic: { mode: act, required: [], limits: { total: 100000 } }'],
  ])('schema and reader both accept %s', (_what, spec) => {
    expect(takes(withSpec(spec))).toEqual({ schema: true, reader: true })
  })

  it.each([
    ['another version', `${HEAD.replace('v1alpha1', 'v2')}spec: {}`],
    ['no spec', HEAD],
    ['a field that nobody knows', withSpec('allowedAdresses: []')],
    ['a name in capitals', `${HEAD.replace('racks', 'Racks')}spec: {}`],
    ['a name that ends with a dash', `${HEAD.replace('racks', 'a-')}spec: {}`],
    ['an address without its length', withSpec('allowedAddresses: [192.0.2.1]')],
    ['an octet too large', withSpec('allowedAddresses: [192.0.2.256/24]')],
    ['an octet with a zero before it', withSpec('allowedAddresses: [192.0.02.0/24]')],
    ['five octets', withSpec('allowedAddresses: [1.192.0.2.0/24]')],
    ['too long a prefix', withSpec('allowedAddresses: [192.0.2.0/33]')],
    ['too long a prefix of IPv6', withSpec('allowedAddresses: ["2001:db8::/129"]')],
    ['a zone', withSpec('allowedAddresses: ["fe80::1%eth0/64"]')],
    ['a prefix twice', withSpec('allowedAddresses: [10.0.0.0/8, 10.0.0.0/8]')],
    ['a hundred and one values', withSpec(`allowedNames: [${names(101)}]`)],
    ['another kind of pattern', withSpec('allowedNames: ["^a$"]')],
    ['nine stars', withSpec(`allowedNames: ["${'*a'.repeat(9)}"]`)],
    ['no pattern', withSpec('allowedNames: [""]')],
    ['too long a pattern', withSpec(`allowedNames: ["${'a'.repeat(254)}"]`)],
    ['a life without a unit', withSpec('maxExpiration: "3600"')],
    ['no life', withSpec('maxExpiration: 0d')],
    ['a user name of spaces', withSpec('bootstrapRequestors: [" "]')],
    ['a user name that turns round', withSpec('bootstrapRequestors: ["a\\u202eb"]')],
    ['a user name in two lines', withSpec('bootstrapRequestors: ["a\\nb"]')],
    [
      'a message that white space makes too long',
      withSpec(`rules: [${rule('a', `${'m'.repeat(500)} `)}]`),
    ],
    ['a signer of all', withSpec('signers: ["example.com/*"]')],
    ['a signer in capitals', withSpec('signers: [example.com/A]')],
    ['a rule without a message', withSpec('rules: [{ name: a, cel: "true" }]')],
    ['a rule twice', withSpec(`rules: [${rule('a')}, ${rule('a')}]`)],
    [
      'twenty-one rules',
      withSpec(
        `rules: [${names(21)
          .split(', ')
          .map((name) => rule(name))}]`,
      ),
    ],
    ['no mode', withSpec('automatic: { mode: on }')],
    ['no check', withSpec('automatic: { required: [sans.ownd] }')],
    ['no limit', withSpec('automatic: { limits: { perNode: 0 } }')],
    ['half a limit', withSpec('automatic: { limits: { perNode: 1.5 } }')],
    ['another second person', withSpec('secondPerson: { for: [all] }')],
  ])('schema and reader both refuse %s', (_what, text) => {
    expect(takes(text)).toEqual({ schema: false, reader: false })
  })

  // docs/policy.md lists these differences.
  it.each([
    ['groups that make no address', withSpec('allowedAddresses: ["1::2::3/64"]')],
    ['too short a life', withSpec('maxExpiration: 9m')],
    ['a proposal for two days', withSpec('secondPerson: { within: 2d }')],
    ['two rules of one name', withSpec(`rules: [${rule('a')}, ${rule('a', 'other')}]`)],
    ['a rule that is none', withSpec(`rules: [${rule('a', 'why', 'nope')}]`)],
    ['two spaces in a user name', withSpec('bootstrapRequestors: ["a  b"]')],
    ['an anchor', `${HEAD}spec: &a {}`],
  ])('only the reader refuses %s', (_what, text) => {
    expect(takes(text)).toEqual({ schema: true, reader: false })
  })

  const listed = fc.oneof(
    fc.ipV4().chain((ip) => fc.nat(40).map((bits) => `${ip}/${bits}`)),
    fc.ipV6().chain((ip) => fc.nat(140).map((bits) => `${ip}/${bits}`)),
    fc.string({ maxLength: 12, unit: fc.constantFrom(...'01259afAF:./*?-') }),
  )
  it.each(['allowedAddresses', 'allowedNames', 'bootstrapRequestors', 'signers'])(
    'the schema accepts every %s that the reader accepts',
    (field) => {
      const strange = fc.string({ maxLength: 8, unit: 'binary' })
      fc.assert(
        fc.property(fc.oneof(listed, strange), (value) => {
          const text = JSON.stringify({ ...parse(HEAD), spec: { [field]: [value] } })
          expect(bySchema(parse(text)) || !byReader(text)).toBe(true)
        }),
        { numRuns: 300 },
      )
    },
  )
})

function names(count: number): string {
  return Array.from({ length: count }, (_, index) => `n${index}`).join(', ')
}
