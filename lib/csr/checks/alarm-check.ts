import { fail, ofMachine, pass } from '#lib/csr/checks/check-question.ts'

/**
 * Passes while no alarm is raised for an earlier certificate of the machine. A signer that issued
 * something other than the approved request (or a writer of the status) may do so again.
 */
export const machineAlarm = ofMachine<'machine.alarm'>('noName', (nodeName, { world }) => {
  const alarm = world.alarms.of(nodeName)
  return alarm === null ? pass('none') : fail('raised', { values: { request: alarm.request } })
})
