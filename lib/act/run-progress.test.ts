import { describe, expect, it } from 'vitest'
import { story } from '#lib/act/fixtures/run-story.ts'
import { type Run, type RunItem, runItem } from '#lib/act/run.ts'
import { notDenied, reportOf, runLines, runProgress, stayingAfter } from '#lib/act/run-progress.ts'
import { cause } from '#lib/csr/cause.ts'
import { itAnswers } from '#lib/csr/fixtures/it-answers.ts'
import { KUBELET_SERVING } from '#lib/csr/names.ts'
import type { JudgedMachine, JudgedRequest } from '#lib/csr/rows/rows.ts'
import { ago, makeMachine, makeRequest, NOW } from '#lib/wire/fixtures/cluster.ts'

const FOLLOW_MS = 15 * 60_000
const WHY = { detail: 'why', causes: [cause('otherContents')] }
const NOT_CONFIRMED = { code: 'identity.machine', finding: 'noMachineApi', values: {} } as const
const unconfirmed = { verdict: 'plausible', reason: NOT_CONFIRMED } as const
const client = (uid: string, fields: Partial<JudgedRequest> = {}) => makeRequest({ uid, ...fields })
const serving = (uid: string, fields: Partial<JudgedRequest> = {}) =>
  makeRequest({ uid, signerName: KUBELET_SERVING, createdAt: ago(-5), ...fields })
const issued = { status: 'Approved,Issued', verdict: null } as const

const item = (uid: string, fields: Partial<RunItem> = {}): RunItem => ({
  ...runItem(client(uid), { machine: 'a', accept: 'verified', followed: false, at: NOW }),
  ...fields,
})
const servingItem = (uid: string, fields: Partial<RunItem> = {}) =>
  item(uid, { signerName: KUBELET_SERVING, ...fields })

/** The run's client request of its machine, approved. */
const decided = item('a1', { state: 'decided' })

const run = (fields: Partial<Run> = {}): Run => ({
  id: 'r1',
  decision: 'approve',
  startedAt: NOW,
  user: 'kim',
  note: '',
  haltedBy: null,
  agreed: null,
  options: {
    verified: true,
    plausible: false,
    rebootstrapping: false,
    superseded: true,
    followMinutes: 15,
  },
  status: 'running',
  pause: null,
  endedAt: null,
  followUntil: NOW + FOLLOW_MS,
  machines: [{ name: 'a', seen: [] }],
  items: [decided],
  ...fields,
})

const snapshot = (...machines: JudgedMachine[]) => ({
  machines: new Map(machines.map((row) => [row.name, row])),
  others: new Map(),
})
const a = (fields: Partial<JudgedMachine>) => makeMachine({ name: 'a', ...fields })
const clientIssued = a({ stage: 'clientIssued', requests: [client('a1', issued)] })
/** The machine with its issued client request, and requests that came after it. */
const withIssued = (...requests: JudgedRequest[]) =>
  a({ requests: [...requests, client('a1', issued)] })
const newerServing = a({
  stage: 'servingRequested',
  requests: [serving('s2'), serving('s1', issued)],
})
const filedAnew = withIssued(client('a2', { createdAt: ago(-3) }))
const arrived = (fields: Partial<JudgedRequest>): JudgedMachine => ({
  ...withIssued(serving('s1', fields)),
  stage: 'servingRequested',
})

describe('the line of a machine', () => {
  const lineOf = ([row, fields = {}]: [JudgedMachine | null, Partial<Run>?]) => {
    const [only] = runLines(run(fields), row === null ? snapshot() : snapshot(row), NOW)
    if (only?.name !== 'a') throw new Error('no line')
    const { kind, uid, done, of, outcome, causes, reason } = only
    const steps = kind.startsWith('approving') ? `${done} of ${of}` : null
    const why = [...causes, ...(reason === null ? [] : [reason])].map(({ code }) => code)
    return [kind, uid, steps, outcome, ...why].filter((each) => each !== null).join(' ')
  }
  itAnswers(lineOf, {
    queued: {
      'nothing sent yet': [a({}), { items: [item('a1'), item('a2')] }],
      'paused, its serving request not sent yet': [
        arrived({}),
        { status: 'paused', items: [decided, servingItem('s1')] },
      ],
    },
    'approvingClient 0 of 2': {
      'under way': [
        a({}),
        { items: [item('a1', { state: 'sent' }), item('a2', { state: 'sent', superseded: true })] },
      ],
    },
    'approvingClient 1 of 2': {
      'the newest decided, an older one queued': [
        a({}),
        { items: [decided, item('a2', { superseded: true })] },
      ],
    },
    'approvingServing 0 of 1': {
      'its serving request under way': [
        arrived({}),
        { items: [decided, servingItem('s1', { state: 'sent' })] },
      ],
      'paused, its serving request sent before': [
        arrived({}),
        { status: 'paused', items: [decided, servingItem('s1', { state: 'sent' })] },
      ],
    },
    'unclear a1': { 'answer lost': [a({}), { items: [item('a1', { state: 'unclear' })] }] },
    'heldBack a1 changed otherContents': {
      'held back': [
        a({}),
        { items: [item('a1', { state: 'heldBack', outcome: 'changed', ...WHY })] },
      ],
    },
    waitingForServing: {
      'an older request that failed does not count': [
        clientIssued,
        { items: [decided, item('a2', { state: 'failed', superseded: true })] },
      ],
      issued: [clientIssued],
      'an older request left pending is not waited for': [
        { ...clientIssued, requests: [client('a1', issued), client('a0', { superseded: true })] },
      ],
    },
    'failed a1 forbidden': {
      failed: [a({}), { items: [item('a1', { state: 'failed', outcome: 'forbidden' })] }],
    },
    'left a1': {
      'stopped before it': [a({}), { status: 'stopped', items: [item('a1', { state: 'left' })] }],
    },
    waitingForSigner: {
      'approved, not issued': [
        a({
          waitingForSigner: true,
          requests: [client('a1', { status: 'Approved', verdict: null })],
        }),
      ],
    },
    askingKubelet: {
      'its serving request waits for what its kubelet presents': [
        withIssued(serving('s1', { unattended: 'asking' })),
      ],
    },
    'heldBack s1 arrivedUnconfirmed': {
      'its serving request is verified, and for a person to look at': [
        withIssued(serving('s1', { unattended: null })),
      ],
    },
    'heldBack s1 arrivedUnconfirmed identity.machine': {
      'its serving request is plausible, as was ticked, and for a person to look at': [
        withIssued(serving('s1', { ...unconfirmed, unattended: null })),
        { options: { ...run().options, plausible: true } },
      ],
    },
    'heldBack s1 identity.machine': {
      'its serving request is plausible, which was not ticked': [
        withIssued(serving('s1', { ...unconfirmed, unattended: 'plausible' })),
      ],
    },
    servingNotAsked: {
      'issued, serving not followed': [clientIssued, { followUntil: null }],
      'issued after a run that had nothing left to wait for': [
        clientIssued,
        { status: 'finished', endedAt: NOW + 9 },
      ],
    },
    notInTime: { 'issued, after the agreed time': [clientIssued, { status: 'finished' }] },
    servingLeft: { 'issued, stopped': [clientIssued, { status: 'stopped' }] },
    'servingNotAsked s1': { 'serving arrived, not followed': [arrived({}), { followUntil: null }] },
    'heldBack s1': {
      'serving arrived and is suspicious': [arrived({ verdict: 'suspicious' })],
      'serving arrived and is not confirmed yet': [arrived({ verdict: 'plausible' })],
    },
    'newerWaits s2': {
      'its serving request approved, and a newer one filed after the end': [
        newerServing,
        { status: 'finished', endedAt: NOW + 9, items: [servingItem('s1', { state: 'decided' })] },
      ],
      'its serving request approved, and a newer one filed that is not followed': [
        newerServing,
        { followUntil: null, items: [servingItem('s1', { state: 'decided' })] },
      ],
    },
    'servingNotAsked s1 forbidden': {
      'serving arrived after a run that had nothing left to wait for': [
        arrived({}),
        { status: 'finished', endedAt: NOW + 9 },
      ],
    },
    'failed s1 denied': {
      'its serving request was filed and denied between two looks': [
        {
          ...withIssued(
            serving('s1', { status: 'Denied', verdict: null, requestor: 'system:node:a' }),
          ),
          stage: 'denied',
        },
      ],
    },
    'notInTime s1 forbidden': { 'serving arrived too late': [arrived({}), { status: 'finished' }] },
    'newerWaits a2': {
      'approved, but its kubelet filed anew between the preflight and the approval': [
        filedAnew,
        { followUntil: null },
      ],
      'its kubelet filed anew, while serving requests are followed': [filedAnew],
      'its kubelet filed anew, before the watch shows the approval': [
        a({ requests: [client('a2', { createdAt: ago(-3) }), client('a1', { superseded: true })] }),
      ],
    },
    waitingForReady: {
      'serving issued': [a({ stage: 'servingIssued', requests: [serving('s1', issued)] })],
    },
    ready: {
      Ready: [a({ stage: 'ready', stageSince: ago(-9) })],
      'Ready before the run, which approved its renewal': [
        a({ stage: 'ready', stageSince: ago(3_600) }),
        { items: [item('a1', { state: 'decided', at: NOW + 2_000 })] },
      ],
      'Ready although the run held it back: another person approved it': [
        a({ stage: 'ready' }),
        { items: [item('a1', { state: 'heldBack' })] },
      ],
    },
    'failed signerSaid': {
      'the signer failed': [
        a({
          stage: 'failed',
          requests: [client('a1', { status: 'Approved,Failed', failure: 'no CA' })],
        }),
      ],
    },
    'failed gone': { 'its machine is gone': [null] },
  })
})

it.each([
  ['an item’s own', run({ items: [item('a1', { state: 'heldBack', ...WHY })] }), 'why'],
  ['the signer’s', run(), 'no CA'],
])('a line has its detail: %s', (_, of, detail) => {
  const requests = [client('a1', { status: 'Approved,Failed', failure: 'no CA' })]
  expect(runLines(of, snapshot(a({ stage: 'failed', requests })), NOW)).toMatchObject([{ detail }])
})

it.each<[string, number, JudgedMachine, Partial<Run>]>([
  ['Ready', NOW + 9_000, a({ stage: 'ready', stageSince: ago(-9) }), {}],
  [
    'Ready before the run, which approved its renewal',
    NOW + 2_000,
    a({ stage: 'ready', stageSince: ago(3_600) }),
    { items: [item('a1', { state: 'decided', at: NOW + 2_000 })] },
  ],
  ['filed anew', NOW + 3_000, filedAnew, { followUntil: null }],
])('a machine tells since when it is %s', (_, since, row, fields) => {
  expect(runLines(run(fields), snapshot(row), NOW)).toMatchObject([{ since }])
})

it.each([
  [true, { kind: 'queued', uid: 's1' }],
  [false, { kind: 'heldBack', uid: 's1', outcome: 'forbidden' }],
])('the line of a serving request depends on the right to approve it: %s', (mayServe, line) => {
  const row = a({ requests: [serving('s1'), client('a1', issued)] })
  expect(runLines(run({}), snapshot(row), NOW, mayServe)).toMatchObject([line])
})

it('a machine whose hour is over is not followed, although the run goes on', () => {
  const machines = [{ name: 'a', seen: [], followUntil: NOW + 1_000 }]
  const kindAt = (row: JudgedMachine, now: number) =>
    runLines(run({ machines }), snapshot(row), now)[0]?.kind
  expect(kindAt(clientIssued, NOW)).toBe('waitingForServing')
  expect(kindAt(clientIssued, NOW + 1_000)).toBe('notInTime')
  expect(kindAt(arrived({}), NOW)).toBe('queued')
  expect(kindAt(arrived({}), NOW + 1_000)).toBe('notInTime')
  const waiting = (now: number) => runProgress(run({ machines }), snapshot(clientIssued), now)
  expect(waiting(NOW).waitingForKubelets).toBe(1)
  expect(waiting(NOW + 1_000).waitingForKubelets).toBe(0)
})

describe('the line of a machine with an older request that is left alone', () => {
  const machines = [{ name: 'worker-1', seen: ['older'] }]
  const items = [item('newest', { machine: 'worker-1', state: 'decided', at: NOW + 2_000 })]
  const line = (row: JudgedMachine, fields: Partial<Run> = {}) =>
    runLines(run({ machines, items, ...fields }), snapshot(row), NOW)[0]

  it.each<[string, JudgedMachine, object]>([
    ['approved, not issued', story.atSigner, { kind: 'waitingForSigner' }],
    ['issued', story.issued, { kind: 'waitingForServing' }],
    [
      'a stranger has also filed one',
      story.strangers,
      { kind: 'heldBack', uid: 'strangers', since: NOW + 5_000 },
    ],
    ['its kubelet has filed anew', story.anew, { kind: 'newerWaits', uid: 'anew' }],
    ['both have', story.anewAndStrangers, { kind: 'newerWaits', uid: 'anew' }],
  ])(
    'the line of a machine whose older request is left alone says where it stands: %s',
    (_, row, expected) => {
      expect(line(row)).toMatchObject(expected)
    },
  )

  it('the line names the reason that holds a stranger’s request back', () => {
    expect(line(story.strangers)?.reason).toMatchObject({ code: 'requestor.bootstrapper' })
  })

  it.each<[string, JudgedMachine, object]>([
    ['a request that came since is newer', story.anew, { kind: 'newerWaits', uid: 'anew' }],
    ['a request that was there before is not newer', story.atSigner, { kind: 'waitingForSigner' }],
  ])('with its approved request no longer listed, %s', (_, row, expected) => {
    const requests = row.requests.filter(({ uid }) => uid !== 'newest')
    expect(line({ ...row, requests })).toMatchObject(expected)
  })

  it('none of the machine’s completed steps is undone', () => {
    const rows = [story.atSigner, story.issued, story.strangersAtSigner, story.strangers]
    for (const row of [...rows, story.anewAtSigner, story.anew, story.anewAndStrangers]) {
      const { steps } = runProgress(run({ machines, items }), snapshot(row), NOW + 20_000)
      expect(steps.clientApproved).toBe(1)
    }
  })
})

describe('the progress of a run', () => {
  it('the progress counts completed steps of machines by the rows of the watch', () => {
    const names = ['pending', 'issued', 'serving', 'servingIssued', 'forgotten', 'ready', 'gone']
    const rows = [
      makeMachine({ name: 'pending', requests: [client('1')] }),
      { ...clientIssued, name: 'issued' },
      { ...arrived({}), name: 'serving' },
      makeMachine({
        name: 'servingIssued',
        stage: 'servingIssued',
        requests: [serving('4', issued), client('5', issued)],
      }),
      // The API server forgets decided requests after an hour.
      makeMachine({ name: 'forgotten', stage: 'servingRequested', requests: [serving('6')] }),
      makeMachine({ name: 'ready', stage: 'ready', requests: [] }),
    ]
    const machines = names.map((name) => ({ name, seen: [] }))
    expect(runProgress(run({ machines }), snapshot(...rows), NOW)).toMatchObject({
      machines: 7,
      steps: { clientApproved: 5, servingRequested: 4, servingApproved: 2, ready: 1 },
      waitingForKubelets: 1,
    })
  })

  it('the progress waits for no kubelet where serving requests are not followed', () => {
    const alone = run({ followUntil: null })
    expect(runProgress(alone, snapshot(clientIssued), NOW).waitingForKubelets).toBe(0)
    expect(runProgress(run({}), snapshot(clientIssued), NOW).waitingForKubelets).toBe(1)
  })

  it.each<[string, Partial<Run>, readonly [JudgedMachine, JudgedMachine], object]>([
    [
      'its client request approved',
      {},
      [
        clientIssued,
        a({ requests: [client('a2'), client('a1', { ...issued, decidedAt: ago(-1) })] }),
      ],
      { clientApproved: 1, servingRequested: 0 },
    ],
    [
      'its serving request approved',
      { items: [servingItem('s1', { state: 'decided' })] },
      [
        a({ stage: 'servingIssued', requests: [serving('s1', issued)] }),
        a({ requests: [serving('s2'), serving('s1', { ...issued, decidedAt: ago(-1) })] }),
      ],
      { clientApproved: 1, servingRequested: 1, servingApproved: 1 },
    ],
    [
      'its serving request in the run',
      { items: [servingItem('s1')] },
      [
        a({ stage: 'servingRequested', requests: [serving('s1')] }),
        a({ requests: [client('a2'), serving('s1')] }),
      ],
      { clientApproved: 1, servingRequested: 1, servingApproved: 0 },
    ],
  ])('no completed step is undone when the kubelet files anew: %s', (_, fields, rows, steps) => {
    for (const row of rows) {
      expect(runProgress(run(fields), snapshot(row), NOW).steps).toMatchObject(steps)
    }
  })

  it('an approval before the run is no step of it while a newer request waits', () => {
    const row = a({ requests: [client('a1'), client('a0', { ...issued, decidedAt: ago(600) })] })
    const machines = [{ name: 'a', seen: ['a0'] }]
    const { steps } = runProgress(run({ machines, items: [item('a1')] }), snapshot(row), NOW)
    expect(steps.clientApproved).toBe(0)
  })

  it('the progress gives the rate of the last ten seconds, and the time left at that rate', () => {
    const items = [
      ...Array.from({ length: 20 }, (_, n) => item(`old${n}`, { state: 'decided', at: NOW })),
      ...Array.from({ length: 40 }, (_, n) =>
        item(`new${n}`, { state: 'decided', at: NOW + 15_000 }),
      ),
      ...Array.from({ length: 20 }, (_, n) => item(`open${n}`)),
      item('h', { state: 'heldBack' }),
      item('f', { state: 'failed' }),
      item('l', { state: 'left' }),
    ]
    expect(runProgress(run({ items }), snapshot(), NOW + 20_000)).toMatchObject({
      total: 83,
      decided: 60,
      open: 20,
      heldBack: 1,
      failed: 1,
      rate: 4,
      secondsLeft: 5,
    })
  })

  const older = (state: RunItem['state'], fields: Partial<RunItem> = {}) =>
    item('a0', { state, superseded: true, ...fields })
  it.each<[string, RunItem, object]>([
    ['held back after the newest was approved', older('heldBack'), { notNeeded: 1 }],
    ['gone after the newest was approved', older('failed'), { notNeeded: 1 }],
    ['not begun after the newest was approved', older('left'), { notNeeded: 1 }],
    ['approved', older('decided'), { decided: 2 }],
    ['queued', older('queued'), { open: 1 }],
    ['of another signer', older('heldBack', { signerName: KUBELET_SERVING }), { heldBack: 1 }],
    ['the newest of its signer', servingItem('a2', { state: 'left' }), { left: 1 }],
  ])('the progress counts a request that is %s once', (_, one, expected) => {
    const {
      decided: approved,
      open,
      heldBack,
      failed,
      notNeeded,
      left,
      total,
    } = runProgress(run({ items: [decided, one] }), snapshot(), NOW)
    const counts = { decided: approved, open, heldBack, failed, notNeeded, left }
    const none = { open: 0, heldBack: 0, failed: 0, notNeeded: 0, left: 0 }
    expect(counts).toEqual({ decided: 1, ...none, ...expected })
    expect(Object.values(counts).reduce((sum, count) => sum + count, 0)).toBe(total)
  })

  it('the progress counts a request that arrived and is held back, and no machine twice', () => {
    const held = arrived({ verdict: 'suspicious' })
    const counted = { total: 2, decided: 1, heldBack: 1 }
    expect(runProgress(run(), snapshot(held), NOW)).toMatchObject(counted)
    const items = [decided, servingItem('s1', { state: 'heldBack' })]
    expect(runProgress(run({ items }), snapshot(held), NOW)).toMatchObject(counted)
  })

  it.each<[string, Partial<Run>, object]>([
    ['nothing was approved lately', { items: [item('a1')] }, { rate: null, secondsLeft: null }],
    [
      'it is paused',
      { status: 'paused', items: [decided, item('a2')] },
      { rate: null, secondsLeft: null },
    ],
    ['nothing is open', { items: [decided] }, { rate: 1, secondsLeft: null }],
  ])('the progress has the rate, and the time left at it, when %s', (_, fields, expected) => {
    expect(runProgress(run(fields), snapshot(), NOW)).toMatchObject(expected)
  })
})

it('the report of an ended run follows its machine, also back', () => {
  const finished = run({ status: 'finished', endedAt: NOW })
  const countsWith = (row: JudgedMachine) => reportOf(runLines(finished, snapshot(row), NOW)).counts
  const needsYou = { needsYou: 1, onTheirWay: 0, joined: 0 }
  const joined = { needsYou: 0, onTheirWay: 0, joined: 1 }
  expect(countsWith(clientIssued)).toEqual(needsYou)
  expect(countsWith({ ...clientIssued, stage: 'ready' })).toEqual(joined)
  expect(countsWith(clientIssued)).toEqual(needsYou)
})

it('a machine that waits again needs a person, and is not on its way', () => {
  const finished = run({ status: 'finished', endedAt: NOW })
  const { counts } = reportOf(runLines(finished, snapshot(filedAnew), NOW))
  expect(counts).toEqual({ needsYou: 1, onTheirWay: 0, joined: 0 })
})

describe('requests that stay pending beside a run', () => {
  const leftOver = { code: 'node.new', finding: 'leftOver', values: {} } as const
  const older = (uid: string, fields: Partial<JudgedRequest> = {}) =>
    client(uid, { name: uid, superseded: true, verdict: 'suspicious', reason: leftOver, ...fields })
  const beside = (seen: readonly string[], items: readonly RunItem[], requests: JudgedRequest[]) =>
    stayingAfter(run({ machines: [{ name: 'a', seen }], items }), snapshot(a({ requests }))).map(
      ({ nodeName, uid }) => `${nodeName} ${uid}`,
    )
  const newest = decided

  it.each<[string, readonly string[], readonly RunItem[], JudgedRequest[], readonly string[]]>([
    ['left over from joining', ['a0'], [newest], [client('a1', issued), older('a0')], ['a a0']],
    ['decided meanwhile', ['a0'], [newest], [older('a0', { status: 'Denied' })], []],
    ['filed since', [], [newest], [older('a2')], []],
    ['waited for', ['a0'], [newest], [older('a0', { superseded: false })], []],
    ['the run’s, approved, not yet in the watch', [], [newest], [older('a1')], []],
    ['the run’s, held back', [], [item('a0', { state: 'heldBack' })], [older('a0')], ['a a0']],
  ])(
    'a run lists the requests that stay pending beside it: %s',
    (_, seen, items, requests, expected) => {
      expect(beside(seen, items, requests)).toEqual(expected)
    },
  )
})

it('a denial names each request that is not denied, with the reason', () => {
  const items = [
    item('a1', { state: 'decided', outcome: 'denied' }),
    item('a2', { state: 'decided', outcome: 'already' }),
    item('a3', { state: 'heldBack', outcome: 'changed', ...WHY }),
    item('a4', { state: 'unclear' }),
    item('a5', { state: 'left' }),
  ]
  const ends = notDenied(run({ decision: 'deny', items }))
  expect(ends.map(({ uid, outcome }) => `${uid} ${outcome}`)).toEqual([
    'a2 already',
    'a3 changed',
    'a4 unknown',
    'a5 left',
  ])
  expect(ends[1]).toMatchObject(WHY)
})
