import { renderToStaticMarkup } from 'react-dom/server'
import { expect, it } from 'vitest'
import type { Whose } from '#components/decide/whose.ts'
import { HoldText } from '#components/machine/why-panel.tsx'
import type { Hold } from '#lib/csr/model.ts'
import { en } from '#lib/messages/en.ts'

const { holders } = en.hold

const htmlOf = (hold: Hold, whose: Whose = 'mine') =>
  renderToStaticMarkup(<HoldText hold={hold} whose={whose} />)

it.each<
  readonly [holder: Hold['holder'], finding: string, Whose, shown: string, label: Whose | null]
>([
  ['admin', 'clientFirst', 'mine', holders.admin, 'mine'],
  ['admin', 'clientFirst', 'others', holders.otherAdmin, 'others'],
  ['machineApprover', 'handles', 'others', holders.machineApprover, 'others'],
  ['approver', 'deciding', 'mine', holders.approver, null],
  ['signer', 'silent', 'others', holders.signer, 'mine'],
  ['kubelet', 'noAddress', 'others', holders.kubelet, 'mine'],
])(
  'the text names who must act for %s %s, and who has something to do, with %s to decide',
  (holder, finding, whose, expected, label) => {
    const html = htmlOf({ holder, finding, values: {} }, whose)
    const shown = Object.values(holders).filter((one) => html.includes(`${one}<`))
    expect(shown).toEqual([expected])
    const todo = Object.values(en.hold.todo).filter((one) => html.includes(`${one}:`))
    expect(todo).toEqual(label === null ? [] : [en.hold.todo[label]])
  },
)

it('a hold about an approved older request leaves the remedy to the checks of the newest one', () => {
  const html = htmlOf({ holder: 'admin', finding: 'approvedSuperseded', values: {} })
  expect(html).toContain(en.hold.table.admin.approvedSuperseded.title)
  expect(html).not.toContain(`${en.hold.todo.mine}:`)
})

const { table, beside } = en.hold

it.each<readonly [Hold['holder'], finding: string, Hold['values'], words: string]>([
  ['kubelet', 'denied', { beside: 'machineApprover' }, beside.machineApprover],
  ['kubelet', 'denied', {}, 'the new one is suspicious here.<'],
  [
    'admin',
    'machineApproverRule',
    { because: 'hasNodeRef' },
    table.admin.machineApproverRule.because.hasNodeRef.because,
  ],
  ['admin', 'approverStopped', { because: 'node' }, 'stopped by its brake for this node'],
  ['kubelet', 'silent', { because: 'noNode' }, 'No Node yet.'],
  ['admin', 'machineApproverRule', { because: '__proto__' }, en.hold.unlisted],
])('the reason of a hold has words: %s %s %o', (holder, finding, values, words) => {
  const html = htmlOf({ holder, finding, values })
  expect(html).toContain(words)
  expect(html).not.toMatch(/__proto__|[{}]/)
})

it('no text about the machine-approver predicts its acts, or says that only a person can act', () => {
  const { admin, machineApprover, kubelet } = table
  const its = Object.entries(admin).filter(([finding]) => finding.startsWith('machineApprover'))
  expect(its.length + Object.keys(machineApprover).length).toBe(8)
  const { brake, beside } = en.hold
  const words = [its, machineApprover, kubelet.denied, beside, brake]
  expect(JSON.stringify(words)).not.toMatch(
    /never|must|has to|somebody|a person|nothing approves|within \{|\{minutes\}|about to|\bwill\b/i,
  )
})
