import { expect, it } from 'vitest'
import { barredBy } from '#lib/csr/policy/barred.ts'
import { isListOfNames } from '#lib/csr/policy/expected-list.ts'
import { DEFAULT_POLICY } from '#lib/csr/policy/policy.ts'

const list = (...machines: (readonly string[])[]) =>
  machines.map((addresses, index) => ({ name: `worker-${index}`, addresses, role: null }))

it.each<[string, Parameters<typeof isListOfNames>[0], 'off' | 'shadow' | 'act', string[], boolean]>(
  [
    ['acts on a list of names alone', list([], []), 'act', [], true],
    ['only watches', list([]), 'shadow', [], false],
    ['is off', list([]), 'off', [], false],
    ['says which names there are', list([]), 'act', ['worker-*'], false],
    ['has a list with addresses', list(['198.51.100.11'], []), 'act', [], false],
    ['has an empty list', [], 'act', [], false],
    ['has no list', null, 'act', [], false],
  ],
)('a policy that %s', (_, machines, mode, allowedNames, isBarred) => {
  const policy = { automatic: { ...DEFAULT_POLICY.automatic, mode }, allowedNames }
  expect(barredBy(policy, isListOfNames(machines))?.code ?? null).toBe(
    isBarred ? 'actsOnNamesAlone' : null,
  )
})
