import { describe, expect, it } from 'vitest'
import { story } from '#lib/act/fixtures/run-story.ts'
import { makePlan } from '#lib/act/plan.ts'
import { createDenial, createRun, isFollowing, type Run, runTrust } from '#lib/act/run.ts'
import {
  BATCH,
  nextBatch,
  nextDue,
  type RunEvent,
  reduceRun,
  UNCLEAR_MS,
} from '#lib/act/run-reducer.ts'
import { worldOf } from '#lib/act/run-world.ts'
import { cause } from '#lib/csr/cause.ts'
import { KIM } from '#lib/csr/fixtures/make-cluster.ts'
import type { RoleGroup } from '#lib/csr/machine/role-rank.ts'
import { KUBELET_SERVING } from '#lib/csr/names.ts'
import type { JudgedMachine, JudgedRequest } from '#lib/csr/rows/rows.ts'
import { makeNode } from '#lib/web/views/fixtures/views-of.ts'
import { ago, makeMachine, makeRequest, NOW } from '#lib/wire/fixtures/cluster.ts'
import type { Pause, RunOptions } from '#lib/wire/run-answers.ts'
import { OUTCOMES, type Outcome } from '#lib/wire/wire.ts'

const OPTIONS: RunOptions = {
  verified: true,
  plausible: false,
  rebootstrapping: false,
  superseded: true,
  followMinutes: null,
}
const FOLLOW_MS = 15 * 60_000

const client = (uid: string, fields: Partial<JudgedRequest> = {}) =>
  makeRequest({ uid, name: `csr-${uid}`, ...fields })
const serving = (uid: string, fields: Partial<JudgedRequest> = {}) =>
  client(uid, { signerName: KUBELET_SERVING, ...fields })
const machine = (name: string, requests: JudgedRequest[], fields: Partial<JudgedMachine> = {}) =>
  makeMachine({ name, requests, ...fields })

const approved = { status: 'Approved', verdict: null } as const
const denied = { status: 'Denied', verdict: null } as const

/** A run over the rows on screen; `now` holds the rows at its start. */
function start(
  machines: JudgedMachine[],
  options: Partial<RunOptions> = {},
  now: JudgedMachine[] = machines,
): Run {
  const at = { id: 'r1', now: NOW, user: 'kim', note: '', rows: rowsOf(now) }
  return createRun(makePlan(rowsOf(machines), 'safe', KIM), { ...OPTIONS, ...options }, at)
}

function rowsOf(machines: readonly JudgedMachine[], others: readonly JudgedRequest[] = []) {
  return {
    machines: new Map(machines.map((row) => [row.name, row])),
    others: new Map(others.map((row) => [row.uid, row])),
  }
}

/** A run over a and b, where a has an older duplicate. */
const A = [client('a1'), client('a2', { superseded: true })]
const two = (options: Partial<RunOptions> = {}) => start(unchanged, options)

const play = (run: Run, ...events: RunEvent[]) => events.reduce(reduceRun, run)
const looked = (machines: JudgedMachine[], now = NOW): RunEvent => ({
  kind: 'looked',
  world: worldOf(rowsOf(machines), () => true),
  now,
})
const sending = (...uids: string[]): RunEvent => ({ kind: 'sending', uids, now: NOW })
const answered = (uid: string, outcome: Outcome): RunEvent => ({
  kind: 'answered',
  lines: [{ uid, outcome, detail: 'why', causes: [cause('otherContents')] }],
  now: NOW,
})
const over = (rest: 'notSent' | 'unclear' = 'unclear', pause: Pause | null = null): RunEvent => ({
  kind: 'batchOver',
  rest,
  pause,
  now: NOW,
})
const person = (kind: 'pause' | 'resume' | 'stop'): RunEvent =>
  kind === 'resume' ? { kind, now: NOW } : { kind, by: 'kim', now: NOW }
const goOn = (next: RoleGroup): RunEvent => ({ kind: 'goOn', next, now: NOW })
/** Sends requests of a run in one batch, and approves each. */
const approvesAll = (run: Run, ...uids: string[]) =>
  play(run, sending(...uids), ...uids.map((uid) => answered(uid, 'approved')), over())
const states = (run: Run) => run.items.map(({ uid, state }) => `${uid} ${state}`)
const uidsOf = (run: Run) => run.items.map(({ uid }) => uid)
const batchOf = (run: Run) => nextBatch(run).map(({ uid }) => uid)
/** Rows of the run's machines, as they were at its start. */
const unchanged = [machine('a', A), machine('b', [client('b1')])]

const TWO = { because: 'controlPlane', becauseOwn: 'controlPlane', proposals: [] } as const

describe('the items of a run', () => {
  it('the items are the newest requests of all machines, then the superseded ones', () => {
    expect(states(two())).toEqual(['a1 queued', 'b1 queued', 'a2 queued'])
    expect(states(two({ superseded: false }))).toEqual(['a1 queued', 'b1 queued'])
  })

  it('the items leave other requests of the run’s machines out, which are named as seen', () => {
    const all = { name: 'a', seen: [] }
    expect(two().machines).toEqual([all, { name: 'b', seen: [] }])
    expect(two({ superseded: false }).machines[0]).toEqual({ ...all, seen: ['a2'] })
  })

  it('the items include plausible machines only with their tick', () => {
    const rows = [
      machine('a', [client('a1')]),
      machine('p', [client('p1', { verdict: 'plausible' })]),
    ]
    expect(states(start(rows))).toEqual(['a1 queued'])
    expect(states(start(rows, { plausible: true }))).toEqual(['a1 queued', 'p1 queued'])
  })

  it('the items include machines that say they are an existing node only with their own tick, at that trust', () => {
    const reason = { code: 'node.new', finding: 'rebootstrapping', values: {} } as const
    const rows = [
      machine('a', [client('a1')]),
      machine('r', [client('r1', { verdict: 'plausible', reason })]),
    ]
    expect(states(start(rows, { plausible: true }))).toEqual(['a1 queued'])
    const { items } = start(rows, { rebootstrapping: true })
    expect(items.map(({ uid, accept }) => `${uid} ${accept}`)).toEqual([
      'a1 verified',
      'r1 rebootstrapping',
    ])
  })

  it('the items never include what arrives later, under any machine', () => {
    const later = [
      machine('a', [client('a9', { createdAt: ago(-5) }), ...A]),
      machine('b', [client('b1')]),
      machine('new', [client('n1', { createdAt: ago(-5) })]),
    ]
    const run = play(two({ followMinutes: 15 }), looked(later))
    expect(states(run)).toEqual(['a1 queued', 'b1 queued', 'a2 queued'])
  })
})

describe('the next batch of a run', () => {
  it('the next batch is every newest request, up to the limit, and no superseded one beside them', () => {
    const rows = Array.from({ length: BATCH }, (_, index) =>
      machine(`m${index}`, [client(`n${index}`), client(`o${index}`, { superseded: true })]),
    )
    const batch = nextBatch(start(rows))
    expect(batch).toHaveLength(BATCH)
    expect(batch.some(({ superseded }) => superseded)).toBe(false)
  })

  it('the next batch has one level of trust: a request verified on screen is not approved with less', () => {
    const older = { superseded: true }
    const run = start(
      [
        machine('v', [client('v1'), client('v2', older)]),
        machine('p', [
          client('p1', { verdict: 'plausible' }),
          client('p2', { ...older, verdict: 'plausible' }),
        ]),
      ],
      { plausible: true },
    )
    const batches: string[] = []
    for (let left = run; nextBatch(left).length > 0; ) {
      const levels = new Set(nextBatch(left).map(({ accept }) => accept))
      const uids = batchOf(left)
      batches.push(`${[...levels]}: ${uids}`)
      left = approvesAll(left, ...uids)
    }
    expect(batches).toEqual(['verified: v1', 'plausible: p1', 'verified: v2', 'plausible: p2'])
  })

  it.each<[string, RunEvent[]]>([
    ['a batch is under way', [sending('a1')]],
    ['a person paused', [person('pause')]],
    ['it was stopped', [person('stop')]],
    ['the connection is lost', [{ kind: 'gate', gate: 'disconnected', now: NOW }]],
  ])('the next batch is empty when %s', (_, events) => {
    expect(nextBatch(play(two(), ...events))).toEqual([])
  })
})

describe('an outcome changes an item', () => {
  it.each<[Outcome, string]>([
    ['approved', 'decided'],
    ['already', 'unclear'],
    ['unknown', 'unclear'],
    ['throttled', 'queued'],
    ['changed', 'heldBack'],
    ['refused', 'heldBack'],
    ['proposed', 'heldBack'],
    ['denied', 'failed'],
    ['gone', 'failed'],
    ['forbidden', 'failed'],
    ['error', 'failed'],
  ])('an approval that ends as “%s” leaves its item %s', (outcome, state) => {
    const [item] = play(two(), sending('a1', 'b1', 'a2'), answered('a1', outcome)).items
    expect(item).toMatchObject({
      ...{ uid: 'a1', state, outcome, detail: 'why' },
      causes: [cause('otherContents')],
    })
  })

  it('every outcome has such a row', () => {
    const handled = OUTCOMES.map((outcome) => play(two(), sending('a1'), answered('a1', outcome)))
    expect(handled.every((run) => run.items[0]?.state !== 'sent')).toBe(true)
  })

  it.each([
    ['cluster', 'error'],
    ['identity', 'forbidden'],
  ] as const)(
    'an outcome with a lost %s is queued again, whatever the outcome: %s',
    (lost, outcome) => {
      const lines = [{ uid: 'a1', outcome, detail: 'why', causes: [], lost }]
      const run = play(two(), sending('a1', 'b1'), { kind: 'answered', lines, now: NOW + 1 })
      expect(run.items[0]).toEqual({ ...two().items[0], state: 'queued', at: NOW + 1 })
      expect(states(run)).toEqual(['a1 queued', 'b1 sent', 'a2 queued'])
    },
  )

  it('a newest request that is held back holds back the older ones of its machine', () => {
    const run = play(two(), sending('a1', 'b1'), answered('a1', 'changed'))
    expect(states(run)).toEqual(['a1 heldBack', 'b1 sent', 'a2 heldBack'])
  })

  it('a newest request that another person denied holds back the older ones, too', () => {
    const rows = [
      machine('a', [client('a1', denied), A[1] as JudgedRequest]),
      machine('b', [client('b1')]),
    ]
    const run = play(two(), looked(rows))
    expect(states(run)).toEqual(['a1 failed', 'b1 queued', 'a2 heldBack'])
    expect(batchOf(run)).toEqual(['b1'])
  })

  it('an outcome for an item that was not sent is ignored', () => {
    expect(states(play(two(), answered('a1', 'approved')))[0]).toBe('a1 queued')
  })
})

describe('a batch that ends without all outcomes', () => {
  it('an item without an outcome is queued again where it was not sent', () => {
    expect(states(play(two(), sending('a1', 'b1'), over('notSent')))).toEqual([
      'a1 queued',
      'b1 queued',
      'a2 queued',
    ])
  })

  const unclear = play(two(), sending('a1', 'b1', 'a2'), answered('a1', 'approved'), over())

  it('an item without an outcome is unclear where it was sent: the watch settles it', () => {
    expect(states(unclear)).toEqual(['a1 decided', 'b1 unclear', 'a2 unclear'])
    expect(nextBatch(unclear)).toEqual([])
  })

  it.each<[string, JudgedMachine[], string]>([
    ['Approved', [machine('b', [client('b1', approved)])], 'b1 decided'],
    ['Denied', [machine('b', [client('b1', denied)])], 'b1 failed'],
    ['gone', [], 'b1 failed'],
    ['Pending', [machine('b', [client('b1')])], 'b1 unclear'],
  ])('an unclear item is what the watch says: %s', (_, rows, state) => {
    expect(states(play(unclear, looked([machine('a', A), ...rows])))[1]).toBe(state)
  })

  it('an unclear item is sent again after ten seconds of Pending: repeating has no other effect', () => {
    expect(nextDue(unclear)).toBe(NOW + UNCLEAR_MS)
    expect(states(play(unclear, looked(unchanged, NOW + UNCLEAR_MS - 1)))[1]).toBe('b1 unclear')
    expect(states(play(unclear, looked(unchanged, NOW + UNCLEAR_MS)))[1]).toBe('b1 queued')
  })
})

describe('a resumed run with items cut off without an answer', () => {
  const cut = play(
    two(),
    sending('a1', 'b1', 'a2'),
    answered('a1', 'unknown'),
    person('pause'),
    over(),
  )
  it('a resumed run sends its cut-off items again at once, and waits where the server answered unknown', () => {
    const run = play(cut, person('resume'), looked(unchanged))
    expect(states(run)).toEqual(['a1 unclear', 'b1 queued', 'a2 queued'])
    expect(batchOf(run)).toEqual(['b1'])
    expect(batchOf(approvesAll(run, 'b1'))).toEqual(['a2'])
  })

  it('a resumed run does not send an item that the watch shows as decided', () => {
    const rows = [machine('a', A), machine('b', [client('b1', approved)])]
    const run = play(cut, person('resume'), looked(rows))
    expect(run.items[1]).toMatchObject({ state: 'decided', outcome: 'approved' })
  })
})

describe('a decision by another client meanwhile', () => {
  it.each<[string, Partial<JudgedRequest> | null, string, Outcome]>([
    ['approves it', approved, 'decided', 'already'],
    ['denies it', denied, 'failed', 'denied'],
    ['deletes it', null, 'failed', 'gone'],
  ])('another client %s meanwhile, and the item ends', (_, fields, state, outcome) => {
    const rows = fields === null ? [] : [machine('b', [client('b1', fields)])]
    expect(play(two(), looked([machine('a', A), ...rows])).items[1]).toMatchObject({
      state,
      outcome,
    })
  })
})

describe('a pause of a run', () => {
  it('a pause by a person ends only by a person', () => {
    const paused = play(two(), person('pause'))
    expect(paused).toMatchObject({ status: 'paused', pause: { why: 'person' } })
    const events: RunEvent[] = [
      { kind: 'gate', gate: 'disconnected', now: NOW },
      { kind: 'gate', gate: 'open', now: NOW },
      { kind: 'throttled', until: NOW + 1, now: NOW },
      { kind: 'throttled', until: null, now: NOW },
      over('unclear', { why: 'throttled', until: NOW + 1 }),
      looked(unchanged, NOW + 60_000),
    ]
    for (const event of events) expect(play(paused, event).pause?.why).toBe('person')
    expect(play(paused, person('resume'))).toMatchObject({ status: 'running', pause: null })
  })

  it.each([
    'disconnected',
    'forbidden',
    'notRead',
    'unauthorized',
    'otherUser',
    'withheld',
  ] as const)('a pause because %s ends when the cause ends', (gate) => {
    const paused = play(two(), { kind: 'gate', gate, now: NOW })
    expect(paused).toMatchObject({ status: 'paused', pause: { why: gate, until: null } })
    expect(play(paused, { kind: 'gate', gate: 'open', now: NOW }).status).toBe('running')
  })

  it('a pause because of some seconds without connection ends with it once it is known to be lost', () => {
    const pause: Pause = { why: 'disconnected', until: NOW + 3_000 }
    const paused = play(two(), sending('a1'), over('notSent', pause))
    expect(play(paused, { kind: 'gate', gate: 'open', now: NOW })).toMatchObject({ pause })
    const lost = play(paused, { kind: 'gate', gate: 'disconnected', now: NOW })
    expect(lost).toMatchObject({ status: 'paused', pause: { why: 'disconnected', until: null } })
    expect(nextDue(lost)).toBeNull()
    expect(play(lost, { kind: 'gate', gate: 'open', now: NOW }).status).toBe('running')
  })

  it('a pause because throttled ends at its time, and shows that time', () => {
    const pause: Pause = { why: 'throttled', until: NOW + 7_000 }
    const paused = play(two(), sending('a1'), over('notSent', pause))
    expect(paused).toMatchObject({ status: 'paused', pause })
    expect(nextDue(paused)).toBe(NOW + 7_000)
    expect(play(paused, { kind: 'gate', gate: 'open', now: NOW }).status).toBe('paused')
    expect(play(paused, looked(unchanged, NOW + 6_999)).status).toBe('paused')
    expect(play(paused, looked(unchanged, NOW + 7_000)).status).toBe('running')
  })

  it('a pause in the middle of a batch shows, and ends when the server says so', () => {
    const paused = play(two(), sending('a1'), { kind: 'throttled', until: NOW + 5_000, now: NOW })
    expect(paused.pause).toMatchObject({ why: 'throttled', until: NOW + 5_000 })
    expect(states(paused)[0]).toBe('a1 sent')
    expect(play(paused, { kind: 'throttled', until: null, now: NOW }).status).toBe('running')
  })
})

describe('a stopped run', () => {
  const stopped = play(two(), sending('a1'), person('stop'))

  it('a stopped run leaves items that were not sent', () => {
    expect(stopped).toMatchObject({ status: 'stopped', haltedBy: 'kim', endedAt: NOW })
    expect(states(stopped)).toEqual(['a1 sent', 'b1 left', 'a2 left'])
  })

  it('a stopped run still records outcomes of items under way', () => {
    expect(states(play(stopped, answered('a1', 'approved')))[0]).toBe('a1 decided')
    const lost = play(stopped, over())
    expect(states(lost)[0]).toBe('a1 unclear')
    const rows = [machine('a', [client('a1', approved)]), machine('b', [client('b1')])]
    expect(states(play(lost, looked(rows)))[0]).toBe('a1 decided')
  })

  it('a stopped run leaves items that did not begin, and lets the watch settle those without an answer', () => {
    const whole = play(two(), sending('a1', 'b1', 'a2'), person('stop'))
    const after = play(
      whole,
      answered('a1', 'approved'),
      answered('b1', 'unknown'),
      over('notSent'),
    )
    expect(states(after)).toEqual(['a1 decided', 'b1 unclear', 'a2 left'])
    expect(nextDue(after)).toBe(NOW + UNCLEAR_MS)
    expect(nextDue(play(whole, answered('a1', 'approved'), over('notSent')))).toBeNull()
  })

  it('a stopped run sends nothing again, whatever the watch says', () => {
    const late = play(stopped, over(), looked(unchanged, NOW + UNCLEAR_MS), person('resume'))
    expect(states(late)[0]).toBe('a1 left')
    expect(late.status).toBe('stopped')
  })
})

describe('serving requests that arrive', () => {
  const follows = { followMinutes: 15 }
  const done = (options: Partial<RunOptions> = {}) =>
    approvesAll(start([machine('a', [client('a1')])], { ...follows, ...options }), 'a1')
  const isIssued = { ...approved, status: 'Approved,Issued' }
  const issued = client('a1', isIssued)
  const clientIssued = machine('a', [issued], { stage: 'clientIssued' })
  const servingRequested = (...requests: JudgedRequest[]) =>
    machine('a', [...requests, issued], { stage: 'servingRequested' })
  const arrives = (fields: Partial<JudgedRequest> = {}) => [
    servingRequested(serving('s1', { createdAt: ago(-5), ...fields })),
  ]

  it('serving requests are followed, and sent before superseded ones', () => {
    const run = play(done(), looked(arrives()))
    expect(run.items.at(-1)).toMatchObject({ uid: 's1', state: 'queued', followed: true })
    expect(batchOf(run)).toEqual(['s1'])
  })

  it('serving requests are followed only once the machine’s own requests are approved', () => {
    const begun = start([machine('a', [client('a1')])], follows)
    const both = looked([machine('a', [serving('s1', { createdAt: ago(-5) }), client('a1')])])
    const early = play(begun, both)
    expect(uidsOf(early)).toEqual(['a1'])
    expect(uidsOf(play(approvesAll(early, 'a1'), both))).toEqual(['a1', 's1'])
  })

  it('serving requests are followed once', () => {
    expect(play(done(), looked(arrives()), looked(arrives())).items).toHaveLength(2)
  })

  it.each<[string, RunEvent, Partial<RunOptions>]>([
    ['without follow-up asked for', looked(arrives()), { followMinutes: null }],
    ['after the agreed time', looked(arrives(), NOW + FOLLOW_MS), {}],
    ['suspicious', looked(arrives({ verdict: 'suspicious' })), {}],
    ['takes two people', looked(arrives({ twoPeople: TWO })), {}],
    ['filed by the run’s own user', looked(arrives({ requestor: 'kim' })), {}],
    ['refused', looked(arrives({ verdict: 'refused' })), {}],
    ['plausible without its tick', looked(arrives({ verdict: 'plausible' })), {}],
    ['verified, and for a person to look at', looked(arrives({ unattended: null })), {}],
    [
      'plausible, and for a person to look at',
      looked(arrives({ verdict: 'plausible', unattended: null })),
      { plausible: true },
    ],
    ['the kubelet has not answered', looked(arrives({ unattended: 'asking' })), {}],
    ['superseded', looked(arrives({ superseded: true })), {}],
    [
      'of a machine that is not part of the run',
      looked([clientIssued, machine('b', [serving('s1', { createdAt: ago(-5) })])]),
      {},
    ],
    [
      'a client request',
      looked([
        machine('a', [client('a9', { createdAt: ago(-5) }), issued], { stage: 'clientIssued' }),
      ]),
      {},
    ],
  ])('serving requests are not followed: %s', (_, event, options) => {
    expect(uidsOf(play(done(options), event))).toEqual(['a1'])
  })

  it.each([
    ['behind ours by minutes', ago(600)],
    ['ahead of ours by minutes', ago(-600)],
  ])('serving requests are followed whatever the API server’s clock says: %s', (_, createdAt) => {
    const run = play(done(), looked(arrives({ createdAt })))
    expect(uidsOf(run)).toEqual(['a1', 's1'])
  })

  describe('serving requests are followed for more than 15 minutes only within the hour of their machine', () => {
    const minutes = (count: number) => ago(-60 * count)
    const at = (count: number) => NOW + count * 60_000

    it.each([
      ['its hour ends before the agreed time', 60, minutes(40), 40],
      ['its hour ends after it', 30, minutes(40), 30],
      ['its hour ends within 15 minutes', 60, minutes(5), 15],
      ['its hour is over', 60, minutes(-30), 15],
      ['it has no deadline', 60, null, 60],
    ])(
      'the run follows a serving request for as long as its machine’s hour allows: %s',
      (_, followMinutes, deadline, expected) => {
        const run = start([machine('a', [client('a1')], { deadline })], { followMinutes })
        expect(run).toMatchObject({
          followUntil: at(expected),
          machines: [{ name: 'a', seen: [] }],
        })
      },
    )

    it('each machine is followed by its own hour', () => {
      const machines = ['a', 'b'].map((name, n) =>
        machine(name, [client(`${name}1`)], { deadline: minutes(20 + 20 * n) }),
      )
      const run = start(machines, { followMinutes: 60 })
      expect(run.machines.map(({ followUntil }) => followUntil ?? run.followUntil)).toEqual([
        at(20),
        at(40),
      ])
      const approvedBoth = approvesAll(run, 'a1', 'b1')
      const both = ['a', 'b'].map((name) =>
        machine(name, [serving(`${name}2`, { createdAt: ago(-5) }), client(`${name}1`, isIssued)], {
          stage: 'servingRequested',
        }),
      )
      expect(uidsOf(play(approvedBoth, looked(both, at(19))))).toEqual(['a1', 'b1', 'a2', 'b2'])
      expect(uidsOf(play(approvedBoth, looked(both, at(20))))).toEqual(['a1', 'b1', 'b2'])
      const noneFiled = [clientIssued, machine('b', [client('b1', isIssued)], { stage: 'ready' })]
      expect(play(approvedBoth, looked(noneFiled, at(19))).status).toBe('running')
      expect(play(approvedBoth, looked(noneFiled, at(20))).status).toBe('finished')
    })
  })

  describe('serving requests are not followed when they were there at the start', () => {
    const there = serving('s1', { createdAt: ago(-600) })
    const alone = [machine('a', [client('a1')])]
    const beside = [machine('a', [client('a1'), { ...there, superseded: true }])]
    const left = { ...follows, superseded: false }
    it.each<[string, Run]>([
      ['on screen, outside the run', start(beside, left)],
      [
        'filed while the dialog was open',
        start(alone, follows, [machine('a', [there, client('a1')])]),
      ],
      ['on screen, and missing from the list for a moment', start(beside, left, alone)],
    ])('the run does not approve a serving request that was there at its start: %s', (_, run) => {
      const after = play(approvesAll(run, 'a1'), looked([servingRequested(there)]))
      expect(uidsOf(after)).toEqual(['a1'])
    })
  })

  describe('serving requests are not followed for a machine that was denied meanwhile and files again at once', () => {
    const again = serving('s2', { createdAt: ago(-8) })
    const asked = serving('s1', { createdAt: ago(-5), requestor: 'system:node:a' })
    const other = machine('b', [client('b1', { status: 'Approved,Issued' })], {
      stage: 'clientIssued',
    })
    it.each([
      ['that was followed', servingRequested(asked)],
      ['that was filed and denied between two looks', servingRequested()],
    ])('the serving request %s is not followed', (_, before) => {
      const after = servingRequested({ ...asked, ...denied })
      const anew = servingRequested(again, { ...asked, ...denied })
      const both = start([machine('a', [client('a1')]), machine('b', [client('b1')])], follows)
      const looks = [before, after, anew].map((row) => looked([row, other]))
      const run = play(approvesAll(both, 'a1', 'b1'), ...looks)
      expect(run.status).toBe('running')
      expect(nextBatch(run)).toEqual([])
      expect(play(run, looked([anew])).status).toBe('finished')
    })

    it.each([
      ['a stranger’s', client('x9', { ...denied, createdAt: ago(-4), requestor: 'system:node:x' })],
      ['an older one of its own, in the run', client('a2', { ...denied, superseded: true })],
    ])('a serving request is followed where the denied request was %s', (_, request) => {
      const begun = approvesAll(start([machine('a', A)], follows), 'a1')
      const looks = [servingRequested(request), servingRequested(asked, request)]
      expect(batchOf(play(begun, ...looks.map((row) => looked([row]))))).toEqual(['s1'])
    })

    it('a serving request is followed where a request was denied before the run began', () => {
      const old = serving('s0', denied)
      const run = approvesAll(start([machine('a', [client('a1'), old])], follows), 'a1')
      expect(batchOf(play(run, looked([servingRequested(asked, old)])))).toEqual(['s1'])
    })
  })

  it.each<[ticked: string, Partial<RunOptions>, 'verified' | 'plausible']>([
    ['verified machines', {}, 'verified'],
    ['plausible machines as well', { plausible: true }, 'plausible'],
    ['machines that say they are a node that exists', { rebootstrapping: true }, 'verified'],
    ['a role of machines that have joined before', { roles: ['worker'] }, 'plausible'],
  ])('serving requests of %s are followed at the ticked level', (_, options, trust) => {
    expect(runTrust({ options: { ...OPTIONS, ...options } })).toBe(trust)
  })

  it('serving requests are followed when plausible, with the tick', () => {
    const run = play(done({ plausible: true }), looked(arrives({ verdict: 'plausible' })))
    expect(run.items.map(({ uid, accept }) => `${uid} ${accept}`)).toEqual([
      'a1 verified',
      's1 plausible',
    ])
  })

  it('serving requests are followed once they become trusted', () => {
    const run = play(done(), looked(arrives({ verdict: 'plausible' })), looked(arrives()))
    expect(uidsOf(run)).toEqual(['a1', 's1'])
  })

  it('serving requests are followed once the kubelet answers', () => {
    const run = play(done(), looked(arrives({ unattended: 'asking' })))
    expect(run.status).toBe('running')
    expect(uidsOf(play(run, looked(arrives())))).toEqual(['a1', 's1'])
  })

  it.each<[string, JudgedMachine[], number, string]>([
    ['until the machine is Ready', [machine('a', [issued], { stage: 'ready' })], NOW, 'finished'],
    ['while it may still come', [clientIssued], NOW, 'running'],
    ['until the time is over', [clientIssued], NOW + FOLLOW_MS, 'finished'],
    [
      'not for a suspicious one: it needs a person',
      arrives({ verdict: 'suspicious' }),
      NOW,
      'finished',
    ],
    ['not for one that takes two people', arrives({ twoPeople: TWO }), NOW, 'finished'],
    ['for one that may yet be confirmed', arrives({ verdict: 'plausible' }), NOW, 'running'],
    [
      'not for a kubelet that filed its client request anew: it needs a person',
      [machine('a', [client('a9', { createdAt: ago(-5) }), issued])],
      NOW,
      'finished',
    ],
    ['not for a machine that is gone', [], NOW, 'finished'],
  ])('serving requests are waited for %s', (_, rows, now, status) => {
    expect(play(done(), looked(rows, now)).status).toBe(status)
  })

  describe('serving requests of a machine with an older request that is left alone', () => {
    const run = approvesAll(start([story.before], { ...follows, superseded: false }), 'newest')

    it.each<[string, readonly JudgedMachine[], Run['status']]>([
      ['while the signer has the newest', [story.atSigner], 'running'],
      ['until its serving request comes', [story.atSigner, story.issued], 'running'],
      [
        'also while a stranger\u2019s waits, before it is issued',
        [story.strangersAtSigner],
        'running',
      ],
      ['and after', [story.strangersAtSigner, story.strangers], 'running'],
      ['while the signer has it, though the kubelet filed anew', [story.anewAtSigner], 'running'],
      ['not when it filed anew', [story.anewAtSigner, story.anew], 'finished'],
      ['not when a stranger did, too', [story.anewAndStrangers], 'finished'],
    ])('serving requests are waited for: %s', (_, rows, status) => {
      expect(play(run, ...rows.map((row) => looked([row]))).status).toBe(status)
    })

    it.each<[string, readonly JudgedMachine[]]>([
      ['after the signer was slow', [story.atSigner, story.issued, story.serving]],
      ['beside a stranger\u2019s', [story.strangers, story.strangersAndServing]],
    ])('serving requests are followed %s', (_, rows) => {
      const after = play(run, ...rows.map((row) => looked([row])))
      expect(batchOf(after)).toEqual(['serving'])
    })
  })

  it('serving requests are still waited for while the watch shows a selected request as pending', () => {
    const asked = serving('s0')
    const run = approvesAll(start([machine('a', [asked])], follows), 's0')
    const worse = { ...asked, verdict: 'suspicious' } as const
    const rows = [machine('a', [worse], { stage: 'servingRequested' })]
    expect(play(run, looked(rows)).status).toBe('running')
  })

  it('serving requests are not waited for when the client request failed', () => {
    const rows = [machine('a', [client('a1')])]
    const failed = play(start(rows, follows), sending('a1'), answered('a1', 'forbidden'), over())
    expect(play(failed, looked(rows)).status).toBe('finished')
  })
})

describe('the end of a run', () => {
  it('a run ends when nothing is open, and not before', () => {
    const some = play(
      two(),
      sending('a1', 'b1', 'a2'),
      answered('a1', 'approved'),
      answered('b1', 'error'),
    )
    expect(play(some, looked(unchanged)).status).toBe('running')
    const all = play(some, answered('a2', 'approved'), over(), looked(unchanged, NOW + 5))
    expect(all).toMatchObject({ status: 'finished', endedAt: NOW + 5 })
  })
})

describe('a denial in a run', () => {
  const rows = rowsOf([machine('a', [client('a1')])], [client('o1')])
  const denial = createDenial(['o1', 'a1', 'x'], {
    ...{ id: 'r1', now: NOW, user: 'kim', note: '' },
    rows,
  })

  it('a denial has the named requests in their order, under whatever machine', () => {
    expect(states(denial)).toEqual(['o1 queued', 'a1 queued', 'x failed'])
  })

  it.each<[Outcome, string]>([
    ['denied', 'decided'],
    ['approved', 'failed'],
    ['already', 'unclear'],
    ['changed', 'heldBack'],
  ])('a denial that ends as “%s” leaves its item %s', (outcome, state) => {
    expect(states(play(denial, sending('o1'), answered('o1', outcome)))[0]).toBe(`o1 ${state}`)
  })

  it.each<[string, Partial<JudgedRequest>, string, Outcome]>([
    ['also denies it', denied, 'decided', 'already'],
    ['approves it', approved, 'failed', 'changed'],
  ])('an item of a denial has an end when another client %s', (_, fields, state, outcome) => {
    const rows = rowsOf([machine('a', [client('a1', fields)])], [client('o1')])
    const world = worldOf(rows, () => true)
    const run = play(denial, { kind: 'looked', world, now: NOW })
    expect(run.items[1]).toMatchObject({ state, outcome })
  })
})

describe('a run by role', () => {
  const silent = (name: string, role: string, ready = false, requests = [client(name)]) =>
    machine(name, requests, { rebootstrapping: true, node: makeNode({ ready, roles: [role] }) })
  const done = (name: string, role: string, ready: boolean) =>
    silent(name, role, ready, [client(name, approved)])
  const [cp0, cp1, infra, worker] = [
    silent('cp0', 'master'),
    silent('cp1', 'master'),
    silent('infra', 'infra'),
    silent('w', 'worker'),
  ]
  const ALL_ROLES = ['controlPlane', 'platform', 'worker'] as const
  const begin = (options: Partial<RunOptions> = {}, second = infra) => {
    const rows = rowsOf([cp0, cp1, second, worker])
    const at = { id: 'r1', now: NOW, user: 'kim', note: '', rows }
    const plan = makePlan(rows, 'returning', KIM)
    return createRun(plan, { ...OPTIONS, roles: ALL_ROLES, ...options }, at)
  }
  const next = (run: Run) => nextBatch(run).map(({ uid }) => uid)
  const approveAll = (run: Run) =>
    play(run, sending(...next(run)), ...next(run).map((uid) => answered(uid, 'approved')), over())
  const halfReady = [done('cp0', 'master', true), done('cp1', 'master', false), infra, worker]
  const allReady = [done('cp0', 'master', true), done('cp1', 'master', true), infra, worker]

  it('a run begins a group once every node of the group before is Ready', () => {
    const begun = begin()
    expect(next(begun)).toEqual(['cp0', 'cp1'])
    const waiting = play(approveAll(begun), looked(halfReady))
    expect([next(waiting), waiting.status]).toEqual([[], 'running'])
    const second = play(waiting, looked(allReady))
    expect(next(second)).toEqual(['infra'])
    // The Node of `infra` is not Ready.
    expect(next(play(approveAll(second), looked(allReady)))).toEqual([])
  })

  it('a run begins the next group, and that alone, when a person goes on', () => {
    const waiting = play(approveAll(begin()), looked(halfReady))
    const second = play(waiting, goOn('platform'), goOn('platform'), looked(halfReady))
    expect(next(second)).toEqual(['infra'])
    const over = play(
      approveAll(second),
      looked([...halfReady.slice(0, 2), done('infra', 'infra', false), worker]),
    )
    expect(next(over)).toEqual([])
    expect(play(two(), goOn('worker')).goesOn).toBeUndefined()
  })

  it('a run begins no other group than the one that the person saw waiting', () => {
    const notReady = [...halfReady.slice(0, 2), done('infra', 'infra', false), worker]
    const waiting = play(approveAll(begin()), looked(halfReady))
    expect(play(waiting, goOn('worker'))).toBe(waiting)
    const second = play(waiting, goOn('platform'), looked(halfReady))
    const stale = play(approveAll(second), goOn('platform'), looked(notReady))
    expect(next(stale)).toEqual([])
    expect(next(play(stale, goOn('worker'), looked(notReady)))).toEqual(['w'])
  })

  it('a run begins no group in place of one that a person began and that has nothing left', () => {
    const waiting = play(approveAll(begin()), looked(halfReady), person('pause'), goOn('platform'))
    const rows = [...halfReady.slice(0, 2), silent('infra', 'infra', false, []), worker]
    const resumed = play(waiting, person('resume'), looked(rows))
    expect(next(resumed)).toEqual([])
  })

  describe('a run whose kubelets file anew while their group waits', () => {
    const stale = client('infra', { superseded: true })
    const fresh = (fields: Partial<JudgedRequest> = {}) =>
      client('fresh', { createdAt: ago(-5), ...fields })
    const others = [...allReady.slice(0, 2), worker]
    const secondGroup = (infraNow: JudgedMachine, run = begin(), partlyJudged = false) => {
      const rows = rowsOf([...others, infraNow])
      const world = worldOf(rows, () => true, partlyJudged)
      return play(approveAll(run), { kind: 'looked', world, now: NOW })
    }
    const infraOf = (requests: ReturnType<typeof client>[], role = 'infra') =>
      silent('infra', role, false, requests)

    it('a run approves the newest client request in the place of the one in the plan', () => {
      const run = secondGroup(infraOf([fresh(), stale]))
      expect(states(run)).toEqual(['cp0 decided', 'cp1 decided', 'fresh queued', 'w queued'])
      expect(nextBatch(run)).toMatchObject([{ uid: 'fresh', accept: 'verified', followed: false }])
      expect(run.machines[2]).toMatchObject({ name: 'infra', seen: ['infra'] })
    })

    it('a run keeps what was filed anew for a group that does not begin yet', () => {
      const workerNow = silent('w', 'worker', false, [fresh(), client('w', { superseded: true })])
      const run = play(approveAll(begin()), looked([...allReady.slice(0, 3), workerNow]))
      expect(states(run).slice(2)).toEqual(['infra queued', 'w queued'])
    })

    const own = client('infra')
    it.each<[string, JudgedMachine, boolean?]>([
      ['is trusted less', infraOf([fresh({ verdict: 'plausible' }), stale])],
      ['is suspicious', infraOf([fresh({ verdict: 'suspicious' }), own])],
      ['is refused', infraOf([fresh({ verdict: 'refused' }), own])],
      ['is not judged', infraOf([fresh({ verdict: null }), own])],
      ['takes two people', infraOf([fresh({ twoPeople: TWO }), stale])],
      ['is of another requestor', infraOf([fresh({ requestor: 'eve' }), stale])],
      ['is the person’s own', infraOf([fresh({ requestor: 'kim' }), stale])],
      ['is approved already', infraOf([fresh(approved), stale])],
      ['is one of two', infraOf([fresh(), client('twin', { createdAt: ago(-5) }), stale])],
      ['is of a machine in another group', infraOf([fresh(), stale], 'worker')],
      ['is of a machine that is there', { ...infraOf([fresh(), stale]), rebootstrapping: false }],
      ['is judged without all evidence', infraOf([fresh(), stale]), true],
      [
        'comes with a suspicious serving one',
        infraOf([fresh(), serving('s', { verdict: 'suspicious' }), stale]),
      ],
    ])(
      'a run approves nothing of a machine whose newer request %s',
      (_, infraNow, partlyJudged) => {
        const run = secondGroup(infraNow, begin(), partlyJudged)
        const held = run.items.find(({ machine }) => machine === 'infra')
        expect([next(run), held?.uid]).toEqual([[], 'infra'])
        const causes = [{ code: 'filedAnew' }]
        expect(held).toMatchObject({ state: 'heldBack', outcome: 'changed', causes })
      },
    )

    it.each<[string, JudgedMachine, JudgedMachine]>([
      [
        'two client requests of a machine for one',
        infraOf([own, client('twin')]),
        infraOf([fresh(), stale, client('twin', { superseded: true })]),
      ],
      [
        'a serving request',
        infraOf([own, serving('s')]),
        infraOf([serving('s2'), own, serving('s', { superseded: true })]),
      ],
    ])('a run never replaces %s', (_, planned, infraNow) => {
      const run = secondGroup(infraNow, begin({}, planned))
      const held = run.items.filter(({ machine }) => machine === 'infra')
      expect(held.map(({ state }) => state)).toEqual(['heldBack', 'heldBack'])
    })

    it('a run leaves a request without a newer one to the judgement at its write', () => {
      const run = secondGroup(infraOf([client('infra', { verdict: 'suspicious' })]))
      expect(next(run)).toEqual(['infra'])
    })
  })

  it('a run leaves out roles that are not ticked, and begins with the first that is', () => {
    const run = begin({ roles: ['worker', 'platform'] })
    expect(next(run)).toEqual(['infra'])
    expect(run.machines.map(({ name }) => name)).toEqual(['infra', 'w'])
  })

  it('a run counts the time to follow a group from that group’s beginning', () => {
    const later = NOW + 3_600_000
    const run = begin({ followMinutes: 15 })
    expect(run.followUntil).toBe(NOW + FOLLOW_MS)
    const second = play(approveAll(run), looked(allReady, later))
    expect(second.followUntil).toBe(later + FOLLOW_MS)
    const endOf = (name: string) => {
      const one = second.machines.find((machine) => machine.name === name)
      return one === undefined ? null : [isFollowing(second, one, later), one.followUntil]
    }
    expect([endOf('cp0'), endOf('infra'), endOf('w')]).toEqual([
      [false, NOW + FOLLOW_MS],
      [true, undefined],
      [false, NOW + FOLLOW_MS],
    ])
  })

  it('a run wakes at no time for a group that waits, and leaves it when it is stopped', () => {
    const waiting = play(approveAll(begin({ followMinutes: 15 })), looked(halfReady))
    expect(nextDue(waiting)).toBeNull()
    const stopped = play(waiting, person('stop'))
    expect(stopped.items.map(({ state }) => state)).toEqual(['decided', 'decided', 'left', 'left'])
  })
})
