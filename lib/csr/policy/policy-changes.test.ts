import { describe, expect, it } from 'vitest'
import { DEFAULT_POLICY, type Policy, type Rule } from '#lib/csr/policy/policy.ts'
import { policyChanges } from '#lib/csr/policy/policy-changes.ts'

const { automatic, secondPerson } = DEFAULT_POLICY
const limits = (more: Partial<Policy['automatic']['limits']>) => ({
  automatic: { ...automatic, limits: { ...automatic.limits, ...more } },
})
const auto = (more: Partial<Policy['automatic']>) => ({ automatic: { ...automatic, ...more } })
const two = (more: Partial<Policy['secondPerson']>) => ({
  secondPerson: { ...secondPerson, ...more },
})
const rule = (cel: string, name = 'a rule'): Rule => ({
  ...{ name, message: 'why', cel },
  run: () => ({ outcome: 'pass' }),
})

/** The changes in words, as `looser automatic.mode`. */
function changes(before: Partial<Policy>, after: Partial<Policy>): string {
  const all = policyChanges({ ...DEFAULT_POLICY, ...before }, { ...DEFAULT_POLICY, ...after })
  return all.map(({ field, change }) => `${change} ${field}`).join(', ')
}

/** The looser policy last: the other way round it is tighter. */
describe.each<[string, Partial<Policy>, Partial<Policy>]>([
  ['allowedNames', { allowedNames: ['*.example.com'] }, { allowedNames: [] }],
  ['allowedNames', { allowedNames: ['a'] }, { allowedNames: ['b', 'a'] }],
  ['allowedAddresses', { allowedAddresses: ['192.0.2.0/24'] }, {}],
  [
    'allowedAddresses',
    { allowedAddresses: ['192.0.2.0/24'] },
    { allowedAddresses: ['192.0.2.0/24', '10.0.0.0/8'] },
  ],
  ['limitClients', { limitClients: true }, { limitClients: false }],
  ['maxExpiration', { maxExpirationSeconds: 60 }, { maxExpirationSeconds: 61 }],
  ['bootstrapRequestors', {}, { extraBootstrapRequestors: ['joiner'] }],
  ['allowRebootstrap', { allowRebootstrap: false }, { allowRebootstrap: true }],
  ['expectedComplete', { expectedComplete: true }, { expectedComplete: false }],
  ['signers', {}, { allowedSigners: ['example.com/mesh'] }],
  ['rules', { rules: [rule('true'), rule('1 == 1')] }, { rules: [rule('1 == 1')] }],
  ['automatic.mode', auto({ mode: 'off' }), auto({ mode: 'shadow' })],
  ['automatic.mode', auto({ mode: 'shadow' }), auto({ mode: 'act' })],
  ['automatic.accept', auto({ accept: 'verified' }), auto({ accept: 'plausible' })],
  ['automatic.clients', auto({ clients: false }), auto({ clients: true })],
  ['automatic.required', {}, auto({ required: automatic.required.slice(1) })],
  ['automatic.limits.perNode', {}, limits({ perNode: 11 })],
  ['automatic.limits.perRequestor', {}, limits({ perRequestor: 1_001 })],
  ['automatic.limits.total', {}, limits({ total: 2_001 })],
  ['secondPerson.for', two({ for: ['suspicious'] }), {}],
  ['secondPerson.within', {}, two({ withinSeconds: 3_601 })],
])('%s: %j → %j', (field, tight, loose) => {
  it(`the change of ${field} is looser`, () =>
    expect(changes(tight, loose)).toBe(`looser ${field}`))
  it(`the opposite change of ${field} is tighter`, () =>
    expect(changes(loose, tight)).toBe(`tighter ${field}`))
})

it.each<[string, Partial<Policy>, Partial<Policy>, string]>([
  ['the same', {}, {}, ''],
  ['another name and generation', {}, { name: 'other', generation: '00b90218c306' }, ''],
  ['another order', { allowedNames: ['a', 'b'] }, { allowedNames: ['b', 'a'] }, ''],
  ['other names', { allowedNames: ['a'] }, { allowedNames: ['b'] }, 'unclear allowedNames'],
  [
    'a smaller prefix in place of another',
    { allowedAddresses: ['10.0.0.0/8'] },
    { allowedAddresses: ['10.0.0.0/16'] },
    'unclear allowedAddresses',
  ],
  [
    'named namespaces in place of those that the cluster tells',
    {},
    { machineNamespaces: ['a'] },
    'unclear machines.namespaces',
  ],
  [
    'a namespace more',
    { machineNamespaces: ['a'] },
    { machineNamespaces: ['a', 'b'] },
    'looser machines.namespaces',
  ],
  [
    'a namespace less, whose Machines contradicted',
    { machineNamespaces: ['a', 'b'] },
    { machineNamespaces: ['a'] },
    'unclear machines.namespaces',
  ],
  ['another rule', { rules: [rule('a')] }, { rules: [rule('b')] }, 'unclear rules'],
  [
    'other words about a rule',
    { rules: [rule('a')] },
    { rules: [{ ...rule('a', 'renamed'), message: 'other' }] },
    '',
  ],
  [
    'one field looser, one tighter',
    { allowedNames: ['a'], ...auto({ mode: 'act' }) },
    auto({ mode: 'off' }),
    'looser allowedNames, tighter automatic.mode',
  ],
])('policyChanges tells the difference of %s', (_, before, after, expected) => {
  expect(changes(before, after)).toBe(expected)
})
