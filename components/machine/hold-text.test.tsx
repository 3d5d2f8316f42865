import { renderToStaticMarkup } from 'react-dom/server'
import { expect, it } from 'vitest'
import type { Whose } from '#components/decide/whose.ts'
import { HoldText } from '#components/machine/why-panel.tsx'
import type { Hold } from '#lib/csr/model.ts'
import { en } from '#lib/messages/en.ts'

const { holders } = en.hold

it.each<readonly [holder: Hold['holder'], finding: string, whose: Whose, told: string]>([
  ['admin', 'verified', 'mine', holders.admin],
  ['admin', 'verified', 'others', holders.otherAdmin],
  ['machineApprover', 'deciding', 'mine', holders.machineApprover],
  ['approver', 'deciding', 'mine', holders.approver],
  ['signer', 'silent', 'mine', holders.signer],
  ['kubelet', 'failed', 'mine', holders.kubelet],
])('whose move it is: %s %s, %s to decide', (holder, finding, whose, expected) => {
  const hold = { holder, finding, values: {} }
  const html = renderToStaticMarkup(<HoldText hold={hold} whose={whose} />)
  const told = Object.values(holders).filter((one) => html.includes(`${one}<`))
  expect(told).toEqual([expected])
})

it.each<readonly [holder: Hold['holder'], finding: string, whose: Whose, label: Whose]>([
  ['admin', 'verified', 'mine', 'mine'],
  ['admin', 'verified', 'others', 'others'],
  ['machineApprover', 'silent', 'others', 'others'],
  ['signer', 'silent', 'others', 'mine'],
  ['kubelet', 'noAddress', 'others', 'mine'],
])('who can do something about it: %s %s, %s to decide', (holder, finding, whose, label) => {
  const hold = { holder, finding, values: {} }
  const html = renderToStaticMarkup(<HoldText hold={hold} whose={whose} />)
  const told = Object.values(en.hold.todo).filter((one) => html.includes(`${one}:`))
  expect(told).toEqual([en.hold.todo[label]])
})

const { table, counted } = en.hold

it.each<readonly [Hold['holder'], finding: string, Hold['values'], words: string]>([
  ['machineApprover', 'brakeTripped', { counted: 'until413' }, counted.until413],
  [
    'admin',
    'machineApproverForgot',
    { because: 'nodeExists' },
    table.admin.machineApproverForgot.because.nodeExists.because,
  ],
  ['admin', 'approverStopped', { because: 'node' }, 'stopped by its brake for this node'],
  ['kubelet', 'silent', { because: 'noNode' }, 'No Node yet.'],
  ['admin', 'machineApproverForgot', { because: '__proto__' }, en.hold.untold],
])('a code of it has words: %s %s %o', (holder, finding, values, words) => {
  const hold: Hold = { holder, finding, values }
  const html = renderToStaticMarkup(<HoldText hold={hold} whose="mine" />)
  expect(html).toContain(words)
  expect(html).not.toMatch(/__proto__|[{}]/)
})
