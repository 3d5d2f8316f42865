/** The pages' words beside the cluster's own kubectl, and the commands that pages offer. */
import { execFileSync } from 'node:child_process'
import type { Page } from '@playwright/test'
import { makeCsr } from '#lib/csr/fixtures/make-csr.ts'
import type { Cluster } from '#sandbox/control-plane/control-plane.ts'
import { untilListed } from '../fixtures/api.ts'
import { conditionTypes, file, readCsr } from '../fixtures/kube-client.ts'
import { expect, test } from '../fixtures/real.ts'
import { fileOn, removeRequests } from '../fixtures/real-requests.ts'

test.describe.configure({ mode: 'default' })
test.beforeEach(({ kube }) => removeRequests(kube))
test.afterAll(({ kube }) => removeRequests(kube))

test('the requests, copied as a table, are what `kubectl get csr` prints; their approver is kubectl', async ({
  page,
  cluster,
  kube,
  app,
}) => {
  const mesh = makeCsr({ kind: 'client', nodeName: 'mesh' })
  const foreign = {
    request: mesh.request,
    usages: ['client auth'],
    as: { username: 'jane', groups: ['system:masters', 'system:authenticated'] },
  }
  await fileOn(kube, { nodeName: 'copied-1', name: 'csr-pending' })
  await file(kube, {
    ...foreign,
    name: 'csr-day',
    signerName: 'example.com/mesh',
    expirationSeconds: 86_400,
  })
  await file(kube, {
    ...foreign,
    name: 'csr-odd',
    signerName: 'example.com/m',
    expirationSeconds: 5_400,
  })
  await fileOn(kube, { nodeName: 'copied-2', name: 'csr-denied' })
  await fileOn(kube, { nodeName: 'copied-3', name: 'csr-issued' })
  // Approved all the same: the signer fails it.
  await fileOn(kube, { nodeName: 'copied-4', name: 'csr-failed', usages: ['server auth'] })
  await cluster.kubectl(['certificate', 'deny', 'csr-denied'])
  await cluster.kubectl(['certificate', 'approve', 'csr-issued', 'csr-failed'])

  const ends = {
    'csr-issued': 'Approved,Issued',
    'csr-failed': 'Approved,Failed',
    'csr-denied': 'Denied',
  }
  for (const [name, status] of Object.entries(ends)) {
    const { metadata } = (await readCsr(kube, name)) ?? { metadata: { uid: '' } }
    await untilListed(app, metadata.uid, (row) => row.status === status)
  }
  await using _ = await page.addInitScript(() => {
    navigator.clipboard.write = async ([item]) => {
      const text = await (await item?.getType('text/plain'))?.text()
      document.documentElement.dataset.copied = text ?? ''
    }
  })
  await page.goto(app.at('/requests'))
  await expect(page.locator('tbody tr[data-key]')).toHaveCount(6)
  await page.getByRole('button', { name: 'Copy as table' }).click()
  await expect(page.locator('html[data-copied]')).toBeVisible()
  const copied = (await page.locator('html').getAttribute('data-copied')) ?? ''
  const printed = await cluster.kubectl(['get', 'csr'])
  expect(agesLoosely(copied)).toEqual(agesLoosely(printed))

  await page.keyboard.type('ga')
  const decisions = page.getByRole('table', { name: 'Decisions' }).locator('tr[data-key]')
  await expect(decisions).toHaveCount(3)
  for (const [name, decided, said] of [
    ['csr-denied', 'Denied', 'This CSR was denied by kubectl certificate deny.'],
    ['csr-issued', 'ApprovedIssued', 'This CSR was approved by kubectl certificate approve.'],
    ['csr-failed', 'ApprovedFailed at its signer', 'usages did not match'],
  ] as const) {
    const cells = decisions.filter({ hasText: name }).getByRole('cell')
    await expect(cells.nth(1)).toHaveText(decided)
    await expect(cells.nth(4)).toHaveText('kubectl or ocit does not say by whom')
    await expect(cells.nth(5)).toContainText(said)
  }
})

/**
 * Lines with the heading first and the others by name; an age of some seconds becomes `…s`, of the
 * same width.
 */
function agesLoosely(table: string): readonly string[] {
  const [head = '', ...lines] = table.trimEnd().split('\n')
  return [head, ...lines.map((line) => line.replace(/ \d{1,2}s( +)(?=\S)/, ' …s ')).toSorted()]
}

test('the nodes’ columns say what `kubectl get nodes` prints', async ({
  page,
  cluster,
  kube,
  app,
}) => {
  const nodes: readonly (readonly [string, object, object])[] = [
    [
      'columns-1',
      { 'node-role.kubernetes.io/control-plane': '', 'node-role.kubernetes.io/master': '' },
      { unschedulable: true },
    ],
    ['columns-2', { 'kubernetes.io/role': 'infra' }, {}],
    ['columns-3', {}, {}],
  ]
  try {
    for (const [name, labels, spec] of nodes) {
      const made = { apiVersion: 'v1', kind: 'Node', metadata: { name, labels }, spec }
      await kube.call('POST', '/api/v1/nodes', { body: made })
    }
    const status = {
      conditions: [{ type: 'Ready', status: 'True', reason: 'KubeletReady', message: '' }],
      nodeInfo: { kubeletVersion: 'v1.33.1' },
    }
    await kube.call('PATCH', '/api/v1/nodes/columns-1/status', {
      contentType: 'application/merge-patch+json',
      body: { status },
    })
    await page.goto(app.at('/nodes'))
    const rows = page.getByRole('table', { name: 'Nodes' }).locator('tr[data-key^="columns-"]')
    await expect(rows).toHaveCount(nodes.length)
    const names = nodes.map(([name]) => name)
    // Without heartbeats their state may change between two looks, for both alike.
    await expect(async () => {
      const shown = await rows.evaluateAll((all) =>
        all.map((row) => {
          const [name, state, roles, , version] = row.querySelectorAll('td')
          // The page separates what kubectl joins with commas.
          const states = [...(state?.querySelectorAll('span > span') ?? [])]
          const words = states.map(({ textContent }) => textContent)
          const rest = [roles, version].map((cell) => cell?.textContent)
          return [name?.querySelector('a')?.textContent, words.join(','), ...rest].join(' ').trim()
        }),
      )
      const printed = await cluster.kubectl(['get', 'nodes', '--no-headers', ...names])
      const lines = printed.trimEnd().split('\n')
      expect(shown.toSorted()).toEqual(lines.map(withoutAge))
    }).toPass()
  } finally {
    for (const [name] of nodes) await kube.call('DELETE', `/api/v1/nodes/${name}`)
  }
})

function withoutAge(line: string): string {
  const [name, state, roles, , ...version] = line.trim().split(/ +/)
  return [name, state, roles, ...version].join(' ')
}

test('the commands that the pages offer to describe and approve a request do so, whatever its name', async ({
  page,
  cluster,
  kube,
  app,
}) => {
  const name = "$(id);'x'"
  const filed = await fileOn(kube, { nodeName: 'typed-1', name })
  const bystander = await fileOn(kube, { nodeName: 'typed-2', name: 'bystander' })
  await untilListed(app, filed.metadata.uid)
  await page.goto(app.at(`/requests/${filed.metadata.uid}`))
  const described = await type(cluster, await lineOf(page, 'oc describe csr'))
  expect(described).toContain('system:serviceaccount:openshift-machine-config-operator')
  expect(described).toContain('Pending')
  await page.goto(app.at('/machines/typed-1'))
  await type(cluster, await lineOf(page, 'oc adm certificate approve'))
  expect(conditionTypes(await readCsr(kube, name))).toContain('Approved')
  expect(conditionTypes(await readCsr(kube, bystander.metadata.name))).toEqual([])
})

test('the command that a machine’s page offers to deny a request does so, whatever its name', async ({
  page,
  cluster,
  kube,
  app,
}) => {
  const name = "$(id);'x' \u202e"
  const filed = await fileOn(kube, { nodeName: 'typed-1', name })
  const bystander = await fileOn(kube, { nodeName: 'typed-2', name: 'bystander' })
  await untilListed(app, filed.metadata.uid)
  await page.goto(app.at('/machines/typed-1'))
  const line = await lineOf(page, 'oc adm certificate deny')
  // An approval that takes the typed name here is not offered as a command.
  const approvals = page.locator('li code').filter({ hasText: 'oc adm certificate approve' })
  await expect(approvals).toHaveCount(0)
  await type(cluster, line)
  expect(conditionTypes(await readCsr(kube, name))).toEqual(['Denied'])
  expect(conditionTypes(await readCsr(kube, bystander.metadata.name))).toEqual([])
})

/** The only line of the page with that beginning. */
async function lineOf(page: Page, start: string): Promise<string> {
  const line = page.locator('li code').filter({ hasText: start })
  await expect(line).toHaveCount(1)
  return ((await line.textContent()) ?? '').replace(/^\$\s/, '')
}

/** Runs the line in a shell, with kubectl in place of oc, which has the same commands. */
function type(cluster: Cluster, line: string): Promise<string> {
  const words = line.replace(/^oc (adm )?/, '')
  const args = execFileSync('bash', ['-c', `printf '%s\\0' ${words}`], { encoding: 'utf8' })
  return cluster.kubectl(args.split('\0').slice(0, -1))
}
