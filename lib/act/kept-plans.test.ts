import { expect, it } from 'vitest'
import { KeptPlans } from '#lib/act/kept-plans.ts'
import type { Plan } from '#lib/act/plan.ts'

const EMPTY: Plan = { planned: [], heldBack: [], isByRole: false }

const maker = (name: string, uid: string) => ({
  principal: { displayName: name, viewer: { name, uid, mayApprove: () => true } },
  session: new AbortController().signal,
})

it.each([
  ['of another name', 'ann'],
  ['of the same name', 'bob'],
])('a person who makes plan after plan pushes out none of a person %s', (_, name) => {
  const plans = new KeptPlans(() => 0)
  const [ann, bob] = [maker(name, 'anns-uid'), maker('bob', 'bobs-uid')]
  const anns = plans.keep(EMPTY, ann.principal, ann.session)
  const bobs = Array.from({ length: 60 }, () => plans.keep(EMPTY, bob.principal, bob.session))
  expect(plans.find(anns.id, ann.session)).toMatchObject({ id: anns.id })
  expect(bobs.filter(({ id }) => plans.find(id, bob.session) !== null)).toHaveLength(49)
})
