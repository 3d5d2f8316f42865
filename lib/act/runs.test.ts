import { beforeEach, describe, expect, it } from 'vitest'
import type { DecisionOrder } from '#lib/act/decision-body.ts'
import {
  type DecisionRig,
  type DecisionRigOptions,
  decisionRig,
  itemFor,
} from '#lib/act/fixtures/decision-rig.ts'
import type { Run } from '#lib/act/run.ts'
import type { EndedRun, RunNotes } from '#lib/act/run-notes.ts'
import { Runs } from '#lib/act/runs.ts'
import { type Cause, cause } from '#lib/csr/cause.ts'
import { approved, makeMachineObject, makeNode } from '#lib/csr/fixtures/make-cluster.ts'
import { makeCsr } from '#lib/csr/fixtures/make-csr.ts'
import type { Csr } from '#lib/csr/model.ts'
import { KUBE_APISERVER_CLIENT_KUBELET, KUBELET_SERVING } from '#lib/csr/names.ts'
import type { Refusal } from '#lib/people/people.ts'
import type { Caller } from '#lib/people/principal.ts'
import { MOST_DENIED, type RunOptions, type RunSummary } from '#lib/wire/run-answers.ts'

const signers = { [KUBE_APISERVER_CLIENT_KUBELET]: true, [KUBELET_SERVING]: true }
const KIM = { username: 'kim.osei', review: { approval: true, signers } }
const ALL: RunOptions = {
  verified: true,
  plausible: true,
  rebootstrapping: true,
  superseded: true,
  followMinutes: null,
}
const BO = new AbortController().signal

/** A new machine's client request: plausible. */
const client = (n: number) => makeCsr({ kind: 'client', nodeName: `worker-${n}` })

let rig: DecisionRig
let runs: Runs
let ann: AbortController
let notes: Map<string, Run>
/** Reports of ended runs, the latest last. */
let ended: EndedRun[]
/** Ends the process and starts the next one: its runs are known by their notes alone. */
let restart: () => Promise<void>
let errors: unknown[]
let logged: Readonly<Record<string, unknown>>[]

function notesIn(kept: Map<string, Run>): RunNotes {
  const left = ({ items }: Run) => items.map((item) => ({ ...item, state: 'left' }) as const)
  return {
    async read() {
      return [...kept.values()].map((run) => ({ ...run, status: 'cutOff', items: left(run) }))
    },
    async keep(run) {
      kept.set(run.id, run)
    },
    readEnded: async () => ended.toReversed(),
    async end(report) {
      const { id } = report.run
      kept.delete(id)
      ended = [...ended.filter(({ run }) => run.id !== id), report]
    },
  }
}

async function setUp(options: DecisionRigOptions = {}): Promise<void> {
  rig = await decisionRig({ before: { reviewed: KIM }, ...options })
  errors = []
  const { feed, clock } = rig.cluster
  const onError = (error: unknown) => errors.push(error)
  logged = []
  const log = (entry: Readonly<Record<string, unknown>>) => logged.push(entry)
  notes = new Map()
  ended = []
  const rest = { feed, decisions: rig.service, clock, log, onError }
  restart = async () => {
    runs = new Runs({ ...rest, notes: notesIn(notes) })
    await new Promise((resolve) => setImmediate(resolve))
  }
  await restart()
  ann = new AbortController()
}

/** A caller of the rig's person by that session. */
const by = (session: Caller['session'] = ann.signal): Caller => ({
  principal: rig.principal,
  session,
  viewing: session,
  viewRight: 'may',
})

/** A caller of another session, by the name and uid of its person. */
function as(name: string, person: { readonly uid?: string } = {}): Caller {
  const { access, displayName } = rig.principal
  const viewer = { ...rig.principal.viewer, name, ...person }
  return { ...by(BO), principal: { ...rig.principal, access, displayName, viewer } }
}

/** Starts a run of the plan. */
const start = (plan: string, options: Partial<RunOptions> = {}, more: { note?: string } = {}) =>
  runs.start({ plan, options: { ...ALL, ...options }, ...more }, by())

function begin(options: Partial<RunOptions> = {}, caller = by()): RunSummary {
  const plan = runs.plan('safe', caller).id
  return summary(runs.start({ plan, options: { ...ALL, ...options } }, caller))
}

function summary(answer: RunSummary | Refusal): RunSummary {
  if ('refused' in answer) throw new Error(answer.refused)
  return answer
}

/** Waits for the end of the run. */
async function ends(id: string): Promise<RunSummary> {
  await until(() => now(id).status === 'finished')
  return now(id)
}

const now = (id: string) => summary(runs.list().find((run) => run.id === id) ?? fail())
const fail = (): never => {
  throw new Error('There is no such run.')
}

/** Copies the API server's objects into the watch. */
function watch(): void {
  const { cluster, api } = rig
  for (const csr of api.objects.values()) {
    const known = cluster.feed.csr(csr.uid)
    if (known?.conditions.length === csr.conditions.length) continue
    cluster.csrs.put({ ...csr, resourceVersion: `${csr.resourceVersion}${csr.conditions.length}` })
  }
}

/** Advances time and the watch until the condition is met. */
async function until(isSo: () => boolean): Promise<void> {
  for (let turns = 0; turns < 400; turns += 1) {
    if (isSo()) return
    await new Promise((resolve) => setTimeout(resolve, 1))
    rig.cluster.clock.advance(25)
    watch()
  }
  throw new Error('It did not come to that.')
}

/** Advances time. */
async function pass(ms: number): Promise<void> {
  const end = rig.cluster.clock.now() + ms
  await until(() => rig.cluster.clock.now() >= end)
}

function file(csr: Csr): void {
  rig.api.objects.set(csr.name, csr)
  rig.cluster.csrs.put(csr)
}

const approvedOf = (csrs: readonly Csr[]) => csrs.filter((csr) => rig.decided(csr).length > 0)

describe('a run of a plan', () => {
  const csrs = [1, 2, 3].map(client)
  beforeEach(() => setUp({ csrs }))

  it('a run approves the plan, and nothing that arrives later', async () => {
    const { id } = runs.plan('safe', by())
    const late = client(9)
    file(late)
    await pass(50)
    const run = await ends(summary(start(id, {}, { note: 'rack 2' })).id)
    expect(csrs.map((csr) => rig.decided(csr))).toEqual(csrs.map(() => ['Approved']))
    expect(rig.decided(late)).toEqual([])
    expect(run.progress).toMatchObject({ decided: 3, total: 3, open: 0 })
    expect(rig.audit.map(({ note, run: of }) => [note, of])).toEqual(
      Array(6).fill(['rack 2', run.id]),
    )
    expect(logged).toMatchObject([{ event: 'run.start', run: run.id, who: 'kim.osei', items: 3 }])
    expect(errors).toEqual([])
  })

  it('a run includes plausible machines only with their tick', () => {
    const { id } = runs.plan('safe', by())
    expect(start(id, { plausible: false })).toMatchObject({ refused: 'nothingLeft' })
  })

  it('a run is bound to the newer version where only a label has changed', async () => {
    const [first] = csrs
    const { id } = runs.plan('safe', by())
    for (let n = 0; n < 20; n += 1) {
      rig.cluster.csrs.put({ ...(first as Csr), resourceVersion: `9${n}` })
      await pass(25)
    }
    expect((await ends(summary(start(id)).id)).progress.decided).toBe(3)
  })

  it('a run holds back a request with a worse verdict at the write, and names it', async () => {
    const { id } = runs.plan('safe', by())
    rig.cluster.nodes.put(makeNode({ name: 'worker-1' }))
    await rig.cluster.turn()
    await ends(summary(start(id)).id)
    expect(approvedOf(csrs)).toEqual(csrs.slice(1))
    expect(runs.planAgain(id, by())).toMatchObject({ heldBack: { count: 3 } })
  })

  it('a run approves nothing of a machine that has filed anew since the plan was shown', async () => {
    const { id } = runs.plan('safe', by())
    const anew = makeCsr({
      ...{ kind: 'client', nodeName: 'worker-1', keyName: 'anew' },
      createdAt: '2026-11-24T12:10:00Z',
    })
    file(anew)
    await pass(50)
    await ends(summary(start(id)).id)
    expect(approvedOf([...csrs, anew])).toEqual(csrs.slice(1))
    expect(runs.planAgain(id, by())).toMatchObject({ heldBack: { count: 3 } })
    expect(runs.plan('safe', by()).groups.plausible.rows).toMatchObject([
      { name: 'worker-1', superseded: 1 },
    ])
  })

  it('a run leaves out what the dialog last showed as held back, also when that has passed', async () => {
    const { id } = runs.plan('safe', by())
    const node = makeNode({ name: 'worker-1' })
    rig.cluster.nodes.put(node)
    await pass(50)
    expect(runs.planAgain(id, by())).toMatchObject({ heldBack: { count: 1 } })
    rig.cluster.nodes.remove(node.uid)
    await pass(50)
    await ends(summary(start(id)).id)
    expect(approvedOf(csrs)).toEqual(csrs.slice(1))
    expect(runs.planAgain(id, by())).toMatchObject({
      groups: { plausible: { count: 1 } },
    })
  })

  it('a run belongs to its own session, and ends with that session', () => {
    const { id } = runs.plan('safe', by())
    expect(runs.planAgain(id, by(BO))).toMatchObject({ refused: 'notFound' })
    expect(runs.start({ plan: id, options: ALL }, by(BO))).toMatchObject({ refused: 'notFound' })
    expect(runs.planAgain(id, by())).toMatchObject({ id })
    ann.abort()
    expect(runs.planAgain(id, by())).toMatchObject({ refused: 'notFound' })
  })

  it('a run excludes its machines from other runs while it is under way', async () => {
    const run = begin()
    runs.act(run.id, 'pause', by())
    const { groups, heldBack } = runs.plan('safe', by(BO))
    expect(groups.plausible.count).toBe(0)
    expect(heldBack.rows.map(({ why }) => why)).toEqual(['inRun', 'inRun', 'inRun'])
  })

  describe('a run of machines that have joined before', () => {
    const startAgain = (options: Partial<RunOptions>) =>
      start(runs.plan('returning', by()).id, options, { note: 'CHG-7' })

    beforeEach(async () => {
      for (const [name, role] of [
        ['worker-1', 'control-plane'],
        ['worker-2', 'worker'],
      ] as const) {
        rig.cluster.nodes.put(makeNode({ name, roles: [role], ready: 'Unknown' }))
      }
      await rig.cluster.turn()
    })

    it('a run after a shutdown takes a person who knows of it, and the note says so', () => {
      expect(startAgain({ roles: ['controlPlane'] })).toMatchObject({
        refused: 'notAllowed',
        why: [{ code: 'shutdownNotKnown' }],
      })
      expect(startAgain({})).toMatchObject({ refused: 'nothingLeft' })
      const run = summary(startAgain({ roles: ['controlPlane', 'worker'], knowsShutdown: true }))
      expect(run.group).toEqual({ role: 'controlPlane', next: 'worker', notReady: 1 })
      expect(logged).toMatchObject([{ event: 'run.start', note: 'Knows of the shutdown. CHG-7' }])
    })

    it('a run begins the group that a person names with *Go on*, if it is the one that waits', () => {
      const { id } = summary(startAgain({ roles: ['controlPlane', 'worker'], knowsShutdown: true }))
      for (const next of [undefined, 'controlPlane', 'platform'] as const) {
        expect(runs.act(id, 'goOn', by(), next)).toMatchObject({ group: { next: 'worker' } })
      }
      expect(runs.act(id, 'goOn', by(), 'worker')).toMatchObject({ group: null })
    })
  })

  it('a run does not start while nothing can be decided', async () => {
    const { id } = runs.plan('safe', by())
    rig.cluster.csrs.enter('stale')
    await rig.cluster.turn()
    expect(start(id)).toMatchObject({ refused: 'notLive' })
    expect(approvedOf(csrs)).toEqual([])
  })
})

it('a run holds back a duplicate once the approval of the newest leaves it unconfirmed, and lists it', async () => {
  const older = makeCsr({ kind: 'client', createdAt: '2026-11-24T11:55:00Z', keyName: 'older' })
  const newest = makeCsr({ kind: 'client' })
  await setUp({ csrs: [older, newest], machines: [makeMachineObject({})] })
  const run = await ends(begin().id)
  expect(approvedOf([older, newest])).toEqual([newest])
  expect(run.progress).toMatchObject({ decided: 1, total: 2, notNeeded: 1 })
  expect(runs.page(run.id, 0, by())).toMatchObject({
    staying: { count: 1, rows: [{ uid: older.uid }] },
  })
})

describe('serving requests that arrive', () => {
  const asked = makeCsr({ kind: 'client', createdAt: '2026-11-24T11:50:00Z' })
  const serving = makeCsr()
  const other = makeCsr({ nodeName: 'worker-2' })
  const world = { csrs: [asked], machines: [makeMachineObject({})] }

  function follow(order: DecisionOrder) {
    const following = runs.follow(order, by())
    if (following === null || 'refused' in following) throw new Error('It is not followed.')
    return following
  }

  async function joins(...arrivals: readonly Csr[]): Promise<void> {
    await until(() => rig.decided(asked).length > 0)
    await pass(200)
    rig.cluster.nodes.put(makeNode({ ready: 'False' }))
    for (const csr of arrivals) file(csr)
  }

  it('serving requests are approved for the run’s machines only, for the agreed time', async () => {
    await setUp(world)
    const run = begin({ followMinutes: 20 })
    expect(run.followUntil).toBe(run.startedAt + 20 * 60_000)
    await joins(serving, other)
    await until(() => rig.decided(serving).length > 0)
    await pass(500)
    expect(rig.decided(other)).toEqual([])
  })

  it('serving requests that cannot be judged fail one by one, and their run ends', async () => {
    await setUp(world)
    const run = begin({ followMinutes: 20 })
    const broken = new Error('broken')
    const { feed } = rig.cluster
    const { judged } = feed
    const unreadable = (uid: string) => {
      const row = judged(uid)
      if (row === null || uid !== serving.uid) return row
      return Object.defineProperty({ ...row }, 'twoPeople', {
        get() {
          throw broken
        },
      })
    }
    Object.assign(feed, { judged: unreadable })
    await joins(serving)
    await ends(run.id)
    expect(rig.decided(serving)).toEqual([])
    expect(rig.errors).toEqual([broken])
    expect(runs.page(run.id, 0, by())).toMatchObject({
      lines: [{ kind: 'failed', uid: serving.uid }],
    })
  })

  it('serving requests are not approved after the agreed time', async () => {
    await setUp(world)
    const run = begin({ followMinutes: 1 })
    await joins()
    rig.cluster.clock.advance(60_000)
    await ends(run.id)
    file(serving)
    await pass(1_000)
    expect(rig.decided(serving)).toEqual([])
  })

  it('serving requests are followed after a click that asks for it, once the client request is approved', async () => {
    await setUp(world)
    const order = {
      decision: 'approve',
      accept: 'plausible',
      followMinutes: 15,
      items: [itemFor(rig.cluster, asked)],
    } as const
    const following = follow(order)
    following({ uid: asked.uid, outcome: 'refused' })
    expect(runs.list()).toEqual([])
    const { lines } = await rig.decide(order)
    for (const line of lines) following(line)
    expect(runs.list()).toMatchObject([{ follows: 'worker-1', status: 'running' }])
    await joins(serving, other)
    await until(() => rig.decided(serving).length > 0)
    expect(rig.decided(other)).toEqual([])
  })

  it('serving requests are followed after a click on a client request and its duplicates, by the note of the click', async () => {
    const older = makeCsr({ kind: 'client', createdAt: '2026-11-24T11:49:55Z', keyName: 'older' })
    await setUp({ ...world, csrs: [asked, older] })
    const order = {
      decision: 'approve',
      accept: 'plausible',
      note: ' CHG-4471 ',
      followMinutes: 15,
      items: [itemFor(rig.cluster, asked), itemFor(rig.cluster, older)],
    } as const
    const following = follow(order)
    // Only the first of them, whose key the kubelet holds, begins the run.
    following({ uid: older.uid, outcome: 'approved' })
    expect(runs.followed('worker-1')).toBeNull()
    const { lines } = await rig.decide(order)
    for (const line of lines) following(line)
    expect(approvedOf([asked, older])).toHaveLength(2)
    const [run] = runs.list()
    expect(run).toMatchObject({ clicked: 3, progress: { decided: 1 } })
    expect(runs.followed('worker-1')).toEqual({ until: run?.followUntil, user: run?.user })
    expect(runs.followed('worker-2')).toBeNull()
    expect(logged.at(-1)).toMatchObject({ event: 'run.start', note: 'CHG-4471' })
  })

  it('serving requests are followed where a duplicate is gone, but not where the first request is', async () => {
    const gone = makeCsr({ kind: 'client', createdAt: '2026-11-24T11:49:55Z', keyName: 'gone' })
    await setUp(world)
    const [first, second] = [
      itemFor(rig.cluster, asked),
      { uid: gone.uid, resourceVersion: gone.resourceVersion },
    ]
    const order = { decision: 'approve', followMinutes: 15 } as const
    expect(runs.follow({ ...order, items: [first, second] }, by())).toBeTypeOf('function')
    expect(runs.follow({ ...order, items: [second, first] }, by())).toBeNull()
  })

  it('serving requests are not followed where one of the requests is another machine’s', async () => {
    const stranger = client(2)
    await setUp({ ...world, csrs: [asked, stranger] })
    const items = [itemFor(rig.cluster, asked), itemFor(rig.cluster, stranger)]
    const order = { decision: 'approve', followMinutes: 15, items } as const
    expect(runs.follow(order, by())).toBeNull()
  })

  it('serving requests never hold up a run whose user may not approve them', async () => {
    const more = Array.from({ length: 30 }, (_, n) => client(n + 10))
    const clientOnly = { ...signers, [KUBELET_SERVING]: false }
    const reviewed = { ...KIM, review: { approval: true, signers: clientOnly } }
    await setUp({ ...world, csrs: [asked, ...more], before: { reviewed } })
    rig.api.beforeWrite = () => new Promise((resolve) => setTimeout(resolve, 20))
    const run = begin({ followMinutes: 1 })
    await joins(serving)
    await until(() => approvedOf(more).length === more.length)
    expect(rig.decided(serving)).toEqual([])
    expect(now(run.id).status).toBe('running')
    rig.cluster.reviewed = KIM
    rig.cluster.principal.reviewAccess()
    await until(() => rig.decided(serving).length > 0)
  })

  it('serving requests are not followed after a click that does not ask, nor after one of other than one client request', async () => {
    await setUp(world)
    const items = [itemFor(rig.cluster, asked)]
    const order = { decision: 'approve', items } as const
    expect(runs.follow(order, by())).toBeNull()
    file(serving)
    await pass(50)
    const followMinutes = 15
    const two = [...items, itemFor(rig.cluster, serving)]
    for (const odd of [
      { ...order, followMinutes, items: two },
      { ...order, followMinutes, items: two.slice(1) },
      { ...order, followMinutes, decision: 'deny' as const },
    ]) {
      expect(runs.follow(odd, by())).toBeNull()
    }
  })
})

describe('pausing and stopping a run', () => {
  const csrs = Array.from({ length: 30 }, (_, n) => client(n))
  let gate: PromiseWithResolvers<void>

  beforeEach(async () => {
    await setUp({ csrs })
    gate = Promise.withResolvers()
    let writes = 0
    rig.api.beforeWrite = () => {
      writes += 1
      return writes > 3 ? gate.promise : undefined
    }
  })

  it('a run paused by another session starts no batch until a session resumes it', async () => {
    const { id } = begin()
    await until(() => approvedOf(csrs).length === 3)
    expect(runs.act(id, 'pause', by(BO))).toMatchObject({ haltedBy: 'kim.osei', status: 'paused' })
    gate.resolve()
    await pass(1_000)
    const paused = approvedOf(csrs).length
    expect(paused).toBeLessThan(15)
    expect(now(id).progress).toMatchObject({ decided: paused, open: 30 - paused })
    runs.act(id, 'resume', by(BO))
    await ends(id)
    expect(approvedOf(csrs)).toHaveLength(30)
    expect(logged.map(({ event }) => event)).toEqual(['run.start', 'run.pause', 'run.resume'])
  })

  it.each<[string, string | null, (id: string) => void]>([
    ['a person', 'kim.osei', (id) => runs.act(id, 'stop', by(BO))],
    ['the end of its owner’s session', null, () => ann.abort()],
  ])('a run stopped by %s leaves the rest', async (_, haltedBy, stop) => {
    const { id } = begin()
    await until(() => approvedOf(csrs).length === 3)
    stop(id)
    gate.resolve()
    await pass(1_000)
    expect(now(id)).toMatchObject({ status: 'stopped', haltedBy })
    expect(approvedOf(csrs).length).toBeLessThan(15)
    runs.act(id, 'resume', by())
    await pass(1_000)
    expect(now(id).status).toBe('stopped')
  })

  it('acting on a run needs the right to approve, or the session that started the run', async () => {
    const { id } = begin()
    rig.cluster.reviewed = { ...KIM, review: { approval: false, signers: {} } }
    rig.cluster.principal.reviewAccess()
    await rig.cluster.turn()
    expect(runs.act(id, 'stop', by(BO))).toMatchObject({ refused: 'notAllowed' })
    expect(runs.act(id, 'stop', by())).toMatchObject({ status: 'stopped' })
    expect(runs.act('none', 'stop', by())).toMatchObject({ refused: 'notFound' })
  })

  it('another person with the right pauses a run, and only its owner resumes it', async () => {
    const { id } = begin()
    expect(runs.act(id, 'pause', as('lee'))).toMatchObject({ status: 'paused' })
    expect(runs.act(id, 'resume', as('lee'))).toMatchObject({ refused: 'notAllowed' })
    expect(now(id).status).toBe('paused')
    expect(runs.act(id, 'resume', as('kim.osei'))).toMatchObject({ status: 'running' })
  })

  it('a run under another name is logged as the person’s who started it', () => {
    const { id } = runs.plan('safe', by())
    runs.start({ plan: id, options: ALL, as: 'lee' }, by())
    expect(logged).toMatchObject([{ event: 'run.start', who: 'kim.osei' }])
  })

  it('a run of a team’s person never begins under another’s name', () => {
    const kim = as('kim.osei', { uid: 'kims-uid' })
    const deny = csrs.map(({ uid }) => uid)
    expect(runs.start({ deny, as: 'lee' }, kim)).toMatchObject({ refused: 'notAllowed' })
    expect(runs.list()).toEqual([])
    expect(runs.start({ deny, as: 'kim.osei' }, kim)).toMatchObject({ user: 'kim.osei' })
  })

  it('acting on a run takes the right to decide, or it would only wait in the place of another', async () => {
    const caller = as('kim.osei')
    const access = { ...caller.principal.access, approval: false }
    const eve = { ...caller, principal: { ...caller.principal, access } }
    const deny = csrs.map(({ uid }) => uid)
    expect(runs.start({ deny }, eve)).toMatchObject({ refused: 'mayNotApprove' })
    expect(runs.list()).toEqual([])
  })

  it('acting on a run needs a session that has not ended while the call was read', () => {
    const { id } = begin({}, by(BO))
    runs.act(id, 'pause', by(BO))
    ann.abort()
    expect(runs.act(id, 'resume', by())).toMatchObject({ refused: 'unauthorized' })
    expect(runs.start({ deny: ['x'] }, by())).toMatchObject({ refused: 'unauthorized' })
    expect(runs.list()).toMatchObject([{ id, status: 'paused' }])
  })

  it('a server that stops starts no further batch, and reports the outcomes of begun items', async () => {
    const told: number[] = []
    runs.subscribe(({ progress }) => told.push(progress.decided))
    begin()
    await until(() => approvedOf(csrs).length === 3)
    const stopped = runs.stop(rig.service.stop(new Promise(() => {})))
    gate.resolve()
    await stopped
    const approved = approvedOf(csrs).length
    expect(approved).toBeLessThan(15)
    expect(told.at(-1)).toBe(approved)
    await pass(1_000)
    expect(approvedOf(csrs)).toHaveLength(approved)
    expect(runs.start({ deny: ['x'] }, by(null))).toMatchObject({ refused: 'notLive' })
  })

  it('a run that a restart cuts off is shown with what still waits, and is not continued', async () => {
    const { id } = begin()
    await until(() => approvedOf(csrs).length === 3)
    const stopped = runs.stop(rig.service.stop(new Promise(() => {})))
    gate.resolve()
    await stopped
    // Its session ends with the process.
    ann.abort()
    const done = approvedOf(csrs).length
    watch()
    await restart()
    expect(runs.list()).toMatchObject([{ id, status: 'cutOff', user: 'kim.osei', endedAt: null }])
    await until(() => now(id).progress.decided === done)
    file(client(99))
    await until(() => rig.cluster.feed.moment().rows.machines.has('worker-99'))
    expect(now(id)).toMatchObject({ needsYou: 30 - done, progress: { total: 30, open: 0 } })
    expect(runs.act(id, 'resume', by(BO))).toMatchObject({ status: 'cutOff' })
    await pass(1_000)
    expect(approvedOf(csrs)).toHaveLength(done)
    // Its machines are in no run: another plan may include them.
    const { groups } = runs.plan('safe', by(BO))
    expect(groups.plausible.count).toBe(31 - done)
  })

  it('a run that was cut off is taken for a message by one process, with what was decided', async () => {
    const { id } = begin()
    await runs.stop(Promise.resolve())
    await restart()
    for (const csr of csrs) rig.api.objects.set(csr.name, approved(csr))
    await until(() => now(id).progress.decided === 30)
    const seen = { id, status: 'cutOff', needsYou: 0, progress: { decided: 30 } }
    expect(runs.takeCutOff()).toMatchObject([seen])
    expect(runs.takeCutOff()).toEqual([])
    await restart()
    expect(runs.list()).toMatchObject([{ id, status: 'cutOff' }])
    expect(runs.takeCutOff()).toEqual([])
  })

  it('the next process lists a run that has ended, with its note and what was agreed', async () => {
    const { id } = summary(start(runs.plan('safe', by()).id, {}, { note: 'CHG-1' }))
    expect([...notes.keys()]).toEqual([id])
    gate.resolve()
    await ends(id)
    expect(notes.size).toBe(0)
    await runs.stop(Promise.resolve())
    await restart()
    const { note, agreed } = now(id)
    expect({ note, agreed, states: runs.states() }).toEqual({
      note: 'CHG-1',
      agreed: { verified: 0, plausible: 30, rebootstrapping: 0, superseded: 0, heldBack: 0 },
      states: ['finished'],
    })
    const page = runs.page(id, 0, by(BO))
    expect(page).toMatchObject({
      run: { progress: { decided: 30 } },
      counts: { needsYou: 0, onTheirWay: 30, joined: 0 },
    })
    expect('lines' in page && page.lines).toHaveLength(30)
  })

  it('the report of a run changes no more an hour after its end, wherever it is read', async () => {
    const { id } = begin()
    gate.resolve()
    await ends(id)
    rig.cluster.clock.advance(60 * 60_000)
    const then = { list: now(id), page: runs.page(id, 0, by(BO)), note: ended }
    expect(then).toMatchObject({ page: { counts: { onTheirWay: 30 } }, note: [{ run: then.list }] })
    for (const csr of csrs.slice(0, 4)) {
      rig.api.objects.delete(csr.name)
      rig.cluster.csrs.remove(csr.uid)
    }
    await pass(500)
    expect(rig.cluster.feed.moment().rows.machines.size).toBe(26)
    expect({ list: now(id), page: runs.page(id, 0, by(BO)), note: ended }).toEqual(then)
    const { dismissed: _, revision: __, ...same } = then.list
    expect(runs.act(id, 'dismiss', by(BO))).toMatchObject({ ...same, dismissed: true })
    await runs.stop(Promise.resolve())
    expect(runs.page(id, 0, by(BO))).toMatchObject({ run: same, counts: { onTheirWay: 30 } })
    expect(ended).toMatchObject([{ run: same, counts: { onTheirWay: 30 } }])
  })

  it('the note of a run that was cut off is its report once that was read', async () => {
    const { id } = begin()
    await runs.stop(Promise.resolve())
    await restart()
    expect([...notes.keys()]).toEqual([id])
    expect(runs.act(id, 'dismiss', by(BO))).toMatchObject({ dismissed: true })
    expect(notes.size).toBe(0)
    const then = { page: runs.page(id, 0, by(BO)), note: ended }
    for (const csr of csrs) rig.api.objects.set(csr.name, approved(csr))
    await pass(500)
    await runs.stop(Promise.resolve())
    expect({ page: runs.page(id, 0, by(BO)), note: ended }).toEqual(then)
  })

  it('a report dismissed in one tab is dismissed in every tab; a run under way cannot be dismissed', async () => {
    const { id } = begin()
    expect(runs.act(id, 'dismiss', by(BO))).toMatchObject({ dismissed: false })
    gate.resolve()
    await ends(id)
    const { revision } = now(id)
    expect(runs.act(id, 'dismiss', by(BO))).toMatchObject({ dismissed: true })
    // A browser leaves out what is not newer.
    expect(now(id).revision).toBeGreaterThan(revision)
  })

  it('a report that is dismissed already is neither sent nor noted again', async () => {
    const { id } = begin()
    gate.resolve()
    await until(() => now(id).status === 'finished')
    runs.act(id, 'dismiss', by(BO))
    const { revision } = now(id)
    const noted = ended.at(-1)
    expect(runs.act(id, 'dismiss', by(BO))).toMatchObject({ dismissed: true, revision })
    expect(ended.at(-1)).toBe(noted)
  })
})

describe('a run that waits', () => {
  const csrs = Array.from({ length: 30 }, (_, n) => client(n))
  type Event = () => void

  it.each<[string, string, Event, Event]>([
    [
      'the cluster',
      'disconnected',
      () => rig.cluster.csrs.enter('reconnecting'),
      () => rig.cluster.csrs.enter('live'),
    ],
    [
      'a source of its checks',
      'notRead',
      () => rig.cluster.nodes.enter('forbidden'),
      () => rig.cluster.nodes.enter('live'),
    ],
    ['its owner’s identity', 'otherUser', () => become('lee.park'), () => become('kim.osei')],
    [
      'the right',
      'forbidden',
      () => allow({ ...signers, [KUBE_APISERVER_CLIENT_KUBELET]: false }),
      () => allow(signers),
    ],
  ])('a run without %s waits, and resumes by itself', async (_, why, lose, regain) => {
    await setUp({ csrs, nodes: [] })
    let writes = 0
    rig.api.beforeWrite = () => {
      writes += 1
      if (writes === 3) lose()
      return new Promise((resolve) => setTimeout(resolve, 20))
    }
    const { id } = begin()
    await until(() => now(id).pause?.why === why)
    await pass(1_000)
    const waiting = approvedOf(csrs).length
    expect(waiting).toBeLessThan(20)
    expect(new Set(rig.api.writtenAs)).toEqual(new Set(['kim.osei']))
    regain()
    await ends(id)
    expect(approvedOf(csrs)).toHaveLength(30)
    expect(new Set(rig.api.writtenAs)).toEqual(new Set(['kim.osei']))
  })

  function become(username: string): void {
    rig.cluster.reviewed = { ...KIM, username }
    rig.cluster.principal.become(username)
  }

  function allow(now: Record<string, boolean>): void {
    rig.cluster.reviewed = { ...KIM, review: { approval: true, signers: now } }
    rig.cluster.principal.reviewAccess()
  }

  it('a feed that becomes live without an event is noticed', async () => {
    await setUp({ csrs })
    const { feed } = rig.cluster
    let isLive = true
    const halting = { ...feed, isLive: () => isLive && feed.isLive(), moment: feed.moment }
    const { clock } = rig.cluster
    const quiet = { ...halting, subscribe: () => () => {} }
    const onError = (error: unknown) => errors.push(error)
    const kept = { notes: notesIn(new Map()), log() {}, onError }
    runs = new Runs({ feed: quiet, decisions: rig.service, clock, ...kept })
    const { id } = runs.plan('safe', by())
    isLive = false
    const run = summary(start(id))
    await pass(500)
    expect(approvedOf(csrs)).toEqual([])
    isLive = true
    await until(() => now(run.id).progress.decided === 30)
    expect(approvedOf(csrs)).toHaveLength(30)
  })

  it('a throttled run waits, and shows it', async () => {
    await setUp({ csrs })
    rig.api.faults.push(null, { outcome: 'throttled', retryAfterMs: 300 })
    const { id } = begin()
    await until(() => now(id).pause?.why === 'throttled')
    expect(now(id).pause?.until).toBeGreaterThan(rig.cluster.clock.now())
    await new Promise((resolve) => setTimeout(resolve, 350))
    await ends(id)
    expect(approvedOf(csrs)).toHaveLength(30)
  })
})

it('a run waits while nothing can be recorded where it must be, and then approves the rest', async () => {
  const csrs = Array.from({ length: 30 }, (_, n) => client(n))
  let unrecorded: Cause | null = null
  await setUp({ csrs, unrecorded: () => unrecorded })
  rig.api.beforeWrite = ({ whyNot }) => {
    if (csrs.some((csr) => rig.decided(csr).length > 0)) unrecorded = cause('recordSilent')
    const causes = whyNot?.(false) ?? null
    if (causes !== null) rig.api.faults.push({ outcome: 'changed', causes })
  }
  const { id } = begin()
  await until(() => now(id).status === 'paused')
  const { pause, progress } = now(id)
  expect(pause?.why).toBe('notRecorded')
  expect(progress.decided).toBeLessThan(30)
  expect(progress).toMatchObject({ open: 30 - progress.decided, heldBack: 0, failed: 0 })
  rig.api.beforeWrite = () => {}
  unrecorded = null
  await ends(id)
  expect(now(id).progress.decided).toBe(30)
})

describe('a denial in a run', () => {
  it('a denial names the requests under any machine, and those that were not denied', async () => {
    const others = [makeCsr({ commonNames: [] }), makeCsr({ commonNames: ['a', 'b'] })]
    const csrs = [...[1, 2].map(client), ...others]
    await setUp({ csrs })
    const uids = [...csrs.map(({ uid }) => uid), 'gone']
    rig.api.faults.push({ outcome: 'forbidden' })
    const { id } = summary(runs.start({ deny: uids, note: 'not ours' }, by()))
    await ends(id)
    expect(csrs.flatMap((csr) => rig.decided(csr))).toEqual(['Denied', 'Denied', 'Denied'])
    const page = runs.page(id, 0, by())
    if ('refused' in page) throw new Error(page.refused)
    expect(page.others.rows.map(({ outcome }) => outcome)).toEqual(['forbidden', 'gone'])
  })

  it('a stopped denial reports an outcome for every begun item, and leaves the rest', async () => {
    const csrs = Array.from({ length: 30 }, (_, n) => client(n))
    await setUp({ csrs })
    const answered = Promise.withResolvers<void>()
    rig.api.beforeWrite = () => answered.promise
    const { id } = summary(runs.start({ deny: csrs.map(({ uid }) => uid) }, by()))
    await pass(500)
    runs.act(id, 'stop', by())
    answered.resolve()
    await until(() => now(id).progress.open === 0)
    const denied = csrs.filter((csr) => rig.decided(csr).length > 0).length
    expect(denied).toBeLessThan(15)
    expect(now(id)).toMatchObject({ status: 'stopped', progress: { decided: denied } })
    const page = runs.page(id, 0, by())
    const left = 'others' in page ? page.others.rows.map(({ outcome }) => outcome) : []
    expect(left).toEqual(Array(30 - denied).fill('left'))
  })
})

it.each<[what: string, begun: () => Promise<RunSummary>]>([
  ['the unread report of a plan', () => ends(begin().id)],
  [
    'the report of another person’s run',
    async () => summary(runs.start({ deny: ['gone'] }, as('lee'))),
  ],
])('%s outlasts any number of a person’s other runs', async (_, begun) => {
  await setUp({ csrs: [client(1)] })
  const { id } = await begun()
  for (let n = 0; n < 60; n += 1) summary(runs.start({ deny: [`gone ${n}`] }, by()))
  expect(runs.list().filter((run) => run.id === id)).toHaveLength(1)
  expect(runs.list().length).toBeLessThan(60)
})

it('the report of one person’s run outlasts any number of another person’s unread plans', async () => {
  await setUp()
  const { id } = summary(runs.start({ deny: ['gone'] }, as('lee')))
  for (let n = 0; n < 55; n += 1) {
    file(client(n))
    await pass(100)
    await ends(begin().id)
  }
  summary(runs.start({ deny: ['gone, too'] }, by()))
  expect(runs.list().filter((run) => run.id === id)).toHaveLength(1)
  expect(runs.list().length).toBeLessThan(55)
})

it('reports of an earlier process go before those of this one', async () => {
  await setUp()
  const deny = (n: number) => summary(runs.start({ deny: [`gone ${n}`] }, by())).id
  for (let n = 0; n < 50; n += 1) deny(n)
  await pass(100)
  await restart()
  expect(runs.list()).toHaveLength(50)
  const fresh = Array.from({ length: 40 }, (_, n) => deny(n))
  await pass(100)
  const kept = runs.list().map(({ id }) => id)
  expect(fresh.filter((id) => !kept.includes(id))).toEqual([])
})

it('the runs of one person leave room for those of another', async () => {
  const csrs = Array.from({ length: 201 }, (_, n) => client(n))
  await setUp({ csrs })
  rig.api.beforeWrite = () => new Promise(() => {})
  const deny = (n: number, caller: Caller) => runs.start({ deny: [csrs[n]?.uid ?? ''] }, caller)
  for (let n = 0; n < 200; n += 1) summary(deny(n, by()))
  expect(deny(200, by())).toMatchObject({ refused: 'tooManyRuns' })
  expect(deny(200, as('lee'))).toHaveProperty('id')
})

it('all people have 1,000 runs under way, and a person with fewer than 40 begins one', async () => {
  const csrs = [client(0)]
  await setUp({ csrs })
  rig.api.beforeWrite = () => new Promise(() => {})
  const deny = (name: string) => runs.start({ deny: [csrs[0]?.uid ?? ''] }, as(name))
  for (let n = 0; n < 1_000; n += 1) summary(deny(`person ${n % 10}`))
  expect(deny('person 0')).toMatchObject({ refused: 'tooManyRuns' })
  for (let n = 0; n < 40; n += 1) expect(deny('lee')).toHaveProperty('id')
  expect(deny('lee')).toMatchObject({ refused: 'tooManyRuns' })
})

it('a person whose runs are as large as they may be leaves room for one of another', async () => {
  const csrs = Array.from({ length: 7 }, (_, n) => client(n))
  await setUp({ csrs })
  rig.api.beforeWrite = () => new Promise(() => {})
  const gone = Array.from({ length: MOST_DENIED - 1 }, (_, n) => `gone ${n}`)
  const deny = (n: number, caller: Caller) =>
    runs.start({ deny: [csrs[n]?.uid ?? '', ...gone] }, caller)
  for (let n = 0; n < 5; n += 1) summary(deny(n, by()))
  expect(deny(5, by())).toMatchObject({ refused: 'tooManyRuns' })
  expect(deny(5, as('lee'))).toHaveProperty('id')
  expect(deny(6, as('lee'))).toMatchObject({ refused: 'tooManyRuns' })
})

it('browsers receive at most four summaries a second, and none without a change', async () => {
  const csrs = Array.from({ length: 300 }, (_, n) => client(n))
  await setUp({ csrs })
  const told: number[] = []
  runs.subscribe(() => told.push(rig.cluster.clock.now()))
  const { id } = await ends(begin().id)
  await pass(500)
  const gaps = told.slice(1).map((at, n) => at - (told[n] ?? 0))
  expect(Math.min(...gaps)).toBeGreaterThanOrEqual(250)
  expect(JSON.stringify(now(id)).length).toBeLessThan(1_000)
  const before = told.length
  file(makeCsr({ commonNames: [] }))
  await pass(5_000)
  expect(told.length).toBe(before)
})

it('browsers learn of a pause within three seconds, though the machine stood still before', async () => {
  await setUp({ csrs: [client(1), client(2)] })
  rig.api.beforeWrite = () => new Promise(() => {})
  const told: string[] = []
  let stall = () => rig.cluster.clock.stall(60_000)
  runs.subscribe(({ status }) => {
    told.push(status)
    stall()
    stall = () => {}
  })
  const { id } = begin()
  await until(() => told.length > 0)
  runs.act(id, 'pause', by())
  await pass(3_000)
  expect(told.at(-1)).toBe('paused')
})

it('lines of a run come in pages, those that need a person first', async () => {
  const csrs = Array.from({ length: 250 }, (_, n) => client(n))
  await setUp({ csrs })
  rig.api.faults.push({ outcome: 'forbidden' })
  const { id } = await ends(begin().id)
  const pages = [0, 200].map((from) => runs.page(id, from, by()))
  const lines = pages.map((page) => ('lines' in page ? page.lines : []))
  expect(lines.map(({ length }) => length)).toEqual([200, 50])
  expect(lines[0]?.[0]).toMatchObject({ kind: 'failed', outcome: 'forbidden' })
  expect(new Set(lines.flat().map(({ name }) => name)).size).toBe(250)
})
