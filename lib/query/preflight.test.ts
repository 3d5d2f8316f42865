import { describe, expect, it } from 'vitest'
import type { MachineRow, RequestRow } from '#lib/csr/machine/rows.ts'
import { KUBELET_SERVING } from '#lib/csr/names.ts'
import { TRUST_LEVELS } from '#lib/csr/policy/trust.ts'
import { toListed } from '#lib/live/apply.ts'
import { ago, makeMachine, makeRequest, makeSnapshot } from '#lib/live/fixtures/cluster.ts'
import { countRequests, groupForApproval, stayingBeside } from '#lib/query/preflight.ts'

let uids = 0
const request = (fields: Partial<RequestRow> = {}) => makeRequest({ uid: `u${++uids}`, ...fields })
const machine = (name: string, requests: RequestRow[], fields: Partial<MachineRow> = {}) =>
  makeMachine({
    name,
    requests,
    waiting: requests.some(({ status }) => status === 'Pending'),
    ...fields,
  })
const groups = (machines: MachineRow[], others: RequestRow[] = [], chosen?: string[]) =>
  groupForApproval(
    toListed(makeSnapshot({ machines, others })),
    chosen === undefined ? 'safe' : new Set(chosen),
  )

const AGAIN: Partial<RequestRow> = {
  verdict: 'plausible',
  reason: { code: 'node.new', finding: 'rebootstrapping', values: {} },
}

describe('where a machine goes', () => {
  it.each<[string, Partial<RequestRow>[], string]>([
    ['verified', [{ verdict: 'verified' }], 'verified'],
    ['plausible', [{ verdict: 'plausible' }], 'plausible'],
    [
      'both signers, one only plausible',
      [{ verdict: 'verified' }, { verdict: 'plausible', signerName: KUBELET_SERVING }],
      'plausible',
    ],
    ['suspicious', [{ verdict: 'suspicious' }], 'suspicious'],
    [
      'verified, but it takes two people',
      [{ secondPerson: { because: 'controlPlane', proposal: null } }],
      'secondPerson',
    ],
    [
      'suspicious, and it takes two people',
      [{ verdict: 'suspicious', secondPerson: { because: 'suspicious', proposal: null } }],
      'suspicious',
    ],
    ['re-bootstrapping', [AGAIN], 'rebootstrapping'],
    [
      're-bootstrapping, and its serving request is verified',
      [AGAIN, { verdict: 'verified', signerName: KUBELET_SERVING }],
      'rebootstrapping',
    ],
    ['re-bootstrapping, and suspicious', [{ ...AGAIN, verdict: 'suspicious' }], 'suspicious'],
    [
      'a superseded one re-bootstraps: it joined meanwhile',
      [
        { verdict: 'plausible', signerName: KUBELET_SERVING },
        { ...AGAIN, superseded: true },
      ],
      'plausible',
    ],
    ['refused', [{ verdict: 'refused' }], 'refused'],
    [
      'a stranger speaks in its name: an older verified one does not help',
      [{ verdict: 'suspicious' }, { verdict: 'verified' }],
      'suspicious',
    ],
    ['not judged', [{ verdict: null }], 'noVerdict'],
    [
      'a superseded suspicious one does not hold it back',
      [{ verdict: 'verified' }, { verdict: 'suspicious', superseded: true }],
      'verified',
    ],
  ])('%s → %s', (_, requests, where) => {
    const { heldBack, ...planned } = groups([machine('a', requests.map(request))])
    const places = TRUST_LEVELS.filter((level) => planned[level].length > 0)
    expect([...places, ...heldBack.map(({ why }) => why)]).toEqual([where])
  })
})

it('newest of each signer first, client before serving, then superseded ones that pass', () => {
  const [serving, client, older, worse] = [
    request({ signerName: KUBELET_SERVING }),
    request(),
    request({ superseded: true }),
    request({ superseded: true, verdict: 'plausible' }),
  ]
  const [planned] = groups([machine('a', [serving, client, older, worse])]).verified
  const uidsOf = (rows: readonly { uid: string }[] | undefined) => rows?.map(({ uid }) => uid)
  expect(uidsOf(planned?.requests)).toEqual([client.uid, serving.uid])
  expect(uidsOf(planned?.superseded)).toEqual([older.uid])
  expect(uidsOf(planned?.leftAlone)).toEqual([worse.uid])
  expect(stayingBeside(planned === undefined ? [] : [planned])).toMatchObject([
    { machine: 'a', request: { uid: worse.uid } },
  ])
})

it('least time left first', () => {
  const names = groups([
    machine('late', [request()], { deadline: ago(-600) }),
    machine('none', [request()], { deadline: null }),
    machine('overdue', [request()], { deadline: ago(600) }),
  ]).verified.map((planned) => planned.machine.name)
  expect(names).toEqual(['overdue', 'late', 'none'])
})

it('of those that say they are a node that exists the control plane first', () => {
  const node = (roles: string[]): MachineRow['node'] => ({
    uid: 'n',
    ready: false,
    status: 'NotReady',
    roles,
    version: '',
    addresses: [],
    createdAt: '',
    readySince: null,
    problem: null,
  })
  const names = groups([
    machine('worker', [request(AGAIN)], { node: node(['worker']), deadline: ago(600) }),
    machine('master', [request(AGAIN)], { node: node(['control-plane']), deadline: ago(-600) }),
    machine('old-master', [request(AGAIN)], { node: node(['master']), deadline: ago(-300) }),
  ]).rebootstrapping.map((planned) => planned.machine.name)
  expect(names).toEqual(['old-master', 'master', 'worker'])
})

it('an older request of such a name goes with none but such a machine', () => {
  const older = request({ ...AGAIN, superseded: true })
  const [again] = groups([machine('a', [request(AGAIN), older])]).rebootstrapping
  expect(again?.superseded).toMatchObject([{ uid: older.uid }])
  const [plausible] = groups([machine('a', [request({ verdict: 'plausible' }), older])]).plausible
  expect(plausible?.superseded).toEqual([])
  expect(plausible?.leftAlone).toMatchObject([{ uid: older.uid }])
})

it('a selection is taken as it is: others are left out, what is gone or decided is named', () => {
  const decided = machine('decided', [request({ status: 'Approved', verdict: null })])
  const { verified, heldBack } = groups(
    [machine('a', [request()]), machine('b', [request()]), decided],
    [],
    ['a', 'decided', 'vanished'],
  )
  expect(verified.map((planned) => planned.machine.name)).toEqual(['a'])
  expect(heldBack.map(({ name, why }) => `${name} ${why}`)).toEqual([
    'decided nothingPending',
    'vanished gone',
  ])
})

describe('requests under no machine', () => {
  const alone = (fields: Partial<RequestRow>) => request({ nodeName: null, ...fields })
  it.each<[string, Partial<RequestRow>, string[]]>([
    ['a kubelet signer, refused', { verdict: 'refused' }, ['refused']],
    ['a kubelet signer, whatever its verdict', { verdict: 'verified' }, ['suspicious']],
    [
      'another signer is no part of it at all',
      { signerName: 'example.com/x', verdict: 'suspicious' },
      [],
    ],
    ['decided', { status: 'Denied', verdict: null }, []],
  ])('%s', (_, fields, why) => {
    expect(groups([], [alone(fields)]).heldBack.map((held) => held.why)).toEqual(why)
  })

  it.each([['verified'], ['suspicious'], ['refused'], [null]] as const)(
    'are never approved in bulk, even if selected (%s)',
    (verdict) => {
      const other = alone({ verdict })
      const { verified, plausible, heldBack } = groups([], [other], [other.uid])
      expect([verified, plausible, heldBack.length]).toEqual([[], [], 1])
    },
  )
})

it.each([
  [{ plausible: false, rebootstrapping: false, superseded: false }, 1],
  [{ plausible: false, rebootstrapping: false, superseded: true }, 3],
  [{ plausible: true, rebootstrapping: false, superseded: false }, 2],
  [{ plausible: true, rebootstrapping: false, superseded: true }, 5],
  [{ plausible: false, rebootstrapping: true, superseded: false }, 2],
  [{ plausible: true, rebootstrapping: true, superseded: true }, 6],
])('with %j the button says %i', (options, count) => {
  const older = (verdict: 'verified' | 'plausible') => request({ verdict, superseded: true })
  const all = groups([
    machine('a', [request(), older('verified'), older('verified')]),
    machine('b', [request({ verdict: 'plausible' }), older('plausible')]),
    machine('c', [request(AGAIN)]),
  ])
  // b's older plausible one, and a's two verified ones.
  expect(countRequests(all, options)).toBe(count)
})
