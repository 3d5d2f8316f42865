import { fail, ofMachine, pass } from '#lib/csr/checks/check-question.ts'

/**
 * Passes unless the same certificate was denied to this machine: a denied kubelet files again
 * within seconds. Passes again once the cluster deletes the denied request, one to two hours later.
 */
export const machineDenial = ofMachine<'machine.denial'>('noName', (_, { claim, world }) => {
  const denial = world.denialAgainst(claim)
  if (denial === null) return pass('none')
  const { request, deniedAt } = denial
  if (deniedAt === null) return fail('deniedSometime', { values: { request } })
  return fail('denied', { values: { request, deniedAt } })
})

/**
 * Passes while no alarm is raised for an earlier certificate of the machine. A signer that issued
 * something other than the approved request (or a writer of the status) may do so again.
 */
export const machineAlarm = ofMachine<'machine.alarm'>('noName', (nodeName, { world }) => {
  const alarm = world.alarms.of('issuedOtherwise', nodeName)
  return alarm === null ? pass('none') : fail('raised', { values: { request: alarm.request } })
})
