import { expect, it } from 'vitest'
import { parse } from 'yaml'
import { fittingPolicy } from '#sandbox/demo-cluster.ts'
import { RACK2_POLICY } from '#sandbox/scenarios/rack2-policy.ts'

it('the story’s policy names a real cluster’s addresses and machines, and is otherwise unchanged', () => {
  const { allowedAddresses, allowedNames, ...rest } = parse(RACK2_POLICY).spec
  const fitting = fittingPolicy(RACK2_POLICY)
  expect(parse(fitting)).toEqual({
    ...parse(RACK2_POLICY),
    spec: { ...rest, allowedAddresses: ['198.18.0.0/15'], allowedNames: ['worker-*', 'metal-*'] },
  })
  expect([allowedAddresses, allowedNames]).toEqual([['10.20.0.0/16'], expect.any(Array)])
  expect(fitting).toContain('# shadow: says what it would approve')
  expect(fittingPolicy('spec: {}\n')).toBe('spec: {}\n')
})
