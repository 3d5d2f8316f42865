import { renderToStaticMarkup } from 'react-dom/server'
import { expect, it } from 'vitest'
import type { Whose } from '#components/decide/whose.ts'
import { HoldText } from '#components/machine/hold-text.tsx'
import type { Hold } from '#lib/csr/model.ts'
import { en } from '#lib/messages/en.ts'

const machine = { name: 'worker-1', reason: null }
const { holders } = en.hold

it.each<readonly [holder: Hold['holder'], finding: string, whose: Whose, told: string]>([
  ['admin', 'verified', 'mine', holders.admin],
  ['admin', 'verified', 'others', holders.otherAdmin],
  ['machineApprover', 'deciding', 'mine', holders.machineApprover],
  ['machineApprover', 'silent', 'mine', holders.machineApprover],
  ['machineApprover', 'clientDisabled', 'mine', holders.admin],
  ['machineApprover', 'nodeExists', 'mine', holders.admin],
  ['machineApprover', 'nodeExists', 'others', holders.otherAdmin],
  ['machineApprover', 'noMachine', 'mine', holders.admin],
  ['machineApprover', 'hasNodeRef', 'mine', holders.admin],
  ['machineApprover', 'outsideWindow', 'mine', holders.admin],
  ['machineApprover', 'ignored', 'mine', holders.admin],
  ['machineApprover', 'forgotten', 'mine', holders.admin],
  ['machineApprover', 'lacksSan', 'mine', holders.machineApprover],
  ['approver', 'deciding', 'mine', holders.approver],
  ['approver', 'shadow', 'mine', holders.admin],
  ['signer', 'silent', 'mine', holders.signer],
  ['kubelet', 'failed', 'mine', holders.kubelet],
  ['kubelet', 'servingNext', 'mine', holders.kubelet],
])('whose move it is: %s %s, %s to decide', (holder, finding, whose, expected) => {
  const hold = { holder, finding, values: {} }
  const html = renderToStaticMarkup(<HoldText hold={hold} machine={machine} whose={whose} />)
  const told = Object.values(holders).filter((one) => html.includes(`${one}<`))
  expect(told).toEqual([expected])
})

it.each<readonly [holder: Hold['holder'], finding: string, whose: Whose, label: Whose]>([
  ['admin', 'verified', 'mine', 'mine'],
  ['admin', 'verified', 'others', 'others'],
  ['approver', 'paused', 'others', 'others'],
  ['machineApprover', 'silent', 'others', 'others'],
  ['signer', 'silent', 'others', 'mine'],
  ['kubelet', 'servingNoNode', 'others', 'mine'],
])('who can do something about it: %s %s, %s to decide', (holder, finding, whose, label) => {
  const hold = { holder, finding, values: {} }
  const html = renderToStaticMarkup(<HoldText hold={hold} machine={machine} whose={whose} />)
  const told = Object.values(en.hold.todo).filter((one) => html.includes(`${one}:`))
  expect(told).toEqual([en.hold.todo[label]])
})

it.each([
  ['brakeTripped', { counted: 'until413' }, en.hold.codes.counted.until413],
  ['brakeNear', { counted: 'unknownVersion' }, en.hold.codes.counted.unknownVersion],
  ['forgotten', { because: 'nodeExists' }, en.hold.codes.because.nodeExists],
])('what a code of it stands for: %s', (finding, values, words) => {
  const hold: Hold = { holder: 'machineApprover', finding, values }
  const html = renderToStaticMarkup(<HoldText hold={hold} machine={machine} whose="mine" />)
  expect(html).toContain(words)
  expect(html).not.toMatch(/[{}]/)
})

it('a code that this page does not know is not shown', () => {
  const hold: Hold = {
    holder: 'machineApprover',
    finding: 'forgotten',
    values: { because: '__proto__' },
  }
  const html = renderToStaticMarkup(<HoldText hold={hold} machine={machine} whose="mine" />)
  expect(html).not.toMatch(/__proto__|[{}]/)
})
