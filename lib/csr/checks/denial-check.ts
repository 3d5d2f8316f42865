import { fail, ofMachine, pass } from '#lib/csr/checks/check-question.ts'

/**
 * Nobody has denied the machine the same certificate. A denied kubelet files again within seconds,
 * and the person who said no has not said anything else since. Passes again once the cluster has
 * deleted the denied request, an hour or two after.
 */
export const machineDenial = ofMachine<'machine.denial'>('noName', (_, { claim, world }) => {
  const denial = world.denialAgainst(claim)
  if (denial === null) return pass('none')
  const { request, deniedAt } = denial
  if (deniedAt === null) return fail('deniedSometime', { values: { request } })
  return fail('denied', { values: { request, deniedAt } })
})
