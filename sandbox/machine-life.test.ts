import { expect, it } from 'vitest'
import {
  KUBE_APISERVER_CLIENT_KUBELET,
  KUBELET_SERVING,
  NODE_BOOTSTRAPPER,
  NODE_BOOTSTRAPPER_GROUPS,
} from '#lib/csr/names.ts'
import { Authority } from '#sandbox/authority.ts'
import { Rights, SYSTEM } from '#sandbox/identities.ts'
import { type MachineTraits, SimulatedMachine } from '#sandbox/machine-life.ts'
import { isReady } from '#sandbox/node-life.ts'
import { Store } from '#sandbox/object-store.ts'
import type { CsrObject, NodeObject } from '#sandbox/objects.ts'
import { Api } from '#sandbox/resource-api.ts'
import { StoryClock } from '#sandbox/sandbox-clock.ts'
import { Kubelets } from '#sandbox/sandbox-kubelets.ts'
import { EMPTY } from '#sandbox/scenario.ts'
import { createRandom } from '#sandbox/seeded-random.ts'
import { CSRS, NODES } from '#sandbox/served-resources.ts'
import { startSigner } from '#sandbox/signer.ts'
import { readAsSignersDo } from '#sandbox/x509-request.ts'

const START = Date.parse('2026-11-24T12:00:00Z')
const MINUTE = 60

/** One machine, a signer, and a clock for the test. */
function worldWith(traits: Partial<MachineTraits> = {}) {
  const clock = new StoryClock(START)
  const random = createRandom(7)
  const api = new Api({ store: new Store(), rights: new Rights(EMPTY.users), clock, random })
  startSigner(api, new Authority('ca', START))
  const name = 'worker-1'
  const bootstrapper = {
    username: NODE_BOOTSTRAPPER,
    uid: '',
    groups: NODE_BOOTSTRAPPER_GROUPS,
    extra: {},
  }
  const addresses = [
    { type: 'InternalIP', address: '192.0.2.1' },
    { type: 'Hostname', address: name },
  ]
  const times = { joinsAfter: 2, readyAfter: 30, servingAfter: 5 }
  const noTimes = { client: {}, serving: {} }
  const kubelets = new Kubelets(api)
  const machine = new SimulatedMachine(
    { api, kubelets, random },
    { name, role: 'worker', addresses, bootstrapper, ...times, ...noTimes, ...traits },
  )
  const requests = (signerName: string) =>
    (api.store.list(CSRS) as readonly CsrObject[])
      .filter(({ spec }) => spec.signerName === signerName)
      .toSorted((a, b) => Number(a.metadata.resourceVersion) - Number(b.metadata.resourceVersion))
  return {
    api,
    machine,
    client: () => requests(KUBE_APISERVER_CLIENT_KUBELET),
    serving: () => requests(KUBELET_SERVING),
    node: () => api.store.get(NODES, name) as NodeObject | undefined,
    wait: (seconds: number) => clock.windTo(clock.now() + seconds * 1000),
    decide: (csr: CsrObject | undefined, type: 'Approved' | 'Denied') => {
      if (csr === undefined) throw new Error('there is no such request')
      const target = { resource: CSRS, namespace: '', name: csr.metadata.name }
      const conditions = [{ type, status: 'True', reason: 'Test' }]
      api.update(
        SYSTEM,
        { ...target, subresource: 'approval' },
        { ...csr, status: { ...csr.status, conditions } },
      )
    },
  }
}

function keyOf({ spec }: CsrObject): string {
  const read = readAsSignersDo(spec.request)
  return typeof read === 'string' ? read : Buffer.from(read.spki).toString('hex')
}

it('a machine files its first request as the bootstrapper, for its own name only', () => {
  const { machine, client } = worldWith()
  machine.start()
  const [csr] = client()
  expect(csr?.spec.username).toBe(NODE_BOOTSTRAPPER)
  expect(readAsSignersDo(csr?.spec.request ?? '')).toMatchObject({
    commonName: 'system:node:worker-1',
    organizations: ['system:nodes'],
    dnsNames: [],
    ipAddresses: [],
  })
})

it('a machine waits 15 minutes for an answer, then files again with a new key', () => {
  const { machine, client, wait } = worldWith()
  machine.start()
  wait(15 * MINUTE)
  expect(client()).toHaveLength(1)
  wait(3)
  expect(client()).toHaveLength(2)
  expect(new Set(client().map(keyOf)).size).toBe(2)
})

it('a machine backs off between its requests, up to 32 seconds', () => {
  const { machine, client, wait } = worldWith()
  machine.start()
  wait(4 * 60 * MINUTE)
  const times = client().map(({ metadata }) => Date.parse(metadata.creationTimestamp ?? '') / 1000)
  const gaps = times.sort((a, b) => a - b).map((time, index) => time - (times[index - 1] ?? time))
  const waits = gaps.slice(1).map((gap) => gap - 15 * MINUTE)
  for (const [index, least] of [2, 4, 8, 16, 32, 32, 32].entries()) {
    expect(waits[index]).toBeGreaterThanOrEqual(least - 1)
    expect(waits[index]).toBeLessThanOrEqual(least * 1.1 + 1)
  }
})

it('a denial ends the wait: the next request comes within seconds', () => {
  const { machine, client, decide, wait } = worldWith()
  machine.start()
  wait(60)
  decide(client()[0], 'Denied')
  wait(3)
  expect(client()).toHaveLength(2)
})

it('a machine joins, then files its serving request and becomes Ready without waiting for it', () => {
  const { machine, client, serving, node, decide, wait } = worldWith()
  machine.start()
  decide(client()[0], 'Approved')
  expect(node()).toBeUndefined()
  wait(3)
  expect(isReady(node())).toBe(false)
  wait(5)
  expect(serving().map(({ spec }) => spec.username)).toEqual(['system:node:worker-1'])
  expect(readAsSignersDo(serving()[0]?.spec.request ?? '')).toMatchObject({
    dnsNames: ['worker-1'],
    ipAddresses: ['192.0.2.1'],
  })
  wait(30)
  expect(isReady(node())).toBe(true)
  expect(serving()[0]?.status.certificate).toBeUndefined()
  decide(serving()[0], 'Approved')
  wait(1)
  expect(serving()[0]?.status.certificate).toBeTruthy()
  wait(60 * MINUTE)
  expect(serving()).toHaveLength(1)
})

it('a machine does not use a certificate for a key that it has dropped', () => {
  const { machine, client, node, decide, wait } = worldWith()
  machine.start()
  wait(16 * MINUTE)
  const [older, newer] = client()
  decide(older, 'Approved')
  wait(60)
  expect(client()[1]?.status.certificate ?? client()[0]?.status.certificate).toBeTruthy()
  expect(node()).toBeUndefined()
  decide(newer, 'Approved')
  wait(10)
  expect(node()).toBeDefined()
})

it('a machine files another request after the signer failed one', () => {
  const { machine, client, decide, wait } = worldWith({ client: { dnsNames: ['worker-1'] } })
  machine.start()
  decide(client()[0], 'Approved')
  wait(5)
  expect(client()).toHaveLength(2)
})

it('a machine that is switched off files nothing more, and its Node becomes Unknown', () => {
  const { machine, client, serving, node, decide, wait } = worldWith()
  machine.start()
  decide(client()[0], 'Approved')
  wait(60)
  expect(isReady(node())).toBe(true)
  machine.stop()
  wait(60 * MINUTE)
  expect(serving()).toHaveLength(1)
  expect(isReady(node())).toBe(false)
})
