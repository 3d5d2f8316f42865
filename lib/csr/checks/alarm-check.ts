import { fail, ofMachine, pass } from '#lib/csr/checks/check-question.ts'

/**
 * Nothing is wrong with what the machine was given before. Who signed another thing than was
 * approved, or wrote it into the status, may do it again.
 */
export const machineAlarm = ofMachine<'machine.alarm'>('noName', (nodeName, { world }) => {
  const alarm = world.alarms.of(nodeName)
  return alarm === null ? pass('none') : fail('raised', { values: { request: alarm.request } })
})
