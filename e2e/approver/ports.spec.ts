import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { hasKubelets, needKubelets } from '../cluster/kubelets.ts'
import { until } from '../cluster/until.ts'
import type { KubeObject } from '../fixtures/kube-client.ts'
import type { ApproverProcess } from './approver-process.ts'
import { type Filing, joinMachine, joinNode, machineAddresses, nodeAddresses } from './machines.ts'
import { type Answer, certificateOf, openPorts, type Ports, portAddress } from './ports.ts'
import { m, openSite, type Site } from './site.ts'
import { eachOf } from './traffic.ts'

/** What a machine's own port presents, where something else confirms the machine already. */

const DIAL_MS = 5_000
/** For a request to be read and written, on a machine that has other work. */
const WORK_MS = 5_000

const PLENTY = { perNode: 99, perRequestor: 99, total: 999 }

let site: Site
let ports: Ports | null = null
/** Of a node that is none of those here. */
let anothers: Answer
let made = 0

beforeAll(async () => {
  site = await openSite()
  if (!hasKubelets(site.cluster)) return
  ports = await openPorts()
  anothers = await certificateOf(site, 'another')
})
afterEach(() => site.clear())
afterAll(async () => {
  await site?.end()
  await ports?.close()
})

interface Machine {
  readonly nodeName: string
  readonly address: string
}

/** A machine that is none of the others, and what its port presents: nothing yet. */
function fresh(answer?: Answer): Machine {
  made += 1
  const machine = { nodeName: `port-${made}`, address: portAddress(made) }
  if (answer !== undefined) ports?.present(machine.address, answer)
  return machine
}

function byMachine({ nodeName, address }: Machine): Promise<void> {
  const [own, expected] = [nodeAddresses(nodeName, address), machineAddresses(nodeName, address)]
  return joinMachine(site.admin, nodeName, own, expected, { kubeletPort: ports?.port })
}

async function byList({ nodeName, address }: Machine): Promise<void> {
  const own = nodeAddresses(nodeName, address)
  await joinNode(site.admin, nodeName, own, { kubeletPort: ports?.port })
}

const files = ({ nodeName, address }: Machine, over: Partial<Filing> = {}) =>
  site.file(nodeName, address, over)

function expects(...machines: readonly Machine[]): Promise<void> {
  const rows = machines.map(({ nodeName, address }) => `${nodeName},${address}`)
  return site.installation.writeExpected(['name,addresses', ...rows].join('\n'))
}

function lead(): Promise<ApproverProcess> {
  return site.lead({ mode: 'act', limits: PLENTY }, { liveCertificates: true })
}

/** Once the metric counts it: what the log and the Event say, and what has been written to it. */
async function said(approver: ApproverProcess, { metadata }: KubeObject, check: string) {
  const because = { because: 'suspicious', check }
  await until(`${check} to be why it is left`, async () => {
    return (await approver.metric(m('left_requests'), because)) === 1
  })
  const { note } = await site.told(metadata.uid, 'LeftToAPerson')
  const line = approver.log.find(({ event, uid }) => event === 'left' && uid === metadata.uid)
  return { line, note, conditions: await site.conditions(metadata.name) }
}

const left = (check: string) => ({
  line: { because: 'suspicious', check },
  note: expect.stringContaining(`(first check in the way: ${check})`),
  conditions: [],
})

it.for([
  ['a Machine', byMachine],
  ['the list', byList],
] as const)(
  'what %s confirms stays pending where the port presents another node’s certificate',
  async ([, join], { skip }) => {
    needKubelets(site.cluster, skip)
    const [odd, good] = [fresh(anothers), fresh()]
    await expects(odd, good)
    const approver = await lead()
    await join(odd)
    await join(good)
    const pending = await files(odd)
    await site.approved((await files(good)).metadata.name)
    const check = 'identity.liveCertificate'
    expect(await said(approver, pending, check)).toMatchObject(left(check))
  },
)

it('that and another thing that is wrong: it stays pending, for what is told first', async ({
  skip,
}) => {
  needKubelets(site.cluster, skip)
  const [odd, good] = [fresh(anothers), fresh()]
  const approver = await lead()
  await byMachine(odd)
  await byMachine(good)
  const ipAddresses = [odd.address, portAddress(9_999)]
  const pending = await files(odd, { ipAddresses })
  await site.approved((await files(good)).metadata.name)
  expect(await said(approver, pending, 'sans.owned')).toMatchObject(left('sans.owned'))
})

it('a port that says nothing is waited for, and what confirms the machine counts then', async ({
  skip,
}) => {
  needKubelets(site.cluster, skip)
  const machine = fresh('silence')
  await lead()
  await byMachine(machine)
  const filedAt = Date.now()
  await site.approved((await files(machine)).metadata.name)
  expect(Date.now() - filedAt).toBeGreaterThan(DIAL_MS)
  expect(Date.now() - filedAt).toBeLessThan(DIAL_MS + WORK_MS)
})

it('two hundred that say nothing hold up neither one that answers nor each other', async ({
  skip,
}) => {
  needKubelets(site.cluster, skip)
  const silent = Array.from({ length: 200 }, () => fresh('silence'))
  const machine = fresh()
  await lead()
  await eachOf([...silent, machine], byMachine)
  const requests: KubeObject[] = []
  await eachOf(silent, async (it) => requests.push(await files(it)))
  const filedAt = Date.now()
  await site.approved((await files(machine)).metadata.name)
  expect(Date.now() - filedAt).toBeLessThan(DIAL_MS + WORK_MS)
  for (const { metadata } of requests) await site.approved(metadata.name)
  // Would each keep its turn for as long as it is dialled, 32 at a time, it took seven times that.
  expect(Date.now() - filedAt).toBeLessThan(5 * DIAL_MS)
})
