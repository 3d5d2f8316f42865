import { expect, it } from 'vitest'
import { contract, onlyReal } from './contract.ts'

const NODES = '/api/v1/nodes'
const MACHINES = '/apis/machine.openshift.io/v1beta1'
const IN_NAMESPACE = `${MACHINES}/namespaces/openshift-machine-api/machines`
const OPERATORS = '/apis/config.openshift.io/v1/clusteroperators'
const VERSIONS = '/apis/config.openshift.io/v1/clusterversions'
const MERGE = 'application/merge-patch+json'

contract('nodes, machines and operators', (open) => {
  it('a node’s status is changed apart from the rest', async () => {
    const { admin } = open().as
    const addresses = [
      { type: 'InternalIP', address: '192.0.2.1' },
      { type: 'Hostname', address: 'node-1' },
    ]
    const labels = { 'node-role.kubernetes.io/worker': '' }
    const created = await admin.call('POST', NODES, {
      body: { apiVersion: 'v1', kind: 'Node', metadata: { name: 'node-1', labels }, spec: {} },
    })
    expect(created.status).toBe(201)
    const status = await admin.call('PATCH', `${NODES}/node-1/status`, {
      contentType: MERGE,
      body: { status: { addresses } },
    })
    expect(status.status).toBe(200)
    expect(status.body.status.addresses).toEqual(addresses)
    const patched = await admin.call('PATCH', `${NODES}/node-1`, {
      contentType: MERGE,
      body: { spec: { unschedulable: true }, status: { addresses: [] } },
    })
    expect(patched.body.spec.unschedulable).toBe(true)
    expect(patched.body.status.addresses).toEqual(addresses)
    const list = await open().as.viewer.call('GET', NODES)
    expect(list.body.kind).toBe('NodeList')
    expect(list.body.items[0]).not.toHaveProperty('kind')
  })

  it('machines are listed over all namespaces, each with its kind', async () => {
    const { admin, viewer } = open().as
    const created = await admin.call('POST', IN_NAMESPACE, {
      body: {
        apiVersion: 'machine.openshift.io/v1beta1',
        kind: 'Machine',
        metadata: { name: 'edge-1' },
        spec: {},
        status: { phase: 'Running' },
      },
    })
    expect(created.status).toBe(201)
    expect(created.body.metadata.namespace).toBe('openshift-machine-api')
    expect(created.body.status).toBeUndefined()
    const status = {
      phase: 'Provisioned',
      addresses: [{ type: 'InternalDNS', address: 'node-1' }],
    }
    await admin.call('PATCH', `${IN_NAMESPACE}/edge-1/status`, {
      contentType: MERGE,
      body: { status },
    })
    const { body } = await viewer.call('GET', `${MACHINES}/machines?limit=500`)
    expect(body.kind).toBe('MachineList')
    expect(body.items).toHaveLength(1)
    expect(body.items[0]).toMatchObject({
      kind: 'Machine',
      apiVersion: 'machine.openshift.io/v1beta1',
      metadata: { name: 'edge-1', namespace: 'openshift-machine-api' },
      status,
    })
  })

  it('machines are watched over all namespaces', async () => {
    const { admin, viewer } = open().as
    const { body: list } = await viewer.call('GET', `${MACHINES}/machines`)
    const version = list.metadata.resourceVersion
    const watching = await viewer.watch(`${MACHINES}/machines?watch=1&resourceVersion=${version}`)
    await admin.call('POST', IN_NAMESPACE, {
      body: {
        apiVersion: 'machine.openshift.io/v1beta1',
        kind: 'Machine',
        metadata: { name: 'edge-2' },
        spec: {},
      },
    })
    const frame = await watching.next()
    expect(frame).toMatchObject({ type: 'ADDED', object: { metadata: { name: 'edge-2' } } })
    watching.stop()
  })

  it('an operator has its availability', async () => {
    const { admin, viewer } = open().as
    await admin.call('POST', OPERATORS, {
      body: {
        apiVersion: 'config.openshift.io/v1',
        kind: 'ClusterOperator',
        metadata: { name: 'monitoring' },
        spec: {},
      },
    })
    const conditions = [{ type: 'Available', status: 'False', message: 'waits for nodes' }]
    await admin.call('PATCH', `${OPERATORS}/monitoring/status`, {
      contentType: MERGE,
      body: { status: { conditions } },
    })
    const { body } = await viewer.call('GET', OPERATORS)
    expect(body.items[0].status.conditions).toEqual(conditions)
  })

  it('the cluster’s version is read by its name', async () => {
    const { admin, viewer, nobody } = open().as
    expect((await viewer.call('GET', `${VERSIONS}/version`)).status).toBe(404)
    expect((await nobody.call('GET', `${VERSIONS}/version`)).status).toBe(403)
    await admin.call('POST', VERSIONS, {
      body: {
        apiVersion: 'config.openshift.io/v1',
        kind: 'ClusterVersion',
        metadata: { name: 'version' },
        spec: {},
      },
    })
    const status = {
      desired: { version: '4.17.3' },
      history: [{ state: 'Completed', version: '4.17.3' }],
    }
    await admin.call('PATCH', `${VERSIONS}/version/status`, {
      contentType: MERGE,
      body: { status },
    })
    const { body } = await viewer.call('GET', `${VERSIONS}/version`)
    expect(body.status).toEqual(status)
  })

  onlyReal(() => {
    it('an update without a change makes no new version', async () => {
      const { admin } = open().as
      const { body: before } = await admin.call('GET', `${NODES}/node-1`)
      const { body: after } = await admin.call('PATCH', `${NODES}/node-1`, {
        contentType: MERGE,
        body: { metadata: { labels: before.metadata.labels } },
      })
      expect(after.metadata.resourceVersion).toBe(before.metadata.resourceVersion)
    })
  })
})
