// @vitest-environment happy-dom
import { act, cleanup, screen, within } from '@testing-library/react'
import { afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest'
import { renderLive } from '#app/fixtures/render-live.tsx'
import { MachinePage } from '#components/machine/machine-page.tsx'
import {
  approved,
  KIM,
  makeContext,
  makeNode,
  makeWorld,
  type WorldOptions,
} from '#lib/csr/fixtures/make-cluster.ts'
import { makeCsr } from '#lib/csr/fixtures/make-csr.ts'
import { describeMachine } from '#lib/csr/machine/detail.ts'
import { UNKNOWN_MACHINE_APPROVER } from '#lib/csr/machine-approver/machine-approver-facts.ts'
import { KUBE_APISERVER_CLIENT_KUBELET } from '#lib/csr/names.ts'
import { times } from '#lib/messages/en/times.ts'
import { en } from '#lib/messages/en.ts'
import { servedWorld } from '#lib/query/fixtures/open-tab.tsx'
import type { TestServer } from '#lib/query/fixtures/server.ts'
import type { World } from '#lib/query/fixtures/world.ts'
import { makeRequest, makeSnapshot, NOW } from '#lib/wire/fixtures/cluster.ts'
import type { GoneMachine } from '#lib/wire/request-record.ts'
import type { ActivityRow, MachineAnswer } from '#lib/wire/views.ts'

vi.mock('next/navigation', () => import('#app/fixtures/navigation.ts'))
beforeAll(() => {
  vi.stubGlobal('scrollTo', () => {})
})

const NAME = 'worker-1'
const { machine: texts } = en

let world: World
let server: TestServer
let rows: readonly ActivityRow[]
let answer: MachineAnswer | GoneMachine | null

beforeEach(() => {
  ;({ world, server } = servedWorld())
  rows = []
  answer = null
  world.network.respond = (path, init) => {
    const { epoch, revision, serverTime, feed } = makeSnapshot()
    const view = { epoch, revision, serverTime, feed, from: 0 }
    if (path.startsWith('/api/activity')) {
      return Response.json({ ...view, rows, total: rows.length, counts: { all: rows.length } })
    }
    if (path !== `/api/machines/${NAME}`) return server.respond(path, init)
    if (answer !== null) return Response.json(answer)
    const problem = { type: 'about:blank', title: '', status: 404, code: 'notFound', detail: '' }
    return Response.json({ ...problem, causes: [] }, { status: 404 })
  }
})
afterEach(cleanup)

function machineIn(
  around: WorldOptions,
  followed: MachineAnswer['followed'] = null,
  machineApprover = UNKNOWN_MACHINE_APPROVER,
) {
  const cluster = makeWorld(around)
  cluster.setMachineApprover(machineApprover)
  const detail = describeMachine(cluster, NAME, makeContext(), KIM)
  if (detail === null) throw new Error('there is no machine')
  answer = { ...detail, followed }
}

const decision = (odd: Partial<ActivityRow> = {}): ActivityRow => ({
  ...makeRequest({
    uid: 'c1',
    name: 'csr-c1',
    nodeName: NAME,
    status: 'Approved,Issued',
    verdict: null,
    decidedAt: '2026-11-24T11:58:00Z',
    decider: 'countersign',
    decidedBy: 'ana.ruiz',
  }),
  notAfter: '2027-11-24T11:58:00Z',
  judged: { verdict: 'plausible', failing: [], reason: null },
  auditId: null,
  ...odd,
})

const open = () => renderLive(world, <MachinePage name={NAME} />)
const main = () => document.body.textContent ?? ''

it('the page says who approved a machine and until when its serving request is followed, also to another person', async () => {
  const until = NOW + 10 * 60_000
  machineIn({ csrs: [approved(makeCsr({ kind: 'client' }))] }, { until, user: 'ana.ruiz' })
  await open()
  const time = times.moment(until, NOW)
  expect(main()).toContain(`Approved by ana.ruiz. The serving request is followed until ${time}`)
  expect(main()).toContain(texts.steps.needs.followed(time))
})

it('a machine that has joined shows the verdicts of its decisions, from the record', async () => {
  rows = [decision()]
  machineIn({ csrs: [], nodes: [makeNode()] })
  await open()
  const table = screen.getByRole('table', { name: texts.decisions.table })
  expect(within(table).getAllByRole('row')[1]?.textContent).toMatch(
    /Approved.*csr-c1.*Plausible.*ana\.ruiz/,
  )
  expect(main()).toContain(texts.decisions.aside)
})

it('a decision on an unjudged request gives the reason in visible words', async () => {
  rows = [decision({ judged: null })]
  machineIn({ csrs: [], nodes: [makeNode()] })
  await open()
  const why = screen.getByText(en.activity.notSeenPending)
  expect(why.className).not.toContain('sr-only')
})

const gone = (odd: Partial<GoneMachine> = {}): GoneMachine => ({
  gone: true,
  nodeDeletedAt: null,
  undecided: [],
  alike: [],
  ...odd,
})

it('a gone machine has its record, the ends of its certificates and similar names', async () => {
  rows = [decision()]
  answer = gone({ alike: [{ name: 'worker-1.rack5', stage: 'ready', waiting: false }] })
  await open()
  expect(screen.getByRole('heading', { level: 1 }).textContent).toBe(NAME)
  expect(main()).toContain(texts.gone.state)
  expect(main()).toContain(texts.gone.certificatesStay)
  expect(main()).toContain(times.fullMoment(Date.parse('2027-11-24T11:58:00Z')))
  const links = screen.getAllByRole('link').map((link) => link.getAttribute('href'))
  expect(links).toContain('/machines/worker-1.rack5')
  expect(main()).not.toContain(texts.missing.title)
})

it('a gone machine has the deletion of its Node, and its undecided requests', async () => {
  rows = [decision()]
  const { uid, name, nodeName, signerName, requestor } = makeRequest({ uid: 'c2', name: 'csr-c2' })
  const filed = { uid, name, nodeName, signerName, requestor, judged: null }
  const at = { createdAt: '2026-11-24T11:57:00Z', recordedAt: '2026-11-24T11:57:01Z' }
  answer = gone({ nodeDeletedAt: '2026-11-24T11:59:00Z', undecided: [{ ...filed, ...at }] })
  await open()
  const table = screen.getByRole('table', { name: texts.decisions.table })
  const [, ...lines] = within(table).getAllByRole('row')
  expect(lines.map(({ textContent }) => textContent)).toEqual([
    expect.stringContaining(texts.decisions.nodeDeleted),
    expect.stringContaining('csr-c1'),
    expect.stringMatching(`${texts.decisions.undecided}.*csr-c2.*${requestor}`),
  ])
  const time = times.moment(Date.parse('2026-11-24T11:59:00Z'), NOW)
  expect(main()).toContain(texts.gone.text.nodeDeleted(time))
})

it('a machine that the record does not know is shown as missing', async () => {
  await open()
  expect(screen.getByRole('heading', { level: 1 }).textContent).toBe(texts.missing.title)
})

it('the page of a plausible machine gives the reason once, and does not say that it waits for another', async () => {
  const absent = { ...UNKNOWN_MACHINE_APPROVER, presence: 'absent' } as const
  machineIn({ csrs: [makeCsr({ kind: 'client' })] }, null, absent)
  await open()
  expect(main().split('nothing independent confirms the machine')).toHaveLength(2)
  expect(screen.queryByRole('region', { name: en.hold.title })).toBeNull()
})

it('the PEM of a decoded request opens on a press', async () => {
  machineIn({ csrs: [makeCsr({ kind: 'client' })] })
  await open()
  await act(async () => screen.getByRole('button', { name: texts.checks.viewDecoded }).click())
  expect(main()).not.toContain('BEGIN CERTIFICATE REQUEST')
  await act(async () => screen.getByRole('button', { name: texts.decoded.pem }).click())
  expect(main()).toContain('BEGIN CERTIFICATE REQUEST')
})

it('a person without the right has no button, and one sentence with the command', async () => {
  machineIn({ csrs: [makeCsr({ kind: 'client' })] })
  const { cluster } = makeSnapshot()
  const signers = { [KUBE_APISERVER_CLIENT_KUBELET]: false }
  const access = { ...cluster.access, approval: false, signers }
  server.snapshot = makeSnapshot({ cluster: { ...cluster, access } })
  await open()
  expect(screen.queryByRole('button', { name: /^(Approve|Deny)/ })).toBeNull()
  expect(screen.getByRole('button', { name: en.common.off.copyCommand })).toBeTruthy()
  expect(main()).toContain(en.board.permission.none)
  expect(main()).toContain('is missing the verb update on certificatesigningrequests/approval.')
  expect(main()).not.toContain(en.common.off.noApproval.title)
})
