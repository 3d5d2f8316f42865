import { expect, it } from 'vitest'
import { offeredNames } from '#lib/csr/policy/expected-text.ts'

const verdicts = ['verified', 'plausible', 'suspicious', 'refused', null] as const
const machines = verdicts.map((verdict) => ({ name: `is-${verdict}`, verdict }))

it('a draft takes waiting machines that no check holds back, and counts the others', () => {
  expect(offeredNames('name\n', machines)).toEqual({
    names: ['is-verified', 'is-plausible', 'is-null'],
    heldBack: 2,
  })
})

it('machines that the draft has are neither offered nor counted as left out', () => {
  const text = 'name\nis-verified\nis-refused\n'
  expect(offeredNames(text, machines)).toEqual({ names: ['is-plausible', 'is-null'], heldBack: 1 })
})
