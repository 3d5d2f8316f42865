import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { forecastsIn, shadowOf } from '#e2e/approver/approver-forecasts.ts'
import type { ApproverProcess } from '#e2e/approver/approver-process.ts'
import {
  type Answer,
  certificateOf,
  openPorts,
  type Ports,
  portAddress,
} from '#e2e/approver/kubelet-ports.ts'
import {
  joinMachine,
  joinNode,
  machineAddresses,
  nodeAddresses,
  readdress,
} from '#e2e/approver/machines.ts'
import { openScreen } from '#e2e/approver/screen.ts'
import { sharedSite } from '#e2e/approver/shared-site.ts'
import { m } from '#e2e/approver/site.ts'
import { eachOf } from '#e2e/approver/traffic-requests.ts'
import { snapshot } from '#e2e/fixtures/api.ts'
import { deleteCsrs, type KubeObject } from '#e2e/fixtures/kube-client.ts'
import type { Asking } from '#e2e/fixtures/live-env.ts'
import { hasKubelets, needKubelets } from '#sandbox/control-plane/real-kubelets.ts'
import { until } from '#sandbox/control-plane/wait-until.ts'

/** Certificates at a machine's own port, where other evidence already confirms the machine. */

const DIAL_MS = 5_000

const PLENTY = { perNode: 99, perRequestor: 99, total: 999 }

const site = sharedSite()
let ports: Ports | null = null
/** Answer with a certificate of a node outside these tests. */
let anothers: Answer
let made = 0
/** Upper bound of the machines made here. */
const MACHINES = 40

beforeAll(async () => {
  if (!hasKubelets(site.cluster)) return
  ports = await openPorts(MACHINES)
  anothers = await certificateOf(site.admin, 'another')
})
afterAll(() => ports?.close())

interface Machine {
  readonly nodeName: string
  readonly address: string
}

/** A new machine, and its port's answer: no certificate yet by default. */
function fresh(answer?: Answer): Machine {
  made += 1
  expect(made).toBeLessThan(MACHINES)
  const machine = { nodeName: `port-${made}`, address: portAddress(made) }
  if (answer !== undefined) ports?.present(machine.address, answer)
  return machine
}

function byMachine({ nodeName, address }: Machine): Promise<void> {
  const [own, expected] = [nodeAddresses(nodeName, address), machineAddresses(nodeName, address)]
  return joinMachine(site.admin, nodeName, own, expected, { kubeletPort: ports?.port })
}

/** Makes only a Node: the list or its port confirms the machine. */
async function byNode({ nodeName, address }: Machine): Promise<void> {
  const own = nodeAddresses(nodeName, address)
  await joinNode(site.admin, nodeName, own, { kubeletPort: ports?.port })
}

const files = ({ nodeName, address }: Machine) => site.file(nodeName, address)

function expects(...machines: readonly Machine[]): Promise<void> {
  const rows = machines.map(({ nodeName, address }) => `${nodeName},${address}`)
  return site.installation.writeExpected(['name,addresses', ...rows].join('\n'))
}

function lead(): Promise<ApproverProcess> {
  return leadAsking(ports ?? false)
}

function leadAsking(liveCertificates: Asking): Promise<ApproverProcess> {
  return site.lead({ mode: 'act', limits: PLENTY }, { liveCertificates })
}

/** Log and Event of a left request once the metric counts it, and writes to it. */
async function said(approver: ApproverProcess, { metadata }: KubeObject, check: string) {
  const because = { because: 'suspicious', check }
  await until(`${check} to be why it is left`, async () => {
    return (await approver.metric(m('left_requests'), because)) === 1
  })
  const { note } = await site.event(metadata.uid, 'LeftToAPerson')
  const line = await until('its line in the log', () =>
    approver.log.find(({ event, uid }) => event === 'left' && uid === metadata.uid),
  )
  return { line, note, conditions: await site.conditions(metadata.name) }
}

const left = (check: string) => ({
  line: { because: 'suspicious', check },
  note: expect.stringContaining(`(first check in the way: ${check})`),
  conditions: [],
})

it('a request confirmed by the list stays pending where the port presents another node’s certificate', async ({
  skip,
}) => {
  needKubelets(site.cluster, skip)
  const [odd, good] = [fresh(anothers), fresh()]
  await expects(odd, good)
  const approver = await lead()
  await byNode(odd)
  await byNode(good)
  const pending = await files(odd)
  await site.approved((await files(good)).metadata.name)
  const check = 'identity.liveCertificate'
  expect(await said(approver, pending, check)).toMatchObject(left(check))
})

it('a port that the settings do not name is not asked: other evidence decides', async ({
  skip,
}) => {
  needKubelets(site.cluster, skip)
  const odd = fresh(anothers)
  await leadAsking(true)
  await byMachine(odd)
  const csr = await files(odd)
  expect((await site.approved(csr.metadata.name)).metadata.uid).toBe(csr.metadata.uid)
})

const internal = ({ address }: Machine) => ({ type: 'InternalIP' as const, address })

/** Confirms the machine at both addresses; the Node states its own. */
function byMachineAtBoth(own: Machine, other: Machine, isAtBoth: boolean): Promise<void> {
  const { nodeName, address } = own
  const node = [...nodeAddresses(nodeName, address), ...(isAtBoth ? [internal(other)] : [])]
  const expected = [...machineAddresses(nodeName, address), internal(other)]
  return joinMachine(site.admin, nodeName, node, expected, { kubeletPort: ports?.port })
}

it('a Node that moves right after it was asked is asked at its new address', async ({ skip }) => {
  needKubelets(site.cluster, skip)
  const [own, other] = [fresh(), fresh(anothers)]
  const approver = await lead()
  await byMachineAtBoth(own, other, false)
  await site.approved((await files(own)).metadata.name)
  await readdress(site.admin, own.nodeName, nodeAddresses(own.nodeName, other.address))
  const pending = await site.file(own.nodeName, other.address, { keyName: 'after the move' })
  const check = 'identity.liveCertificate'
  expect(await said(approver, pending, check)).toMatchObject(left(check))
})

it('a Node with another’s address behind its own is asked at both', async ({ skip }) => {
  needKubelets(site.cluster, skip)
  const [own, other] = [fresh(), fresh(anothers)]
  const ipAddresses = [own.address]
  ports?.present(own.address, await certificateOf(site.admin, own.nodeName, { ipAddresses }))
  const approver = await lead()
  await byMachineAtBoth(own, other, true)
  const pending = await files(own)
  const check = 'identity.liveCertificate'
  expect(await said(approver, pending, check)).toMatchObject(left(check))
})

it('the forecast says of renewals that only their ports confirm what the approver did', async ({
  skip,
}) => {
  needKubelets(site.cluster, skip)
  const rack = Array.from({ length: 12 }, () => fresh())
  await eachOf(rack, async ({ nodeName, address }) => {
    const ipAddresses = [address]
    ports?.present(address, await certificateOf(site.admin, nodeName, { ipAddresses }))
  })
  await deleteCsrs(site.admin)
  await eachOf(rack, byNode)
  await lead()
  const screen = await openScreen(site.installation, { liveCertificates: ports ?? false })
  try {
    const { app } = screen
    await until('the page to be live', async () => (await snapshot(app)).feed.state === 'live')
    const requests: KubeObject[] = []
    await eachOf(rack, async (it) => requests.push(await files(it)))
    for (const { metadata } of requests) await site.approved(metadata.name)
    await until('all answers', async () => {
      const { counts } = await shadowOf(app)
      return counts.cannotTell === 0 && counts.same + counts.wouldLeave === rack.length
    })
    const forecasts = forecastsIn(await shadowOf(app))
    expect(forecasts).toEqual(new Map(requests.map(({ metadata }) => [metadata.uid, 'approve'])))
    expect(await screen.countOnPolicyPage('same')).toBe(rack.length)
    expect(await screen.countOnPolicyPage('wouldLeave')).toBe(0)
  } finally {
    await screen.close()
  }
})

it('a silent port is awaited, and then other evidence decides', async ({ skip }) => {
  needKubelets(site.cluster, skip)
  const machine = fresh('silence')
  await lead()
  await byMachine(machine)
  const filedAt = Date.now()
  await site.approved((await files(machine)).metadata.name)
  expect(Date.now() - filedAt).toBeGreaterThan(DIAL_MS)
})

it('a killed run leaves no route behind', async ({ skip }) => {
  needKubelets(site.cluster, skip)
  const [run, port] = await anotherRun()
  expect(routes()).toContain(`metric ${port}`)
  const gone = once(run, 'exit')
  run.kill('SIGKILL')
  await gone
  await until('its route to be gone', () => !routes().includes(`metric ${port}`))
  expect(routes()).toContain(`metric ${ports?.port}`)
})

/** Starts another run, which prints its port. */
async function anotherRun(): Promise<readonly [ChildProcess, port: string]> {
  const ports = JSON.stringify(new URL('./kubelet-ports.ts', import.meta.url).href)
  const script = `import(${ports})
    .then(({ openPorts }) => openPorts(1))
    .then(({ port }) => console.log(port))`
  const stdio = ['ignore', 'pipe', 'inherit'] as const
  const run = spawn(process.execPath, ['--eval', script], { stdio: [...stdio] })
  if (run.stdout === null) throw new Error('It says nothing.')
  const [said] = await once(run.stdout, 'data')
  return [run, String(said).trim()]
}

function routes(): string {
  return execFileSync('ip', ['route', 'show', 'table', 'local'], { encoding: 'utf8' })
}
