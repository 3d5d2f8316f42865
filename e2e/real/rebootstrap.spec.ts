/**
 * A client request for an existing Node that is down, on a real API server: plausible, and accepted
 * only by name.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decide, itemOf, untilListed } from '../fixtures/api.ts'
import { conditionTypes, type KubeClient, readCsr } from '../fixtures/kube-client.ts'
import { expect, test } from '../fixtures/real.ts'
import { fileOn } from '../fixtures/real-requests.ts'

const NODES = '/api/v1/nodes'
const MACHINES = '/apis/machine.openshift.io/v1beta1/namespaces/openshift-machine-api/machines'

async function setReady(kube: KubeClient, name: string, ready: 'True' | 'Unknown'): Promise<void> {
  const now = new Date().toISOString()
  const condition = { type: 'Ready', status: ready, reason: 'Told', lastTransitionTime: now }
  const { status } = await kube.call('PATCH', `${NODES}/${name}/status`, {
    contentType: 'application/strategic-merge-patch+json',
    body: { status: { conditions: [condition] } },
  })
  expect(status).toBe(200)
}

/** Makes a Node that is down, and its linked Machine. */
async function standDown(kube: KubeClient, name: string): Promise<void> {
  await kube.call('POST', NODES, { body: { apiVersion: 'v1', kind: 'Node', metadata: { name } } })
  await setReady(kube, name, 'Unknown')
  await kube.call('POST', MACHINES, {
    body: {
      apiVersion: 'machine.openshift.io/v1beta1',
      kind: 'Machine',
      metadata: { name, namespace: 'openshift-machine-api' },
      spec: {},
    },
  })
  const nodeRef = { kind: 'Node', name }
  const addresses = [{ type: 'InternalDNS', address: name }]
  const { status } = await kube.call('PATCH', `${MACHINES}/${name}/status`, {
    contentType: 'application/merge-patch+json',
    body: { status: { phase: 'Running', nodeRef, addresses } },
  })
  expect(status).toBe(200)
}

test('a node that joins again stays plausible though its Machine and the list have it, and is changed where only a new one was accepted', async ({
  kube,
  cluster,
  open,
}) => {
  const name = 'silent-1'
  const folder = mkdtempSync(join(tmpdir(), 'countersign-rebootstrap-'))
  const list = join(folder, 'machines.csv')
  writeFileSync(list, `name\n${name}\nexpected-1\n`)
  try {
    await standDown(kube, name)
    const { admin: kubeconfig } = cluster.kubeconfigs
    const app = await open({ kubeconfig, env: { COUNTERSIGN_EXPECTED: list } })
    const filed = await fileOn(kube, { nodeName: name })
    const row = await untilListed(app, filed.metadata.uid, ({ reason }) => {
      return reason?.finding === 'rebootstrapping'
    })
    expect(row.verdict).toBe('plausible')
    expect(row.reason).toMatchObject({ code: 'node.new', values: { ready: 'Unknown' } })
    // A machine on the list without a Node is confirmed as before.
    const fresh = await fileOn(kube, { nodeName: 'expected-1' })
    expect((await untilListed(app, fresh.metadata.uid)).verdict).toBe('verified')

    const outcomes = async (accept: string) => {
      const { lines } = await decide(app, { decision: 'approve', accept, items: [itemOf(row)] })
      return lines.map(({ outcome }) => outcome)
    }
    expect(await outcomes('verified')).toEqual(['refused'])
    expect(await outcomes('plausible')).toEqual(['changed'])
    expect(conditionTypes(await readCsr(kube, filed.metadata.name))).toEqual([])

    // The Node is Ready again: another machine must have filed the request, which is worse than on
    // screen.
    await setReady(kube, name, 'True')
    await untilListed(app, filed.metadata.uid, ({ verdict }) => verdict === 'suspicious')
    expect(await outcomes('rebootstrapping')).toEqual(['changed'])
    await setReady(kube, name, 'Unknown')
    await untilListed(app, filed.metadata.uid, ({ verdict }) => verdict === 'plausible')
    expect(await outcomes('rebootstrapping')).toEqual(['approved'])
    expect(conditionTypes(await readCsr(kube, filed.metadata.name))).toContain('Approved')
  } finally {
    await kube.call('DELETE', `${NODES}/${name}`)
    await kube.call('DELETE', `${MACHINES}/${name}`)
    rmSync(folder, { recursive: true })
  }
})
