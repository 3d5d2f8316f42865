import { gunzipSync } from 'node:zlib'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { GET as requestRecord } from '#app/api/requests/[uid]/record/route.ts'
import { answerOf, call, KEYLESS } from '#app/fixtures/call-route.ts'
import { GET as livez } from '#app/livez/route.ts'
import { GET as metrics } from '#app/metrics/route.ts'
import { GET as readyz } from '#app/readyz/route.ts'
import { type DecisionRig, decisionRig, itemFor } from '#lib/act/fixtures/decision-rig.ts'
import { liveCluster } from '#lib/cluster/fixtures/scripted-cluster.ts'
import type { Access } from '#lib/csr/approval/may-act-now.ts'
import { makeCertificate } from '#lib/csr/fixtures/make-certificate.ts'
import { approved, KIM, makeMachineObject, makeNode } from '#lib/csr/fixtures/make-cluster.ts'
import { makeCsr } from '#lib/csr/fixtures/make-csr.ts'
import { KUBE_APISERVER_CLIENT_KUBELET } from '#lib/csr/names.ts'
import { recordOn } from '#lib/journal/fixtures/record-on.ts'
import { SearchTooLong } from '#lib/journal/record-store.ts'
import { said } from '#lib/kube/fixtures/said.ts'
import type { People } from '#lib/people/people.ts'
import type { Caller } from '#lib/people/principal.ts'
import { recallRunning, rememberRunning } from '#lib/web/door/running.ts'
import { IDLE_MS, KEY, runningFor } from '#lib/web/fixtures/running-rig.ts'
import { HEARTBEAT_SECONDS } from '#lib/wire/sse.ts'
import { GET as activityExport } from './activity/export/route.ts'
import { GET as record } from './activity/record/route.ts'
import { GET as activity } from './activity/route.ts'
import { POST as dismissAlarm } from './alarms/dismiss/route.ts'
import { GET as alarms } from './alarms/route.ts'
import { POST as decisions } from './decisions/route.ts'
import { GET as stream } from './events/route.ts'
import { GET as expectedMachines } from './expected/machines/route.ts'
import { POST as previewExpected } from './expected/preview/route.ts'
import { GET as expected, POST as saveExpected } from './expected/route.ts'
import { GET as machine } from './machines/[name]/route.ts'
import { GET as machines } from './machines/route.ts'
import { POST as nodesInView } from './nodes/in-view/route.ts'
import { GET as nodes } from './nodes/route.ts'
import { POST as sendAgain } from './notifications/again/route.ts'
import { GET as notifications } from './notifications/route.ts'
import { POST as testWebhook } from './notifications/test/route.ts'
import { GET as plan } from './plans/[id]/route.ts'
import { POST as makePlan } from './plans/route.ts'
import { GET as forecast } from './policy/forecast/route.ts'
import { POST as pausePolicy } from './policy/pause/route.ts'
import { POST as previewPolicy } from './policy/preview/route.ts'
import { POST as releasePolicy } from './policy/release/route.ts'
import { GET as policy, POST as savePolicy } from './policy/route.ts'
import { POST as prefer, GET as preferences } from './preferences/route.ts'
import { GET as request } from './requests/[uid]/route.ts'
import { GET as requests } from './requests/route.ts'
import { POST as retry } from './retry/route.ts'
import { POST as actOnRun } from './runs/[id]/[act]/route.ts'
import { GET as run } from './runs/[id]/route.ts'
import { GET as runs, POST as startRun } from './runs/route.ts'
import { GET as search } from './search/route.ts'
import { POST as sessionInView } from './session/in-view/route.ts'
import { GET as howToSignIn, POST as signIn, DELETE as signOut } from './session/route.ts'
import { GET as snapshot } from './snapshot/route.ts'
import { GET as summary } from './summary/route.ts'

const csr = makeCsr()
const broken = makeCsr({ commonNames: ['system:node:a', 'system:node:b'] })
let rig: DecisionRig

beforeEach(async () => {
  rig = await decisionRig({
    csrs: [csr, broken],
    nodes: [makeNode()],
    machines: [makeMachineObject({ nodeRef: 'worker-1' })],
  })
  rememberRunning(runningFor(rig))
})

/** A new session’s key. */
const signedIn = async (): Promise<string> =>
  (await answerOf(call(signIn, '/api/session', { key: KEY }, KEYLESS))).token

const order = () => ({ decision: 'approve', items: [itemFor(rig.cluster, csr)] })
const linesOf = async (response: Response) =>
  (await response.text())
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))

type Guarded = readonly [string, (key: string | null) => Promise<Response>]

/** A route that needs the key, called with this body. Its path is the test’s title. */
const guarded = (
  route: Parameters<typeof call>[0],
  path: string,
  body?: () => unknown,
): Guarded => [
  `${body === undefined ? 'GET' : 'POST'} ${path}`,
  (key) => call(route, path, body?.(), { key }),
]

const guardedRoutes: readonly Guarded[] = [
  guarded(snapshot, '/api/snapshot'),
  guarded(machines, '/api/machines?section=all'),
  guarded(requests, '/api/requests'),
  guarded(nodes, '/api/nodes'),
  guarded(activity, '/api/activity'),
  guarded(activityExport, '/api/activity/export?format=csv'),
  guarded(expectedMachines, '/api/expected/machines'),
  guarded(search, '/api/search?text=a'),
  guarded(summary, '/api/summary'),
  guarded(stream, '/api/events'),
  ['GET /api/machines/x', (key) => call(machine, { name: 'worker-1' }, undefined, { key })],
  ['GET /api/requests/x', (key) => call(request, { uid: csr.uid }, undefined, { key })],
  ['GET /api/requests/x/record', (key) => call(requestRecord, csr, undefined, { key })],
  guarded(decisions, '/api/decisions', () => order()),
  guarded(makePlan, '/api/plans', () => ({ selection: 'safe' })),
  guarded(runs, '/api/runs'),
  guarded(startRun, '/api/runs', () => ({ deny: ['x'] })),
  guarded(retry, '/api/retry', () => ({})),
  guarded(sessionInView, '/api/session/in-view', () => ({})),
  guarded(nodesInView, '/api/nodes/in-view', () => ({ nodes: [] })),
  guarded(alarms, '/api/alarms'),
  guarded(dismissAlarm, '/api/alarms/dismiss', () => ({ uid: 'u' })),
  guarded(notifications, '/api/notifications'),
  guarded(testWebhook, '/api/notifications/test', () => ({})),
  guarded(sendAgain, '/api/notifications/again', () => ({ id: 'm' })),
  guarded(expected, '/api/expected'),
  guarded(saveExpected, '/api/expected', () => ({ text: 'name\nw', version: null })),
  guarded(previewExpected, '/api/expected/preview', () => ({ text: 'name\nw' })),
  guarded(policy, '/api/policy'),
  guarded(forecast, '/api/policy/forecast'),
  guarded(savePolicy, '/api/policy', () => ({ text: '', version: null })),
  guarded(previewPolicy, '/api/policy/preview', () => ({ text: '' })),
  guarded(pausePolicy, '/api/policy/pause', () => ({ paused: true })),
  guarded(releasePolicy, '/api/policy/release', () => ({})),
  guarded(preferences, '/api/preferences'),
  guarded(prefer, '/api/preferences', () => ({ theme: 'dark' })),
  guarded(metrics, '/metrics'),
]

/** Routes of the session or the browser, whose answers hold nothing of the cluster. */
const OWN = new Set(['POST /api/session/in-view', 'GET /api/preferences', 'POST /api/preferences'])

/** People of whom each caller is changed so. */
const withCaller = (people: People, change: (caller: Caller) => Partial<Caller>): People => ({
  ...people,
  async caller(proof) {
    const caller = await people.caller(proof)
    return caller === null ? null : { ...caller, ...change(caller) }
  },
})
const mayNotSee = (): Partial<Caller> => ({ viewRight: 'mayNot' })
const ofAnotherSite = ({ principal }: Caller): Partial<Caller> => ({
  principal: { ...principal, endpoint: { ...principal.endpoint } },
})

describe.each<[string, (caller: Caller) => Partial<Caller>, number, string]>([
  ['may not see', mayNotSee, 403, 'noAccess'],
  ['is not known to see', () => ({ viewRight: 'unknown' }), 503, 'rightsUnknown'],
  ['may see another cluster', ofAnotherSite, 403, 'noAccess'],
])('a person who %s', (_who, change, status, code) => {
  beforeEach(() => {
    const running = runningFor(rig)
    rememberRunning({ ...running, people: withCaller(running.people, change) })
  })

  it.each(guardedRoutes.filter(([name]) => !OWN.has(name)))(
    'such a person gets nothing from %s',
    async (_name, ask) => {
      expect(await answerOf(ask(KEY))).toMatchObject({ status, code })
      expect(rig.decided(csr)).toEqual([])
    },
  )

  it('such a person’s session lasts while a page of it is visible', async () => {
    const answer = await call(sessionInView, '/api/session/in-view', {})
    expect(answer.status).toBe(204)
  })
})

describe('a person of a team who may see', () => {
  const reviewedAt = '2026-11-24T14:00:00Z'
  const client = { [csr.signerName]: true }
  const noClient = { [csr.signerName]: false, [KUBE_APISERVER_CLIENT_KUBELET]: true }

  function signIn(access: Access, uid: string | null = 'eves-uid'): void {
    const running = runningFor(rig)
    const { endpoint, actor, pacer, viewer: me } = rig.principal
    const viewer = { ...me, ...(uid === null ? {} : { uid }) }
    const principal = {
      endpoint,
      actor,
      pacer,
      access,
      viewer,
      displayName: me.name,
      reviewAccess() {},
    }
    rememberRunning({ ...running, people: withCaller(running.people, () => ({ principal })) })
  }

  it.each<[string, Access, number, string]>([
    ['may approve nothing', { approval: false, signers: client, reviewedAt }, 403, 'mayNotApprove'],
    ['lacks its signer', { approval: true, signers: noClient, reviewedAt }, 403, 'mayNotApprove'],
    ['has unknown rights', { approval: true, signers: {}, reviewedAt: null }, 503, 'rightsUnknown'],
  ])(
    'a person who may see and %s is refused before anything is written',
    async (_, access, status, code) => {
      signIn(access)
      expect(await answerOf(call(decisions, '/api/decisions', order()))).toMatchObject({
        status,
        code,
      })
      expect([rig.audit, rig.api.writtenAs, rig.decided(csr)]).toEqual([[], [], []])
    },
  )

  it('a person without the right for any signer is refused also for a request that is gone', async () => {
    signIn({ approval: true, signers: { a: false, b: false }, reviewedAt })
    const items = [{ uid: 'gone', resourceVersion: '1' }]
    const answer = await call(decisions, '/api/decisions', { decision: 'deny', items })
    expect([answer.status, rig.audit]).toEqual([403, []])
  })

  it('a person who may not approve starts no run', async () => {
    signIn({ approval: false, signers: {}, reviewedAt })
    const answer = await answerOf(call(startRun, '/api/runs', { deny: [csr.uid] }))
    expect(answer).toMatchObject({ status: 403, code: 'mayNotApprove' })
  })

  it('a person who may approve for one of two signers gets an outcome for each request', async () => {
    signIn({ approval: true, signers: client, reviewedAt })
    const items = [itemFor(rig.cluster, csr), { uid: 'gone', resourceVersion: '1' }]
    const lines = await linesOf(
      await call(decisions, '/api/decisions', { decision: 'deny', items }),
    )
    const outcomes = lines.slice(0, 2).map(({ outcome }) => outcome)
    expect(outcomes.sort()).toEqual(['denied', 'gone'])
  })

  it('a stream and the Nodes on screen count for their person, not for another one of the same name', async () => {
    signIn({ approval: false, signers: {}, reviewedAt })
    const running = recallRunning()
    if (running === null) throw new Error('There is no site.')
    const { streams, feed } = running
    const people: string[] = []
    rememberRunning({
      ...running,
      streams: {
        ...streams,
        open(person, ...signals) {
          people.push(person)
          return streams.open(person, ...signals)
        },
      },
      feed: Object.assign(Object.create(feed), {
        showNodes: (_: unknown, person: string) => people.push(person),
      }),
    })
    const open = await call(stream, '/api/events')
    await open.body?.cancel()
    await call(nodesInView, '/api/nodes/in-view', { nodes: ['worker-1'] })
    expect(people).toEqual(Array(2).fill(`eves-uid ${rig.principal.viewer.name}`))
  })

  it('a laptop’s person without the right is answered by the API server', async () => {
    signIn({ approval: false, signers: {}, reviewedAt }, null)
    rig.api.faults.push({ outcome: 'forbidden' })
    const answer = await call(decisions, '/api/decisions', order())
    expect([answer.status, (await linesOf(answer))[0].outcome]).toEqual([200, 'forbidden'])
  })
})

it.each([
  ['the lists', () => call(requests, '/api/requests?text=a+b+c+d+e+f+g+h+i')],
  [
    'an export',
    () => call(activityExport, '/api/activity/export?format=csv&text=1+2+3+4+5+6+7+8+9'),
  ],
])('a search in %s takes at most eight words', async (_, ask) => {
  const detail = 'At most 8 words can be searched for at once.'
  expect(await answerOf(ask())).toMatchObject({ status: 400, code: 'badRequest', detail })
  expect((await call(requests, '/api/requests?text=a+b+c+d+e+f+g+h')).status).toBe(200)
})

describe('a search of the record', () => {
  const searched = () => call(activity, '/api/activity?text=worker')

  function recordOf(page: () => Promise<never>): void {
    const running = runningFor(rig)
    rememberRunning({ ...running, record: recordOn({ page }) })
  }

  it('a search that takes too long is answered with searchTooLong', async () => {
    recordOf(() => Promise.reject(new SearchTooLong('2 s')))
    expect(await answerOf(searched())).toMatchObject({ status: 422, code: 'searchTooLong' })
  })

  it('a search begins once the same person’s earlier search has ended', async () => {
    const begun: PromiseWithResolvers<never>[] = []
    recordOf(() => {
      const search = Promise.withResolvers<never>()
      begun.push(search)
      return search.promise
    })
    const first = searched()
    const second = call(activity, '/api/activity?text=other')
    await new Promise((resolve) => setImmediate(resolve))
    expect(begun).toHaveLength(1)
    begun[0]?.reject(new SearchTooLong('2 s'))
    expect((await first).status).toBe(422)
    await vi.waitFor(() => expect(begun).toHaveLength(2))
    begun[1]?.reject(new SearchTooLong('2 s'))
    expect((await second).status).toBe(422)
  })
})

it('machines and requests are read from the record after the same person’s earlier read', async () => {
  const running = runningFor(rig)
  const asked: string[] = []
  const { promise, resolve } = Promise.withResolvers<void>()
  async function reads<Read>(name: string, read: Read): Promise<Read> {
    asked.push(name)
    await promise
    return read
  }
  const counts = { all: 1, approved: 1, denied: 0, failed: 0, against: 0 }
  const page = async () => ({ total: 1, counts, earliest: null, rows: [] })
  const undecided = (name: string) => reads(name, [])
  const about = (uid: string) => reads(uid, { entries: [], isCut: false })
  rememberRunning({ ...running, record: recordOn({ undecided, page, about }) })
  const answers = [
    ...['gone-1', 'gone-2'].map((name) => call(machine, { name })),
    call(requestRecord, { uid: 'gone-3' }),
  ]
  await new Promise((done) => setImmediate(done))
  expect(asked).toEqual(['gone-1'])
  resolve()
  for (const answer of answers) expect((await answer).status).toBe(200)
  expect(asked).toEqual(['gone-1', 'gone-2', 'gone-3'])
})

describe('each route by itself, without the gate', () => {
  it.each(guardedRoutes)(
    '%s refuses a call without the key or with a wrong one, and answers a call with it',
    async (_name, ask) => {
      for (const key of [null, 'x'.repeat(43)]) {
        const answer = await ask(key)
        expect(answer.status).toBe(401)
        expect(answer.headers.get('content-type')).toBe('application/problem+json')
        expect(await answer.json()).toMatchObject({ code: 'unauthorized' })
      }
      expect(rig.decided(csr)).toEqual([])
      expect((await ask(KEY)).status).toBeLessThan(300)
    },
  )

  it.each(guardedRoutes)(
    '%s refuses every call when the program was not started properly',
    async (_name, ask) => {
      rememberRunning(null)
      expect((await ask(KEY)).status).toBe(503)
    },
  )
})

describe('GET /api/activity/record', () => {
  it('the route refuses a call without the key, and says that no record is kept', async () => {
    const ask = (key: string | null) =>
      answerOf(call(record, '/api/activity/record', undefined, { key }))
    expect(await ask(null)).toMatchObject({ status: 401 })
    expect(await ask(KEY)).toMatchObject({ status: 404, causes: [{ code: 'noRecord' }] })
  })
})

describe('/api/preferences', () => {
  it('the route changes the given preferences, and answers with all of them', async () => {
    const set = async (body: unknown) => {
      const answer = await call(prefer, '/api/preferences', body)
      return answer.ok ? await answer.json() : answer.status
    }
    expect(await set({ theme: 'dark' })).toEqual({ theme: 'dark', language: null, letters: true })
    expect(await set({ letters: false })).toMatchObject({ theme: 'dark', letters: false })
    expect(await set({ theme: 'blue' })).toBe(400)
    const kept = await answerOf(call(preferences, '/api/preferences'))
    expect(kept).toMatchObject({ theme: 'dark', letters: false })
  })

  it('the browser of a team’s person keeps the preferences in a cookie', async () => {
    rememberRunning({ ...runningFor(rig), preferences: null })
    const set = async (body: unknown, cookie = '') => {
      const answer = await call(prefer, '/api/preferences', body, { headers: { cookie } })
      return { kept: await answer.json(), cookie: answer.headers.get('set-cookie') ?? '' }
    }
    const first = await set({ language: 'ja' })
    expect(first.kept).toEqual({ theme: null, language: 'ja', letters: true })
    expect(first.cookie).toMatch(
      /^__Host-countersign-preferences=[\w-]+; Path=\/; Secure; HttpOnly;/,
    )
    const second = await set({ theme: 'dark' }, first.cookie.split(';', 1)[0])
    expect(second.kept).toEqual({ theme: 'dark', language: 'ja', letters: true })
    const forged = await set({}, '__Host-countersign-preferences=e30')
    expect(forged.kept).toEqual({ theme: null, language: null, letters: true })
  })
})

describe('GET /api/policy/forecast', () => {
  it('the forecast says what the policy in force would do with waiting requests', async () => {
    const answer = await answerOf(call(forecast, '/api/policy/forecast?q=worker-1'))
    expect(answer).toMatchObject({ generation: 'built-in', counts: { wouldApprove: 1, same: 1 } })
    expect(answer.rows).toMatchObject([
      { uid: csr.uid, fate: 'pending', compared: 'wouldApprove' },
      { uid: broken.uid, compared: 'same', forecast: { automatic: { because: 'refused' } } },
    ])
  })

  it.each(['?show=nonsense', '?limit=9', '?to=1001', '?from=x', `?q=${'x'.repeat(201)}`])(
    'the forecast refuses %s',
    async (query) => {
      expect((await call(forecast, `/api/policy/forecast${query}`)).status).toBe(400)
    },
  )
})

it('GET /api/session tells every caller how a page signs in', async () => {
  const answer = await answerOf(call(howToSignIn, '/api/session', undefined, KEYLESS))
  expect(answer).toEqual({ status: 200, mode: 'launchKey' })
})

describe('POST /api/session', () => {
  it('a key buys a token that opens the other routes until sign-out', async () => {
    const token = await signedIn()
    const open = () => call(snapshot, '/api/snapshot', undefined, { key: token })
    expect((await open()).status).toBe(200)
    const answer = await call(signOut, '/api/session', undefined, { key: token })
    expect([answer.status, answer.headers.get('clear-site-data')]).toEqual([
      204,
      '"cache", "storage"',
    ])
    expect((await open()).status).toBe(401)
  })

  it.each([
    [
      'a browser with our cookie drops that one alone',
      null,
      '',
      /^__Host-countersign=;.* Max-Age=0$/,
    ],
    ['a browser with a proxy’s cookie drops all', 'token', ' "cookies",', /^$/],
  ])('after sign-out in team mode %s', async (_case, token, cookies, ours) => {
    const { people, ...running } = runningFor(rig)
    const signOutOf = async () => ({ signOutUrl: null })
    rememberRunning({ ...running, people: { ...people, signOut: signOutOf } })
    const { headers } = await call(signOut, '/api/session', undefined, { key: token })
    expect(headers.get('clear-site-data')).toBe(`"cache",${cookies} "storage"`)
    expect(headers.get('set-cookie') ?? '').toMatch(ours)
  })

  it('a visible page keeps the session alive, and nothing else does', async () => {
    const token = await signedIn()
    const open = async () =>
      (await call(snapshot, '/api/snapshot', undefined, { key: token })).status
    const look = () => call(sessionInView, '/api/session/in-view', {}, { key: token })
    for (let n = 0; n < 3; n += 1) {
      rig.cluster.clock.advance(IDLE_MS - 1)
      expect((await look()).status).toBe(204)
    }
    rig.cluster.clock.advance(IDLE_MS - 1)
    expect(await open()).toBe(200)
    rig.cluster.clock.advance(1)
    expect(await open()).toBe(401)
    expect((await look()).status).toBe(401)
  })

  it.each([
    ['a wrong key', { key: 'wrong' }, 401],
    ['no key', {}, 400],
    ['more than a key', { key: KEY, admin: true }, 400],
    ['a key that is no text', { key: [KEY] }, 400],
    ['no JSON', '{', 400],
  ])('%s is answered with %i', async (_case, body, status) => {
    expect((await call(signIn, '/api/session', body, KEYLESS)).status).toBe(status)
  })
})

describe('GET /api/events', () => {
  const open = async (key: string) => (await call(stream, '/api/events', undefined, { key })).body
  const readAll = async (body: ReadableStream<Uint8Array> | null) => {
    let text = ''
    for await (const chunk of body ?? []) text += new TextDecoder().decode(chunk)
    return text
  }

  it.each<[string, () => void]>([
    ['by its timer', () => rig.cluster.clock.advance(IDLE_MS)],
    [
      'at the next heartbeat after the machine has slept',
      () => {
        rig.cluster.clock.moveHands(IDLE_MS)
        rig.cluster.clock.advance(HEARTBEAT_SECONDS * 1000)
      },
    ],
  ])(
    'the stream ends with its session %s; the launch key’s stream goes on',
    async (_case, pass) => {
      const token = await signedIn()
      const [mine, script] = [await open(token), await open(KEY)]
      pass()
      expect(await readAll(mine)).toMatch(/^event: hello\n/)
      expect((await call(stream, '/api/events', undefined, { key: token })).status).toBe(401)
      expect(recallRunning()?.streams.count).toBe(1)
      await script?.cancel()
    },
  )
})

describe('GET /api/snapshot', () => {
  it('the snapshot has every machine and every other request once', async () => {
    const body = await answerOf(call(snapshot, '/api/snapshot'))
    expect(body).toMatchObject({
      epoch: rig.cluster.feed.epoch,
      feed: { state: 'live' },
      cluster: { user: 'kim.osei' },
    })
    expect(body.machines.map(({ name }: { name: string }) => name)).toEqual(['worker-1'])
    expect(body.others.map(({ uid }: { uid: string }) => uid)).toEqual([broken.uid])
    expect(body.machines[0].requests[0].fingerprint).toMatch(/^[0-9a-f]{64}$/)
  })

  it('the snapshot is packed for a caller that accepts gzip, as it does not pass Next', async () => {
    const plain = await (await call(snapshot, '/api/snapshot')).json()
    const headers = { 'accept-encoding': 'gzip' }
    const packed = await call(snapshot, '/api/snapshot', undefined, { headers })
    expect(packed.headers.get('content-encoding')).toBe('gzip')
    const bytes = Buffer.from(await packed.arrayBuffer())
    expect(JSON.parse(gunzipSync(bytes).toString())).toEqual({
      ...plain,
      serverTime: expect.any(String),
    })
  })
})

describe('the details', () => {
  it('details give each check in words', async () => {
    const body = await answerOf(call(request, { uid: broken.uid }))
    expect(body.checks[0]).toMatchObject({
      code: 'subject.commonName',
      outcome: 'fail',
      summary: expect.stringContaining('system:node:a, system:node:b'),
      remedy: expect.any(String),
    })
  })

  it('details of a machine hold its requests, Node and Machine', async () => {
    const body = await answerOf(call(machine, { name: 'worker-1' }))
    expect(body).toMatchObject({
      machine: { name: 'worker-1' },
      node: { name: 'worker-1' },
      machineObject: { name: 'edge-worker-1' },
    })
    expect(body.requests[0].pem).toContain('BEGIN CERTIFICATE REQUEST')
  })

  it.each([
    ['a machine', () => call(machine, { name: '__proto__' })],
    ['a request', () => call(request, { uid: 'constructor' })],
  ])('details of %s that does not exist are a 404', async (_case, ask) => {
    expect(await answerOf(ask())).toMatchObject({ status: 404, code: 'notFound' })
  })

  it.each([
    ['a machine', 'forbidden', () => call(machine, { name: 'x' })],
    ['a request', 'forbidden', () => call(request, { uid: 'x' })],
    ['a request', 'unreachable', () => call(request, { uid: 'x' })],
  ] as const)(
    'details of %s are not called missing while the cluster is %s',
    async (_case, state, ask) => {
      rig.cluster.csrs.enter(state)
      await rig.cluster.turn()
      expect(await answerOf(ask())).toMatchObject({ status: 409, code: 'notLive' })
    },
  )

  it.each([
    ['connecting', 409],
    ['forbidden', 409],
    ['unreachable', 409],
    ['reconnecting', 200],
    ['stale', 200],
    ['live', 200],
  ] as const)(
    'details of a machine without requests, while the cluster is %s, answer %i',
    async (state, status) => {
      rig.cluster.csrs.list()
      rig.cluster.csrs.enter(state)
      await rig.cluster.turn()
      const answer = await call(machine, { name: 'worker-1' })
      expect(answer.status).toBe(status)
    },
  )
})

describe('POST /api/nodes/in-view', () => {
  const names = (count: number) => Array.from({ length: count }, (_, index) => `worker-${index}`)
  it.each([
    [{ nodes: names(100) }, 204],
    [{ nodes: names(101) }, 400],
    [{ nodes: ['x'.repeat(254)] }, 400],
    [{ nodes: [1] }, 400],
    [{}, 400],
  ])('the body %j is answered with %i', async (body, status) => {
    const answer = await call(nodesInView, '/api/nodes/in-view', body)
    expect(answer.status).toBe(status)
  })
})

describe('POST /api/alarms/dismiss', () => {
  const dismiss = async (body: unknown) => {
    const answer = await call(dismissAlarm, '/api/alarms/dismiss', body)
    return answer.ok ? await answer.json() : answer.status
  }

  it('the route dismisses the alarm that was on screen, once', async () => {
    const certificate = makeCertificate({ dnsNames: ['worker-1', 'api'] })
    rig.cluster.csrs.put({ ...approved(csr), certificate, resourceVersion: '9001' })
    await rig.cluster.turn()
    const alarm = () => rig.cluster.feed.machine('worker-1', KIM)?.alarms[0] ?? null
    expect(alarm()).toMatchObject({ uid: csr.uid, since: expect.any(String) })
    const seen = { uid: csr.uid }
    expect(await dismiss({ ...seen, uid: 'another' })).toEqual({ dismissed: false })
    expect(await dismiss(seen)).toEqual({ dismissed: true })
    expect(await dismiss(seen)).toEqual({ dismissed: false })
    await rig.cluster.turn()
    expect(alarm()).toBeNull()
    expect(rig.cluster.feed.moment().rows.machines.get('worker-1')?.alarm).toBeNull()
  })

  it('the route refuses a person who may approve nothing', async () => {
    rememberRunning({ ...runningFor(rig), dismissAlarm: () => null })
    expect(await dismiss({ uid: csr.uid })).toBe(403)
  })

  it.each([[{}], [{ uid: 1 }], [{ machine: 'worker-1', uid: 'u' }]])(
    'the route refuses %j',
    async (body) => {
      expect(await dismiss(body)).toBe(400)
    },
  )
})

describe('POST /api/decisions', () => {
  it('the route answers one line for each item, then the counts', async () => {
    const answer = await call(decisions, '/api/decisions', order())
    expect(answer.headers.get('content-type')).toContain('application/x-ndjson')
    expect(await linesOf(answer)).toEqual([
      { uid: csr.uid, outcome: 'approved' },
      { done: true, counts: { approved: 1 } },
    ])
    expect(rig.decided(csr)).toEqual(['Approved'])
  })

  it.each<[string, (token: string) => unknown]>([
    ['it signs out', (token) => call(signOut, '/api/session', undefined, { key: token })],
    ['it was idle for too long', () => rig.cluster.clock.advance(IDLE_MS)],
  ])(
    'the server begins no further item once the session is over (hostile input 52): %s',
    async (_case, end) => {
      const csrs = Array.from({ length: 60 }, (_, n) => makeCsr({ keyName: `key-${n}` }))
      for (const one of csrs) {
        rig.api.objects.set(one.name, one)
        rig.cluster.csrs.put(one)
      }
      await rig.cluster.turn()
      const token = await signedIn()
      let written = 0
      rig.api.beforeWrite = async () => {
        written += 1
        if (written === 1) await end(token)
      }
      const items = csrs.map((one) => itemFor(rig.cluster, one))
      const body = { decision: 'approve', accept: 'plausible', items }
      const lines = await linesOf(await call(decisions, '/api/decisions', body, { key: token }))
      const approvedNow = csrs.filter((one) => rig.decided(one).length > 0).length
      // Items already under way are finished and reported: their answers are awaited.
      expect(approvedNow).toBeLessThan(20)
      expect(lines.at(-1)).toEqual({ done: true, counts: { approved: approvedNow } })
    },
  )

  it('the answer says in words why a request is not approved', async () => {
    const items = [itemFor(rig.cluster, broken)]
    const [line] = await linesOf(
      await call(decisions, '/api/decisions', { decision: 'approve', items }),
    )
    expect(line).toMatchObject({
      outcome: 'refused',
      detail: expect.stringContaining('several common names'),
    })
  })

  const item = () => order().items[0]
  const withOdd = (odd: object) => () => ({ ...order(), ...odd })
  const withOddItem = (odd: object) => () => ({ ...order(), items: [{ ...item(), ...odd }] })
  const many = Array.from({ length: 501 }, (_, n) => ({ uid: `u${n}`, resourceVersion: '1' }))
  it.each<[string, () => unknown]>([
    ['nothing', () => ''],
    ['no JSON', () => '{"decision":'],
    ['not UTF-8 JSON', () => '\ud800'],
    ['an array', () => []],
    ['no items', withOdd({ items: [] })],
    ['another decision', withOdd({ decision: 'reject' })],
    ['accept: suspicious', withOdd({ accept: 'suspicious' })],
    ['no uid', withOddItem({ uid: undefined })],
    ['an empty uid', withOddItem({ uid: '' })],
    ['no resourceVersion', withOddItem({ resourceVersion: undefined })],
    ['a number for one', withOddItem({ resourceVersion: 7 })],
    ['a fingerprint, which the server works out', withOddItem({ fingerprint: 'a'.repeat(64) })],
    [
      'a verdict that there is none of',
      withOddItem({ saw: { status: 'Pending', verdict: 'good', failing: [] } }),
    ],
    ['an extra field', withOdd({ force: true })],
    ['an extra field of an item', withOddItem({ verdict: 'verified' })],
    [
      '__proto__',
      () => JSON.stringify(order()).replace('{', '{"__proto__":{"accept":"plausible"},'),
    ],
    ['__proto__ in an item', () => JSON.stringify(order()).replace('[{', '[{"__proto__":{"x":1},')],
    ['constructor', withOdd({ constructor: { prototype: {} } })],
    ['the same item twice', () => ({ ...order(), items: [item(), item()] })],
    ['501 items', withOdd({ items: many })],
    ['an endless name', withOdd({ as: 'x'.repeat(1025) })],
    ['an endless note', withOdd({ note: 'x'.repeat(1001) })],
    ['good items beside a bad one', () => ({ ...order(), items: [item(), { uid: 'x' }] })],
  ])('%s is answered with 400, and nothing is decided (hostile input 20)', async (_case, body) => {
    const answer = await answerOf(call(decisions, '/api/decisions', body()))
    expect(answer).toMatchObject({ status: 400, code: 'invalidBody' })
    expect(rig.decided(csr)).toEqual([])
    expect(rig.audit).toEqual([])
  })

  it('a name as long as the API server allows does not spoil the batch', async () => {
    const long = { ...item(), uid: 'u-long', name: 'x'.repeat(5000) }
    const answer = await call(decisions, '/api/decisions', { ...order(), items: [long, item()] })
    const lines = (await linesOf(answer)) as { uid?: string; outcome?: string }[]
    expect(lines.find(({ uid }) => uid === 'u-long')?.outcome).toBe('gone')
    expect(lines.find(({ uid }) => uid === csr.uid)?.outcome).toBe('approved')
    const logged = rig.audit.filter(({ uid }) => uid === 'u-long').map(({ name }) => String(name))
    expect(logged.map(({ length }) => length <= 600)).toEqual([true, true])
  })

  it('the route refuses the whole order while the view is not live', async () => {
    const body = order()
    rig.cluster.csrs.enter('stale')
    await rig.cluster.turn()
    const answer = await answerOf(call(decisions, '/api/decisions', body))
    expect(answer).toMatchObject({ status: 409, code: 'notLive' })
    expect(rig.decided(csr)).toEqual([])
  })
})

describe('plans and runs', () => {
  const options = {
    verified: true,
    plausible: false,
    rebootstrapping: false,
    superseded: true,
    followMinutes: null,
  }

  it('a plan is made, read again and started, and its run is listed', async () => {
    const start = (body: object) => answerOf(call(startRun, '/api/runs', body))
    const made = await answerOf(call(makePlan, '/api/plans', { selection: ['worker-1'] }))
    expect(made).toMatchObject({ status: 201, groups: { verified: { count: 1 } } })
    expect(await answerOf(call(plan, made))).toMatchObject({ id: made.id })
    const nothing = { plan: made.id, options: { ...options, verified: false } }
    expect(await start(nothing)).toMatchObject({ status: 409, code: 'nothingLeft' })
    // The run’s own status takes the place of the answer’s.
    const denial = await call(startRun, '/api/runs', { deny: [broken.uid] })
    const { id, decision } = await denial.json()
    expect([denial.status, decision]).toEqual([201, 'deny'])
    const listed = (await answerOf(call(runs, '/api/runs'))).runs
    expect(listed.map((one: { id: string }) => one.id)).toEqual([id])
    const page = call(run, `/api/runs/${id}?from=0`, undefined, { params: { id } })
    expect(await answerOf(page)).toMatchObject({ run: { id } })
    const stopped = await call(
      actOnRun,
      `/api/runs/${id}/stop`,
      {},
      { params: { id, act: 'stop' } },
    )
    expect((await stopped.json()).status).toBe('stopped')
  })

  it('a caller of another session or without a key reads no plan and no run', async () => {
    const id = 'x'
    const asked = [
      call(plan, { id }, undefined, KEYLESS),
      call(run, { id }, undefined, KEYLESS),
      call(actOnRun, { id, act: 'stop' }, {}, KEYLESS),
      call(plan, { id }),
    ]
    const answers = await Promise.all(asked)
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 404])
  })

  it.each([['from=x'], ['from=-1'], ['from=0&from=1'], ['to=1']])(
    'a run’s page with %s in its address is answered with 400',
    async (query) => {
      const page = call(run, `/api/runs/x?${query}`, undefined, { params: { id: 'x' } })
      expect(await answerOf(page)).toMatchObject({ status: 400, code: 'badRequest' })
    },
  )

  it.each<[string, object]>([
    ['neither a plan nor a denial', {}],
    ['both', { plan: 'x', options, deny: ['x'] }],
    ['no request', { deny: [] }],
    ['for more than an hour', { plan: 'x', options: { ...options, followMinutes: 61 } }],
    ['without a tick', { plan: 'x', options: { ...options, plausible: undefined } }],
  ])('a run’s body with %s is answered with 400', async (_case, body) => {
    const answer = await answerOf(call(startRun, '/api/runs', body))
    expect(answer).toMatchObject({ status: 400, code: 'invalidBody' })
  })

  it.each([[{}], [{ selection: 'all' }], [{ selection: [] }], [{ selection: 'safe', more: 1 }]])(
    'a plan’s body of %j is answered with 400',
    async (body) => {
      expect((await call(makePlan, '/api/plans', body)).status).toBe(400)
    },
  )
})

it('the previews and saves of one person follow each other, whichever page asks', async () => {
  const running = runningFor(rig)
  let underWay = 0
  let most = 0
  const work = async <Answer>(answer: Promise<Answer>): Promise<Answer> => {
    underWay += 1
    most = Math.max(most, underWay)
    const worked = await answer
    underWay -= 1
    return worked
  }
  rememberRunning({
    ...running,
    policy: {
      ...running.policy,
      preview: (...of) => work(running.policy.preview(...of)),
      forecast: (...of) => work(running.policy.forecast(...of)),
    },
    expected: {
      ...running.expected,
      preview: (...of) => work(running.expected.preview(...of)),
      save: (...of) => work(running.expected.save(...of)),
    },
  })
  const answers = await Promise.all([
    call(previewPolicy, '/api/policy/preview', { text: '' }),
    call(previewExpected, '/api/expected/preview', { text: 'name\nw' }),
    call(forecast, '/api/policy/forecast'),
    call(saveExpected, '/api/expected', { text: 'name\nw', version: null }),
  ])
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200])
  expect(most).toBe(1)
})

describe('the list of expected machines', () => {
  const read = () => answerOf(call(expected, '/api/expected'))
  const save = (body: unknown) => answerOf(call(saveExpected, '/api/expected', body))

  it('a list is saved over the version that was read, and matched with the machines that arrived', async () => {
    expect(await read()).toMatchObject({ place: null, text: null, version: null })
    const text = 'name\nworker-1\nworker-2'
    expect(await save({ text, version: null })).toMatchObject({ status: 200, outcome: 'saved' })
    expect(await save({ text: '', version: null })).toMatchObject({ outcome: 'changed' })
    expect(await read()).toMatchObject({
      text,
      matched: { arrived: ['worker-1'], missing: ['worker-2'], unexpected: [] },
    })
  })

  it('a list with a problem is refused with the line, in the preview and on save', async () => {
    const text = '\uFEFFname\r\nworker-1\r\nworker-1'
    const reported = { problems: [{ code: 'nameTwice', line: 3 }] }
    const looked = await answerOf(call(previewExpected, '/api/expected/preview', { text }))
    expect(looked).toMatchObject(reported)
    expect(await save({ text, version: null })).toMatchObject({ outcome: 'refused', ...reported })
    expect(await read()).toMatchObject({ text: null, machines: null })
  })

  it.each<[string, unknown]>([
    ['no version', { text: 'name\nw' }],
    ['another version', { text: 'name\nw', version: '1' }],
    ['no text', { version: null }],
    ['an extra field', { text: 'name\nw', version: null, force: true }],
    ['no JSON', '{'],
  ])('%s is answered with 400, and nothing is saved', async (_case, body) => {
    expect(await save(body)).toMatchObject({ status: 400, code: 'invalidBody' })
    expect(await read()).toMatchObject({ text: null })
  })
})

describe('the probes', () => {
  it('livez answers every caller; readyz says what is missing', async () => {
    expect((await call(livez, '/livez', undefined, KEYLESS)).status).toBe(200)
    const ready = () => call(readyz, '/readyz', undefined, KEYLESS)
    expect((await ready()).status).toBe(200)
    rig.cluster.csrs.enter('unreachable', 'refused')
    await rig.cluster.turn()
    const detail = 'Not ready yet: clientCsrs: unreachable.'
    expect(await answerOf(ready())).toMatchObject({ status: 503, detail })
  })

  it.each<[string, string | null, string, readonly unknown[]]>([
    [
      'the key: in the cluster’s own words',
      KEY,
      'Not ready yet: policy: withheld. The API server said: “no”',
      [{ code: 'notReadyYet' }, said('no')],
    ],
    ['no key', null, 'Not ready yet: policy: withheld.', [{ code: 'notReadyYet' }]],
    ['a wrong key', 'wrong', 'Not ready yet: policy: withheld.', [{ code: 'notReadyYet' }]],
  ])('readyz says why requests cannot be judged, to %s', async (_whom, key, detail, causes) => {
    const { feed } = await liveCluster({ before: { policyUnknown: [said('no')] } })
    const running = recallRunning()
    if (running !== null) rememberRunning({ ...running, feed })
    const answer = await answerOf(call(readyz, '/readyz', undefined, { key }))
    expect(answer).toMatchObject({ status: 503, code: 'notReady', detail, causes })
  })

  it.each([
    ['without the right to see', mayNotSee],
    ['of another cluster', ofAnotherSite],
  ])('readyz hides the reason from a person %s', async (_whom, change) => {
    const { feed } = await liveCluster({ before: { policyUnknown: [said('no')] } })
    const running = runningFor(rig)
    rememberRunning({ ...running, feed, people: withCaller(running.people, change) })
    const answer = await answerOf(call(readyz, '/readyz'))
    expect(answer).toMatchObject({ causes: [{ code: 'notReadyYet' }] })
  })

  it('metrics report the feed’s state, the pending requests and the decisions', async () => {
    const text = await (await call(metrics, '/metrics')).text()
    expect(text).toContain('countersign_feed_state{state="live"} 1')
    expect(text).toContain(
      'countersign_pending_requests{signer="kubernetes.io/kubelet-serving",age="under15m"} 2',
    )
  })
})

it('an error of the server shows neither stack nor message, and the log has both', async () => {
  const log: string[] = []
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => log.push(String(text)) > 0)
  const running = runningFor(rig)
  const readiness = () => {
    throw new Error('secret')
  }
  rememberRunning({ ...running, feed: { ...running.feed, readiness } })
  const answer = await call(readyz, '/readyz')
  const text = await answer.text()
  expect(answer.status).toBe(500)
  expect(text).not.toMatch(/secret|\.ts/)
  expect(JSON.parse(log[0] ?? '')).toMatchObject({ error: expect.stringContaining('secret') })
  expect(text).toContain(JSON.parse(log[0] ?? '').requestId)
})
