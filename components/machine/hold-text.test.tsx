import { renderToStaticMarkup } from 'react-dom/server'
import { expect, it } from 'vitest'
import { HoldText } from '#components/machine/hold-text.tsx'
import type { Hold } from '#lib/csr/model.ts'
import { en } from '#lib/messages/en.ts'

const machine = { name: 'worker-1', reason: null }
const { holders } = en.hold

it.each<readonly [holder: Hold['holder'], finding: string, mine: boolean, whose: string]>([
  ['admin', 'verified', true, holders.admin],
  ['admin', 'verified', false, holders.otherAdmin],
  ['machineApprover', 'deciding', true, holders.machineApprover],
  ['machineApprover', 'silent', true, holders.machineApprover],
  ['machineApprover', 'clientDisabled', true, holders.admin],
  ['machineApprover', 'nodeExists', true, holders.admin],
  ['machineApprover', 'nodeExists', false, holders.otherAdmin],
  ['machineApprover', 'noMachine', true, holders.admin],
  ['machineApprover', 'hasNodeRef', true, holders.admin],
  ['machineApprover', 'outsideWindow', true, holders.admin],
  ['machineApprover', 'lacksSan', true, holders.machineApprover],
  ['approver', 'deciding', true, holders.approver],
  ['approver', 'shadow', true, holders.admin],
  ['signer', 'silent', true, holders.signer],
  ['kubelet', 'failed', true, holders.kubelet],
  ['kubelet', 'servingNext', true, holders.kubelet],
])('whose move it is: %s %s, mine: %s', (holder, finding, mine, whose) => {
  const hold = { holder, finding, values: {} }
  const html = renderToStaticMarkup(<HoldText hold={hold} machine={machine} mine={mine} />)
  const told = Object.values(holders).filter((one) => html.includes(`${one}<`))
  expect(told).toEqual([whose])
})
