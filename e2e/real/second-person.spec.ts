/** The rule of two people: two identities, each with a process of its own, on one real cluster. */
import { mkdirSync } from 'node:fs'
import { makeCsr } from '#lib/csr/fixtures/make-csr.ts'
import type { RequestRow } from '#lib/csr/rows/rows.ts'
import { decide, itemOf, requests, untilListed } from '../fixtures/api.ts'
import { type App, startApp } from '../fixtures/app.ts'
import {
  CSRS,
  conditionTypes,
  csrPath,
  file,
  type Impersonated,
  type KubeClient,
  type KubeObject,
  readCsr,
} from '../fixtures/kube-client.ts'
import { makePeople, type Person } from '../fixtures/people.ts'
import { expect, test } from '../fixtures/real.ts'
import { removeRequests } from '../fixtures/real-requests.ts'

type Name = 'alice' | 'bob' | 'carol' | 'mallory' | 'stranger'

let people: Record<Name, Person>
let alice: App
let bob: App

const TWO = { COUNTERSIGN_SECOND_PERSON: 'suspicious,controlPlane' }

function startTwofold({ kubeconfig }: Person): Promise<App> {
  return startApp({ kubeconfig, env: TWO })
}

// The tests share the two apps, on their worker's cluster.
test.describe.configure({ mode: 'default' })

/**
 * Alice and Bob may approve. Carol may approve, but not read others' rights. Mallory and the
 * stranger may only file; the stranger's requests are suspicious.
 */
test.beforeAll(async ({ cluster }, { project }) => {
  const all = { approve: true, file: true, ask: true }
  const rights = {
    alice: all,
    bob: all,
    carol: { ...all, ask: false },
    mallory: { ...all, approve: false },
    stranger: { ...all, approve: false },
  }
  mkdirSync(project.outputDir, { recursive: true })
  people = await makePeople(cluster, rights, (name) => `${project.outputDir}/${name}`)
  alice = await startTwofold(people.alice)
  bob = await startTwofold(people.bob)
})
test.afterAll(async () => {
  await alice?.stop()
  await bob?.stop()
})

test.beforeEach(({ kube }) => removeRequests(kube))
test.afterAll(({ kube }) => removeRequests(kube))

let serial = 0

/** A client request that no bootstrapper filed: suspicious. */
async function fileSuspicious(kube: KubeClient): Promise<KubeObject> {
  const nodeName = `odd-${++serial}`
  const { request, signerName, usages } = makeCsr({ kind: 'client', nodeName })
  const as = impersonated('system:serviceaccount:default:stranger')
  return file(kube, { request, signerName, usages, as })
}

async function propose(kube: KubeClient, target: KubeObject, as: Impersonated): Promise<void> {
  await file(kube, {
    request: target.spec.request,
    signerName: `countersign.dev/approval-proposal.${target.metadata.uid}`,
    usages: ['digital signature'],
    as,
  })
}

const BOOTSTRAPPER: Impersonated = {
  username: 'system:serviceaccount:openshift-machine-config-operator:node-bootstrapper',
  groups: [
    'system:serviceaccounts:openshift-machine-config-operator',
    'system:serviceaccounts',
    'system:authenticated',
  ],
}

function impersonated(username: string): Impersonated {
  const groups = [
    'system:serviceaccounts',
    'system:serviceaccounts:default',
    'system:authenticated',
  ]
  return { username, groups }
}

async function approve(app: App, row: RequestRow, note = 'I know this machine') {
  const item = { ...itemOf(row), confirm: row.nodeName ?? row.name }
  const { lines } = await decide(app, { decision: 'approve', note, items: [item] })
  return { outcome: lines[0]?.outcome, detail: lines[0]?.detail ?? '' }
}

async function proposals(kube: KubeClient): Promise<readonly KubeObject[]> {
  const { body } = await kube.call<{ items: readonly KubeObject[] }>('GET', CSRS)
  return body.items.filter(({ spec }) => spec.signerName.startsWith('countersign.dev/'))
}

test('one person proposes, another approves, and the condition names both', async ({ kube }) => {
  const filed = await fileSuspicious(kube)
  const seen = await untilListed(alice, filed.metadata.uid, (row) => row.verdict === 'suspicious')
  expect(seen.secondPerson).toEqual({ because: 'suspicious', proposal: null })

  expect((await approve(alice, seen, 'on my list')).outcome).toBe('proposed')
  expect(conditionTypes(await readCsr(kube, filed.metadata.name))).toEqual([])
  await untilListed(
    alice,
    filed.metadata.uid,
    (row) => row.secondPerson?.proposal?.uncounted === 'own',
  )
  const judged = await untilListed(
    bob,
    filed.metadata.uid,
    (row) => row.secondPerson?.proposal?.uncounted === null,
  )
  expect(judged.secondPerson?.proposal).toMatchObject({
    by: people.alice.username,
    note: 'on my list',
  })
  // The proposal has no row of its own, and does not affect the request whose key it repeats.
  expect((await requests(bob)).map(({ uid }) => uid)).toEqual([filed.metadata.uid])
  expect(judged.failing).toEqual(seen.failing)

  expect((await approve(bob, judged, 'on mine, too')).outcome).toBe('approved')
  const after = await readCsr(kube, filed.metadata.name)
  const condition = after?.status?.conditions?.find(({ type }) => type === 'Approved')
  const [proposal] = await proposals(kube)
  expect(proposal?.spec.username).toBe(people.alice.username)
  expect(condition?.message).toContain(`Approved by ${people.bob.username} with Countersign`)
  expect(condition?.message).toContain(
    `proposed by ${people.alice.username} (${proposal?.metadata.name}): on mine, too`,
  )
  const { uid } = filed.metadata
  expect(await untilListed(alice, uid, ({ decider }) => decider !== null)).toMatchObject({
    decider: 'countersign',
    decidedBy: people.bob.username,
    proposedBy: people.alice.username,
    decisionNote: 'on mine, too',
  })
  // Log entries before and after, in both apps.
  for (const [app, outcome] of [
    [alice, 'proposed'],
    [bob, 'approved'],
  ] as const) {
    const lines = () => app.lines.filter((line) => line.includes(filed.metadata.uid))
    const outcomes = () => lines().map((line) => JSON.parse(line).outcome)
    await expect.poll(outcomes).toEqual([undefined, outcome])
  }
})

test('the same person again and again makes one proposal, and never an approval', async ({
  kube,
}) => {
  const filed = await fileSuspicious(kube)
  const row = await untilListed(alice, filed.metadata.uid)
  for (const _ of [1, 2, 3]) expect((await approve(alice, row)).outcome).toBe('proposed')
  expect(await proposals(kube)).toHaveLength(1)
  expect(conditionTypes(await readCsr(kube, filed.metadata.name))).toEqual([])
})

test('a proposal by a bootstrap identity, or by a user who may not approve, does not count', async ({
  kube,
}) => {
  const filed = await fileSuspicious(kube)
  await propose(kube, filed, BOOTSTRAPPER)
  await propose(kube, filed, impersonated(people.mallory.username))
  const row = await untilListed(
    bob,
    filed.metadata.uid,
    ({ secondPerson }) => secondPerson?.proposal?.uncounted === 'mayNot',
  )
  expect(row.secondPerson?.proposal?.by).toBe(people.mallory.username)
  const { outcome, detail } = await approve(bob, row)
  expect(outcome).toBe('proposed')
  expect(detail).toContain(`${people.mallory.username}`)
  expect(detail).toContain('may not approve such requests themselves')
  expect(conditionTypes(await readCsr(kube, filed.metadata.name))).toEqual([])
})

test('a user who may not read others’ rights is told which rule is missing, and approves nothing', async ({
  kube,
  open,
}) => {
  const filed = await fileSuspicious(kube)
  const first = await untilListed(alice, filed.metadata.uid)
  expect((await approve(alice, first)).outcome).toBe('proposed')
  const carol = await open({ kubeconfig: people.carol.kubeconfig, env: TWO })
  const row = await untilListed(
    carol,
    filed.metadata.uid,
    ({ secondPerson }) => secondPerson?.proposal?.uncounted === 'cannotAsk',
  )
  const { outcome, detail } = await approve(carol, row)
  expect(outcome).toBe('proposed')
  expect(detail).toContain('subjectaccessreviews.authorization.k8s.io')
  expect(conditionTypes(await readCsr(kube, filed.metadata.name))).toEqual([])
})

test('a proposal that was deleted, or denied, no longer counts', async ({ kube }) => {
  const takeBack = [
    async ({ metadata }: KubeObject) => {
      await kube.call('DELETE', csrPath(metadata.name))
    },
    async (csr: KubeObject) => {
      const conditions = [{ type: 'Denied', status: 'True', reason: 'Test', message: 'taken back' }]
      const { status } = await kube.call('PUT', `${csrPath(csr.metadata.name)}/approval`, {
        body: { ...csr, status: { conditions } },
      })
      expect(status).toBe(200)
    },
  ]
  for (const back of takeBack) {
    await removeRequests(kube)
    const filed = await fileSuspicious(kube)
    expect((await approve(alice, await untilListed(alice, filed.metadata.uid))).outcome).toBe(
      'proposed',
    )
    const [proposal] = await proposals(kube)
    if (proposal === undefined) throw new Error('no proposal')
    // This approval would be the second; the test does not depend on Bob's app having seen the
    // deletion.
    const row = await untilListed(
      bob,
      filed.metadata.uid,
      ({ secondPerson }) => secondPerson?.proposal?.uncounted === null,
    )
    await back(proposal)
    expect((await approve(bob, row)).outcome).toBe('proposed')
    expect(conditionTypes(await readCsr(kube, filed.metadata.name))).toEqual([])
  }
})

test('two people at the same moment make exactly one approval, ten times', async ({ kube }) => {
  for (let round = 0; round < 10; round += 1) {
    const filed = await fileSuspicious(kube)
    const [a, b] = await Promise.all(
      [alice, bob].map((app) => untilListed(app, filed.metadata.uid)),
    )
    if (a === undefined || b === undefined) throw new Error('not listed')
    const answers = await Promise.all([approve(alice, a), approve(bob, b)])
    const outcomes = answers.map(({ outcome }) => outcome)
    expect(outcomes.filter((outcome) => outcome === 'approved')).toHaveLength(1)
    expect(['proposed', 'already', 'approved']).toEqual(expect.arrayContaining(outcomes))
    const types = conditionTypes(await readCsr(kube, filed.metadata.name))
    expect(types.filter((type) => type === 'Approved')).toHaveLength(1)
  }
})

test.describe('a control plane', () => {
  const node = 'cp-1'
  const address = '198.51.100.77'
  const NODES = '/api/v1/nodes'

  test.beforeEach(async ({ kube }) => {
    const labels = { 'node-role.kubernetes.io/control-plane': '' }
    await kube.call('POST', NODES, {
      body: { apiVersion: 'v1', kind: 'Node', metadata: { name: node, labels } },
    })
    const addresses = [
      { type: 'InternalIP', address },
      { type: 'Hostname', address: node },
    ]
    const { status } = await kube.call('PATCH', `${NODES}/${node}/status`, {
      contentType: 'application/merge-patch+json',
      body: { status: { addresses } },
    })
    expect(status).toBe(200)
  })
  test.afterEach(async ({ kube }) => {
    await kube.call('DELETE', `${NODES}/${node}`)
  })

  test('a control plane’s request takes two people in the page, too, though no check fails', async ({
    page,
    kube,
  }) => {
    const { request, signerName, usages } = makeCsr({
      nodeName: node,
      dnsNames: [node],
      ipAddresses: [address],
    })
    const as = { username: `system:node:${node}`, groups: ['system:nodes', 'system:authenticated'] }
    const filed = await file(kube, { request, signerName, usages, as })
    // The Node arrives by another watch.
    const row = await untilListed(
      bob,
      filed.metadata.uid,
      (one) => one.verdict === 'plausible' && one.secondPerson !== null,
    )
    expect(row.secondPerson).toEqual({ because: 'controlPlane', proposal: null })

    await page.goto(alice.at(`/machines/${node}`))
    await page.getByRole('button', { name: `Approve ${node}…` }).click()
    const dialog = page.getByRole('dialog')
    await expect(dialog.getByText('Approve a request of the control plane?')).toBeVisible()
    await expect(dialog.getByLabel(/^Type/)).toHaveCount(0)
    await dialog.getByRole('button', { name: /^Propose/ }).click()
    await expect(dialog).toBeHidden()
    await expect(page.getByText(/^You proposed this/)).toBeVisible()
    expect(conditionTypes(await readCsr(kube, filed.metadata.name))).toEqual([])

    const { lines } = await decide(bob, {
      decision: 'approve',
      accept: 'plausible',
      items: [itemOf(row)],
    })
    expect(lines).toEqual([expect.objectContaining({ outcome: 'approved' })])
    expect(conditionTypes(await readCsr(kube, filed.metadata.name))).toContain('Approved')
  })
})
