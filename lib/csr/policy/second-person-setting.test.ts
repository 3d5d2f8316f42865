import { expect, it } from 'vitest'
import { DEFAULT_POLICY } from '#lib/csr/policy/policy.ts'
import { readSecondPersonSetting, withSecondPerson } from '#lib/csr/policy/second-person-setting.ts'

it.each([
  ['nothing', undefined, []],
  ['one', 'controlPlane', ['controlPlane']],
  [
    'both, in any order, with blanks',
    ' controlPlane , suspicious,',
    ['suspicious', 'controlPlane'],
  ],
])('the setting %s is read', (_, COUNTERSIGN_SECOND_PERSON, kinds) => {
  expect(readSecondPersonSetting({ COUNTERSIGN_SECOND_PERSON })).toEqual({ kinds })
})

it('the setting’s error names the unknown word', () => {
  expect(readSecondPersonSetting({ COUNTERSIGN_SECOND_PERSON: 'suspicious,all' })).toEqual({
    problem: 'COUNTERSIGN_SECOND_PERSON: "all" is none of suspicious, controlPlane.',
  })
})

it('the setting adds to the policy’s own kinds, each once', () => {
  const policy = {
    ...DEFAULT_POLICY,
    secondPerson: { for: ['suspicious'], withinSeconds: 60 },
  } as const
  expect(withSecondPerson(policy, ['suspicious', 'controlPlane']).secondPerson).toEqual({
    for: ['suspicious', 'controlPlane'],
    withinSeconds: 60,
  })
})
