import { gunzipSync } from 'node:zlib'
import { beforeEach, describe, expect, it } from 'vitest'
import { answerOf, call } from '#app/fixtures/call-route.ts'
import { type DecisionRig, decisionRig } from '#lib/act/fixtures/decision-rig.ts'
import { makeNode } from '#lib/csr/fixtures/make-cluster.ts'
import { makeCsr } from '#lib/csr/fixtures/make-csr.ts'
import { KUBELET_SERVING } from '#lib/csr/names.ts'
import type { People } from '#lib/people/people.ts'
import { rememberRunning } from '#lib/web/door/running.ts'
import { runningFor } from '#lib/web/fixtures/running-rig.ts'
import { GET as activity } from './activity/route.ts'
import { GET as expected } from './expected/machines/route.ts'
import { GET as machine } from './machines/[name]/route.ts'
import { GET as machines } from './machines/route.ts'
import { GET as nodes } from './nodes/route.ts'
import { GET as request } from './requests/[uid]/route.ts'
import { GET as requests } from './requests/route.ts'
import { GET as search } from './search/route.ts'
import { GET as summary } from './summary/route.ts'

const ROUTES = { activity, expected, machines, nodes, requests, search, summary }
type Path = `${keyof typeof ROUTES}${'' | `?${string}`}`

let rig: DecisionRig

beforeEach(async () => {
  rig = await decisionRig({
    csrs: [makeCsr({ nodeName: 'worker-1' })],
    nodes: [makeNode({ name: 'worker-2' })],
  })
  rememberRunning(runningFor(rig))
})

const having = (etag?: string) => (etag === undefined ? {} : { headers: { 'if-none-match': etag } })

function get(path: Path, etag?: string): Promise<Response> {
  const name = path.split('?', 1)[0] as keyof typeof ROUTES
  return call(ROUTES[name], `/api/${path}`, undefined, having(etag))
}

const tagOf = async (path: Path) => (await get(path)).headers.get('etag') ?? ''

describe('a page', () => {
  it('a page names its moment, the number of matching rows and their places', async () => {
    const { feed } = rig.cluster
    expect(await answerOf(get('requests?status=pending'))).toMatchObject({
      epoch: feed.epoch,
      revision: expect.any(Number),
      serverTime: new Date(rig.cluster.clock.now()).toISOString(),
      feed: { state: 'live' },
      total: 1,
      from: 0,
      counts: { all: 1, pending: 1 },
      rows: [{ nodeName: 'worker-1', status: 'Pending' }],
    })
  })

  it.each<[Path, object]>([
    ['machines?section=waiting', { total: 1, rows: [{ kind: 'machine', key: 'worker-1' }] }],
    ['machines?section=all', { total: 2 }],
    ['nodes', { total: 1, rows: [{ name: 'worker-2', node: { status: 'Ready' } }] }],
    ['nodes?filter=notReady', { total: 0, counts: { all: 1 }, rows: [] }],
    ['activity', { total: 0, counts: { all: 0, reachesBackTo: null } }],
    ['requests?from=1', { total: 1, from: 1, rows: [] }],
    ['expected', { total: 0, counts: { all: 0, waitingArrived: 0 }, rows: [] }],
    ['search', { groups: [] }],
    [
      'search?text=worker-2',
      { groups: [{ kind: 'nodes', isExact: true, hits: [{ key: 'worker-2', hint: 'Ready' }] }] },
    ],
    ['summary', { counts: { waiting: 1, nodes: 1 }, cluster: { name: 'prod' } }],
  ])('the query %s answers with its rows', async (path, expected) => {
    expect(await answerOf(get(path))).toMatchObject(expected)
  })
})

describe('a caller that has the answer', () => {
  it.each<Path>([
    'machines?section=waiting',
    'requests',
    'nodes',
    'activity',
    'expected',
    'summary',
  ])('a caller with the latest answer to %s gets 304, until the answer changes', async (path) => {
    const etag = await tagOf(path)
    rig.cluster.clock.advance(5_000)
    const same = await get(path, etag)
    expect([same.status, same.headers.get('etag'), await same.text()]).toEqual([304, etag, ''])
    rig.cluster.nodes.put(makeNode({ name: 'worker-4' }))
    rig.cluster.csrs.put(makeCsr({ nodeName: 'worker-2', signerName: KUBELET_SERVING }))
    rig.cluster.csrs.put(makeCsr({ nodeName: 'worker-3', conditions: [DENIED] }))
    await rig.cluster.turn()
    const other = await get(path, etag)
    expect(other.status).toBe(200)
    expect(other.headers.get('etag')).not.toBe(etag)
  })

  it('a caller gets no 304 for another question', async () => {
    expect(await tagOf('requests?status=denied')).not.toBe(await tagOf('requests'))
    expect((await get('requests?from=0&to=50', await tagOf('requests'))).status).toBe(200)
    expect(await tagOf('requests?from=0&to=100')).toBe(await tagOf('requests'))
  })

  it('a caller gets no 304 once the cluster is no longer read', async () => {
    const etag = await tagOf('nodes')
    rig.cluster.csrs.enter('stale')
    await rig.cluster.turn()
    const answer = await answerOf(get('nodes', etag))
    expect(answer).toMatchObject({ status: 200, feed: { state: 'stale' } })
  })
})

describe('pages that ask the same question at the same moment', () => {
  const OWNER = 'system:node:worker-1'

  /** Every person is who their key names. */
  function signIn(): void {
    const running = runningFor(rig)
    const people: People = {
      ...running.people,
      authorize: () => 'session',
      caller: async ({ authorization = '' }) => {
        const name = authorization.replace('Bearer ', '')
        const viewer = { value: { name, mayApprove: () => true } }
        return { ...rig.caller, principal: Object.create(rig.principal, { viewer }) }
      },
    }
    rememberRunning({ ...running, people })
  }

  const askAs = (key: string, gzip = '') =>
    call(requests, '/api/requests', undefined, { key, headers: { 'accept-encoding': gzip } })

  it('two people’s answers show each what that person alone may see', async () => {
    signIn()
    const asked = ['kim.osei', OWNER, 'kim.osei', OWNER].map(async (name) => {
      const { rows } = await answerOf(askAs(name))
      return rows[0].failing.includes('requestor.self')
    })
    expect(await Promise.all(asked)).toEqual([false, true, false, true])
  })

  it('a person gets no answer from before their right to see ended', async () => {
    expect((await get('requests')).status).toBe(200)
    const running = runningFor(rig)
    const caller = async () => ({ ...rig.caller, viewRight: 'mayNot' }) as const
    rememberRunning({ ...running, people: { ...running.people, caller } })
    expect((await get('requests')).status).toBe(403)
  })

  it('two callers see the next revision at once', async () => {
    expect(await answerOf(get('requests'))).toMatchObject({ total: 1 })
    rig.cluster.csrs.put(makeCsr({ nodeName: 'worker-2' }))
    await rig.cluster.turn()
    expect(await answerOf(get('requests'))).toMatchObject({ total: 2 })
  })

  it.each([
    ['gzip, br', 'gzip'],
    ['br;q=1.0, gzip;q=0.8', 'gzip'],
    ['gzip;q=0', null],
    ['gzip; q=0.0, br', null],
    ['br', null],
  ])('a caller that accepts %s gets the answer packed as %s', async (accepted, encoding) => {
    for (let n = 0; n < 20; n += 1) rig.cluster.csrs.put(makeCsr({ nodeName: `w-${n}` }))
    await rig.cluster.turn()
    signIn()
    const answer = await askAs('kim.osei', accepted)
    const { headers } = answer
    const body = Buffer.from(await answer.arrayBuffer())
    expect([headers.get('content-encoding'), headers.get('vary')]).toEqual([
      encoding,
      'accept-encoding',
    ])
    expect(headers.get('content-length')).toBe(String(body.byteLength))
    const text = encoding === null ? body : gunzipSync(body)
    expect(JSON.parse(text.toString()).total).toBe(21)
  })
})

describe('the page of one machine or request', () => {
  const csr = makeCsr({ nodeName: 'worker-5' })
  it.each<[string, (etag?: string) => Promise<Response>]>([
    ['machine', (etag) => call(machine, { name: 'worker-5' }, undefined, having(etag))],
    ['request', (etag) => call(request, csr, undefined, having(etag))],
  ])(
    'a caller with the latest answer about a %s gets 304, until the answer changes',
    async (_, detail) => {
      rig.cluster.csrs.put(csr)
      await rig.cluster.turn()
      const etag = (await detail()).headers.get('etag') ?? ''
      const same = await detail(etag)
      expect([same.status, await same.text()]).toEqual([304, ''])
      rig.cluster.csrs.put({ ...csr, conditions: [DENIED] })
      await rig.cluster.turn()
      expect((await detail(etag)).status).toBe(200)
    },
  )
})

const DENIED = {
  type: 'Denied',
  status: 'True',
  reason: 'KubectlDeny',
  message: '',
  lastUpdateTime: '2026-11-24T12:00:00Z',
}

describe('a question that no view can answer', () => {
  it.each<[Path, string, string]>([
    ['machines', 'section', 'Invalid option'],
    ['machines?section=nowhere', 'section', 'Invalid option'],
    ['requests?status=open', 'status', 'Invalid option'],
    ['requests?from=-1', 'from', 'not a whole number'],
    ['requests?from=1e3', 'from', 'not a whole number'],
    ['requests?from=', 'from', 'not a whole number'],
    ['nodes?from=100&to=100', 'to', 'not 1 to 200 more than "from"'],
    ['nodes?to=201', 'to', 'not 1 to 200 more than "from"'],
    ['nodes?q=a', 'q', 'no such parameter'],
    ['expected?filter=here', 'filter', 'Invalid option'],
    ['nodes?text=a&text=b', 'text', 'given twice'],
    [`nodes?text=${'a'.repeat(801)}`, 'text', 'Too big'],
    ['activity?origin=', 'origin', 'Invalid option'],
    ['summary?from=0', 'from', 'no such parameter'],
  ])('the query %s is refused with the field that is wrong', async (path, field, said) => {
    const values = { field, said: expect.stringContaining(said) }
    const causes = [{ code: 'queryFieldInvalid', values }]
    expect(await answerOf(get(path))).toMatchObject({ status: 400, code: 'badRequest', causes })
  })
})
