import { afterAll, beforeAll, expect, it } from 'vitest'
import { readRequest } from '#lib/csr/reading/pkcs10.ts'
import { needKubelets } from '#sandbox/control-plane/real-kubelets.ts'
import { until } from '#sandbox/control-plane/wait-until.ts'
import { untilListed } from '../fixtures/api.ts'
import {
  CSRS,
  conditionTypes,
  healthzOf,
  isReady,
  type KubeObject,
} from '../fixtures/kube-client.ts'
import type { ApproverProcess } from './approver-process.ts'
import { leads } from './installation.ts'
import { fileServing, joinNode, nodeAddresses } from './machines.ts'
import { openScreen, type Screen } from './screen.ts'
import { openSite, type Site } from './site.ts'

/**
 * Real kubelets on a cluster without Machines, as on bare metal. Kubelets on the admin's list join
 * untouched; another one waits for a person, once.
 */

const SERVING = 'kubernetes.io/kubelet-serving'
/** Lifetime with which kubelets renew 15–105 s after the issue. */
const SHORT_LIVED = '--cluster-signing-duration=150s'

let site: Site
let approver: ApproverProcess
let screen: Screen
/** The first serving request of `metal-1`. */
let first: KubeObject

beforeAll(async () => {
  site = await openSite({
    openshift: false,
    nodeLifecycle: true,
    controllerManagerArgs: [SHORT_LIVED],
  })
  const { installation } = site
  await installation.allowClients()
  // A list of names alone needs names that the policy allows.
  await installation.writePolicy({ mode: 'act', clients: true, spec: { allowedNames: ['*'] } })
  await installation.writeExpected('name\nto-come\n')
  approver = await installation.start('one', { liveCertificates: true })
  await leads(approver)
  screen = await openScreen(installation, { liveCertificates: true })
})

afterAll(async () => {
  await screen?.close()
  await site?.end()
})

/** Requests for the machine's name; another user files the first one. */
async function requestsOf(nodeName: string): Promise<readonly KubeObject[]> {
  const { body } = await site.admin.call<{ items: readonly KubeObject[] }>('GET', CSRS)
  return body.items.filter(({ spec }) => {
    const { x509cr } = readRequest(spec.request)
    return x509cr?.subject.commonNames[0] === `system:node:${nodeName}`
  })
}

async function servingOf(nodeName: string): Promise<readonly KubeObject[]> {
  return (await requestsOf(nodeName)).filter(({ spec }) => spec.signerName === SERVING)
}

function isApproved(csr: KubeObject): boolean {
  return conditionTypes(csr).includes('Approved')
}

async function approveAsPerson({ metadata }: KubeObject): Promise<void> {
  await site.cluster.kubectl(['certificate', 'approve', metadata.name])
}

/** Number of requests left to a person for that reason. */
function left(because: string, check: string): Promise<number> {
  return approver.metric('countersign_approver_left_requests', { because, check })
}

it('a machine outside the list waits for a person, with both of its requests', async ({ skip }) => {
  needKubelets(site.cluster, skip)
  await site.cluster.startKubelet('metal-1')
  const client = await until('its client request', async () => (await requestsOf('metal-1'))[0])
  await until('it to be left', async () => (await left('notVerified', 'identity.expected')) === 1)
  await approveAsPerson(client)
  first = await until('its serving request', async () => (await servingOf('metal-1'))[0])
  await until('it to be left', async () => (await left('notVerified', 'identity.expected')) === 1)
  expect(conditionTypes(first)).toEqual([])
  await approveAsPerson(first)
})

it('machines on the list join without a person, and an impostor of one waits, with the reason', async ({
  skip,
}) => {
  needKubelets(site.cluster, skip)
  const rack = [
    await site.cluster.startKubelet('rack-1'),
    await site.cluster.startKubelet('rack-2'),
  ] as const
  const lines = rack.map(({ name, address }) => `${name},${address}`)
  // The impostor's name is on the list, too.
  await site.installation.writeExpected(['name,addresses', ...lines, 'impostor,'].join('\n'))
  for (const { name } of rack) {
    await until(`${name} to be Ready`, () => isReady(site.admin, name))
    await until(`the way to ${name}`, async () => (await healthzOf(site.admin, name)) === 'ok')
  }

  const [one, two] = rack
  // Its Node has rack-1's address, whose kubelet presents rack-1's certificate.
  await joinNode(site.admin, 'impostor', nodeAddresses('impostor', one.address))
  const asks = (nodeName: string, ipAddresses: readonly string[], keyName: string) =>
    fileServing(site.admin, { nodeName, dnsNames: [nodeName], ipAddresses, keyName })
  const bootstraps = (nodeName: string) =>
    fileServing(site.admin, { nodeName, kind: 'client', dnsNames: [], ipAddresses: [] })
  const hostile = [
    [await asks('impostor', [], 'impostor'), 'suspicious', 'identity.liveCertificate'],
    [await asks(two.name, [two.address, one.address], 'thief'), 'suspicious', 'sans.foreign'],
    [await bootstraps(one.name), 'suspicious', 'node.new'],
    [await bootstraps('rack-3'), 'notVerified', 'identity.expected'],
  ] as const
  for (const [{ metadata }, because, check] of hostile) {
    // A renewal of a rack machine may be left for this reason as well: the impostor's Node has its
    // address.
    await until(`${check} to be why one is left`, async () => (await left(because, check)) >= 1)
    const line = await until('its line in the log', () =>
      approver.log.find(({ event, uid }) => event === 'left' && uid === metadata.uid),
    )
    expect(line).toMatchObject({ because, check })
    const isSo = ({ reason }: { reason: { code: string } | null }) => reason?.code === check
    await untilListed(screen.app, metadata.uid, isSo)
    const outcome = because === 'suspicious' ? 'fail' : 'unknown'
    expect(await screen.missedOnPage(metadata.uid, check, outcome)).toBeNull()
  }

  for (const { name } of rack) {
    const theirs = hostile.map(([{ metadata }]) => metadata.uid)
    const own = (await requestsOf(name)).filter(({ metadata }) => !theirs.includes(metadata.uid))
    expect(own.filter(isApproved).length).toBeGreaterThanOrEqual(2)
    expect(new Set(own.flatMap(reasons))).toEqual(new Set(['CountersignAutoApprove']))
  }
  for (const [{ metadata }] of hostile) {
    expect(await site.conditions(metadata.name)).toEqual([])
  }
}, 120_000)

it('a machine that a person has approved once is renewed without a person, by the certificate its kubelet presents', async ({
  skip,
}) => {
  needKubelets(site.cluster, skip)
  const renewal = await until(
    'its renewal to be approved',
    async () => {
      const all = await servingOf('metal-1')
      return all.find((csr) => csr.metadata.uid !== first.metadata.uid && isApproved(csr))
    },
    150_000,
  )
  expect(reasons(renewal)).toEqual(['CountersignAutoApprove'])
}, 240_000)

function reasons({ status }: KubeObject): readonly string[] {
  return (status?.conditions ?? []).map(({ reason }) => reason)
}
