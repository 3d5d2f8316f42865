import { expect, it } from 'vitest'
import { KeptPlans } from '#lib/act/kept-plans.ts'
import type { Plan } from '#lib/act/plan.ts'

const EMPTY: Plan = {
  verified: [],
  plausible: [],
  rebootstrapping: [],
  heldBack: [],
  isByRole: false,
}

it('a person who makes plan after plan pushes out only their own', () => {
  const plans = new KeptPlans(() => 0)
  const [ann, bob] = [new AbortController().signal, new AbortController().signal]
  const anns = plans.keep(EMPTY, 'ann', ann)
  const bobs = Array.from({ length: 60 }, () => plans.keep(EMPTY, 'bob', bob))
  expect(plans.find(anns.id, ann)).toMatchObject({ id: anns.id })
  expect(bobs.filter(({ id }) => plans.find(id, bob) !== null)).toHaveLength(49)
})
