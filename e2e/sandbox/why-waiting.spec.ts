/**
 * "Why is this waiting?": the reason that each machine waits, and the actor, in the page's words.
 */
import { writeFileSync } from 'node:fs'
import type { Page } from '@playwright/test'
import { decisionMessage } from '#lib/csr/policy/decision-message.ts'
import type { Sandbox } from '#sandbox/sandbox.ts'
import { EMPTY, type MachineStory } from '#sandbox/scenario.ts'
import { RACK2 } from '#sandbox/scenarios/rack2.ts'
import { startApprover } from '../approver/approver-process.ts'
import type { App } from '../fixtures/app.ts'
import { chooseVerb } from '../fixtures/choose-verb.ts'
import { expectClean } from '../fixtures/clean.ts'
import { expect, test } from '../fixtures/sandbox.ts'
import { conditionsIn, decideByHand, fileIn } from '../fixtures/sandbox-requests.ts'
import { WAITS } from '../fixtures/waits.ts'

const RACK = 'rack2.example.com'

test('the page names the next actor where no approver runs', { tag: WAITS }, async ({
  page,
  stand,
}) => {
  const silent = RACK2.machines.map((machine) =>
    machine.name === `worker-15.${RACK}` ? approvedBefore(machine, '0:45') : machine,
  )
  const { app } = await stand({ scenario: { ...RACK2, machines: silent } })
  await page.goto(app.at('/'))
  // Next actor: an admin. The verdict's own reason stands there.
  await expect(rowOf(page, `worker-08.${RACK}`)).toContainText('Suspicious')
  await expect(rowOf(page, `worker-04.${RACK}`)).toContainText('Verified')
  // Next actor: the signer and the kubelet.
  await expect(rowOf(page, 'worker-22.rack3.example.com')).toContainText('The signer said:')
  await expect(rowOf(page, `worker-06.${RACK}`)).toContainText(
    'Waiting for Readycontainer runtime network not ready',
  )
  // Neither is on its way; a request that would fail again in the same way comes first.
  const stopped = page.getByRole('table', { name: 'Did not get through' }).getByRole('link')
  await expect(stopped).toHaveText(['worker-22.rack3.example.com', 'worker-23.rack3.example.com'])
  // After a minute the signer's silence itself is shown.
  await expect(rowOf(page, `worker-15.${RACK}`)).toContainText(
    'No answer from kube-controller-manager',
    { timeout: 40_000 },
  )

  await openMachine(page, app, 'worker-22.rack3.example.com')
  const why = whyIn(page)
  await expect(why).toContainText('The signer could not issue the certificate.')
  await expect(why).toContainText(/could not issue the certificate\.\s*Up to the kubelet/)
  await expect(why).not.toContainText('Up to the signer')
  await expect(why.getByRole('button', { name: 'Copy: Look at the request' })).toBeVisible()
})

test('why a machine was denied stands in its row and on its page, as a quotation', async ({
  page,
  quiet: { sandbox, app },
}) => {
  const note = `not racked by us <b>at all</b> \u202e ${'and nobody knows it '.repeat(6)}`.trim()
  const shown = note.replace('\u202e', '\\u202e')
  const message = decisionMessage('deny', { person: 'ana.ruiz', requestId: 'r-1', note })
  decideByHand(sandbox, fileIn(sandbox, { nodeName: 'ours' }), 'Denied', {
    reason: 'CountersignDeny',
    message,
  })
  decideByHand(sandbox, fileIn(sandbox, { nodeName: 'theirs' }), 'Denied', {
    reason: 'KubectlDeny',
    message: 'by kubectl',
  })

  await page.goto(app.at('/'))
  await expect(rowOf(page, 'theirs')).toContainText(/Denied at \d\d:\d\d: “by kubectl”/)
  const line = rowOf(page, 'ours').getByText(/^Denied by ana\.ruiz at \d\d:\d\d: “not racked/)
  await expect(line).toContainText(`“${shown}”`)
  // The line is cut off: hovering shows all of it.
  await line.hover()
  await expect(rowOf(page, 'ours').locator(':popover-open')).toHaveAttribute(
    'data-value',
    /: “not racked by us .* nobody knows it”$/,
  )

  await openMachine(page, app, 'ours')
  const entry = page.getByRole('listitem').filter({ hasText: 'ana.ruiz denied' })
  await expect(entry).toContainText(`“${shown}”`)
})

test('the page shows the machine-approver’s answers where it runs', async ({ page, stand }) => {
  const { sandbox, app } = await stand({ scenario: RACK2 })
  runMachineApprover(sandbox)
  await page.goto(app.at('/'))
  await expect(rowOf(page, `worker-04.${RACK}`)).toContainText(
    'Machine-approver: has approved nothing for a minute',
  )
  await expect(rowOf(page, `worker-02.${RACK}`)).toContainText('Machine-approver: the Node exists')
  await expect(rowOf(page, 'worker-02.rack5.example.com')).toContainText(
    'Machine-approver: no Machine matches',
  )
  // A failed check precedes any approver's answer.
  await expect(rowOf(page, `worker-08.${RACK}`)).not.toContainText('Machine-approver')

  await openMachine(page, app, `worker-02.${RACK}`)
  const why = whyIn(page)
  await expect(why).toContainText(
    /breaks a rule of the machine-approver: the Node exists\.\s*Up to you/,
  )
  await expect(why).not.toContainText('Also worth knowing')
  await expectClean(page)

  // The machine-approver makes none of our checks.
  await page.goto(app.at(`/machines/worker-08.${RACK}`))
  await expect(page.getByText('makes none of Countersign’s checks, and may approve')).toHaveCount(1)

  // A request that names no machine says it, too.
  const commonNames = ['system:node:edge-1', 'system:node:edge-2']
  const { metadata } = fileIn(sandbox, { nodeName: 'edge-1', commonNames })
  await page.goto(app.at(`/requests/${metadata.uid}`))
  await expect(page.getByText('makes none of Countersign’s checks, and may approve')).toHaveCount(1)

  // The operator's message is shown as text.
  await openMachine(page, app, `worker-04.${RACK}`)
  const words = 'no replica <b>at all</b> \u202e'
  setApprover(sandbox, 'False', words)
  await expect(why).toContainText('ClusterOperator says: no replica <b>at all</b> \\u202e')
  await expect(why).toContainText('The machine-approver is not available.')
  setApprover(sandbox, 'True', 'All is well')
  await expect(why).not.toContainText('is not available')
})

test('the page shows the machine-approver’s brake when it is near, on, and released', async ({
  page,
  quiet: { sandbox, app },
}) => {
  runMachineApprover(sandbox)
  await page.goto(app.at('/'))
  const file = (count: number) =>
    Array.from({ length: count }, () => fileIn(sandbox, { nodeName: nextName() }))
  const crowd = file(82)
  await expect(
    page.getByText(
      'The machine-approver’s brake is near: 82 node requests of the last hour wait, its limit is 100.',
    ),
  ).toBeVisible()
  file(20)
  await expect(
    page.getByText(
      'The machine-approver’s brake is on: 102 node requests of the last hour wait, more than 100.',
    ),
  ).toBeVisible()
  await expect(rowOf(page, 'brake-1')).toContainText('Machine-approver: its brake is on')
  await expect(page.getByText(/counts as OpenShift 4\.16 and later does/)).toBeVisible()
  await expectClean(page)
  for (const { metadata } of crowd) sandbox.world.delete('csrs', metadata.name)
  await expect(page.getByText(/machine-approver’s brake/)).toHaveCount(0)
})

test('where the machine-approver runs the dialog of a denial says what it does all the same, and the page which of its rules a request breaks', async ({
  page,
  quiet: { sandbox, app },
}) => {
  const { metadata } = fileIn(sandbox, { nodeName: 'edge-a' })
  await page.goto(app.at('/machines/edge-a'))
  const dialog = page.getByRole('dialog', { name: /^Deny/ })
  const goesOn =
    'what is asked next it may approve all the same. It goes on trying a denied request'
  await chooseVerb(page, /^Deny client…/)
  await expect(dialog).toBeVisible()
  await expect(dialog).not.toContainText(goesOn)
  await dialog.getByRole('button', { name: 'Cancel' }).click()

  runMachineApprover(sandbox)
  sandbox.world.create('nodes', { metadata: { name: 'edge-a' }, status: {} })
  const why = whyIn(page)
  await expect(why).toContainText('the Node exists.')
  await expect(why).toContainText(
    'oc -n openshift-cluster-machine-approver delete pod -l app=machine-approver',
  )
  await expect(why).toContainText(
    `oc annotate --overwrite csr ${metadata.name} look-again="$(date +%s)"`,
  )
  sandbox.world.delete('nodes', 'edge-a')
  await expect(why).toContainText('no Machine matches.')
  await chooseVerb(page, /^Deny client…/)
  await expect(dialog).toContainText(goesOn)
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  sandbox.world.create('machines', {
    metadata: { name: 'edge-a', namespace: 'openshift-machine-api' },
    status: { addresses: [{ type: 'InternalDNS', address: 'edge-a' }] },
  })
  await expect(why).toContainText(
    'As far as Countersign can tell, the machine-approver handles this',
  )
  await page.goto(app.at('/'))
  await expect(rowOf(page, 'edge-a')).toContainText('Machine-approver: handles it')
})

test(
  'the page shows the automatic approver’s answers where it runs, and who decided in the end',
  {
    tag: WAITS,
  },
  async ({ page, cluster, open }, testInfo) => {
    const nodes = ['alpha', 'beta'].map((name, index) => {
      return { name, ip: `192.0.2.${index + 1}`, role: 'worker', daysOld: 3 }
    })
    const sandbox = await cluster({ scenario: { ...EMPTY, standing: nodes } })
    const serve = (nodeName: string, ip: string) =>
      fileIn(sandbox, { nodeName, kind: 'serving', dnsNames: [nodeName], ipAddresses: [ip] })
    const policy = testInfo.outputPath('policy.yaml')
    const write = (mode: string) => writeFileSync(policy, policyText(mode))
    const pause = (paused: boolean) => writeFileSync(testInfo.outputPath('paused'), String(paused))
    write('shadow')
    const kubeconfig = sandbox.kubeconfigs.admin
    const app = await open({
      kubeconfig,
      env: { COUNTERSIGN_POLICY: policy, COUNTERSIGN_APPROVER_LEASE: 'ops/approver' },
    })
    const approver = await startApprover({ kubeconfig, policy, lease: 'ops/approver' })
    try {
      const csr = serve('alpha', '192.0.2.1')
      await page.goto(app.at('/'))
      await expect(rowOf(page, 'alpha')).toContainText('Automatic approver: only watching')
      expect(conditionsIn(sandbox, csr)).toEqual([])

      pause(true)
      await expect.poll(() => approver.log.some(({ event }) => event === 'paused')).toBe(true)
      write('act')
      await expect(rowOf(page, 'alpha')).toContainText('Automatic approver: paused')
      await openMachine(page, app, 'alpha')
      const why = whyIn(page)
      await expect(why).toContainText('would approve this, but it is paused')
      await expect(why).toContainText('Up to you')

      // It approves as announced, and the page names it as the decider.
      pause(false)
      await expect.poll(() => conditionsIn(sandbox, csr)).toEqual(['Approved'])
      await expect(page.getByText(/by policy racks@[0-9a-f]{12}/).first()).toBeVisible()
      await page.goto(app.at('/policy?show=all'))
      const done = page.locator(`tr[data-key="${csr.metadata.uid}"]`)
      await expect(done).toContainText(/by the approver, policy racks@[0-9a-f]{12}/)
      await expect(done).toContainText('Approve')
    } finally {
      await approver.stop()
    }
    // It has released its lease.
    serve('beta', '192.0.2.2')
    await page.goto(app.at('/'))
    await expect(rowOf(page, 'beta')).toContainText('Automatic approver: not running')
  },
)

function policyText(mode: string): string {
  return `apiVersion: countersign.dev/v1alpha1
kind: ApprovalPolicy
metadata: { name: racks }
spec: { automatic: { mode: ${mode}, accept: plausible } }
`
}

/** The machine with a signer that is silent for the whole test. */
function approvedBefore(machine: MachineStory, at: string): MachineStory {
  const decisions = machine.decisions?.map((decision) => ({ ...decision, at })) ?? []
  return { ...machine, decisions, signerHoldsSeconds: 600 }
}

let named = 0
function nextName(): string {
  named += 1
  return `brake-${named}`
}

function runMachineApprover(sandbox: Sandbox): void {
  sandbox.world.create('operators', {
    metadata: { name: 'machine-approver' },
    spec: {},
    status: approverStatus('True', 'All is well'),
  })
}

function setApprover(sandbox: Sandbox, available: 'True' | 'False', message: string): void {
  sandbox.world.patch(
    'operators',
    'machine-approver',
    { status: approverStatus(available, message) },
    { subresource: 'status' },
  )
}

function approverStatus(available: 'True' | 'False', message: string) {
  const lastTransitionTime = new Date().toISOString().replace(/\.\d+Z$/, 'Z')
  return {
    conditions: [
      { type: 'Available', status: available, reason: 'Told', message, lastTransitionTime },
    ],
  }
}

function rowOf(page: Page, machine: string) {
  return page.getByRole('row').filter({ has: page.locator(`a[href="/machines/${machine}"]`) })
}

function whyIn(page: Page) {
  return page.getByRole('region', { name: 'Why is this waiting?' })
}

async function openMachine(page: Page, app: App, name: string): Promise<void> {
  await page.goto(app.at(`/machines/${name}`))
  await expect(whyIn(page)).toBeVisible()
}
