import { describe, expect, it } from 'vitest'
import {
  ADMIN,
  type Answers,
  becomeLive,
  liveCluster,
  type ScriptedCluster,
  type ScriptedOptions,
  scriptedCluster,
} from '#lib/cluster/fixtures/scripted-cluster.ts'
import { cause } from '#lib/csr/cause.ts'
import { makeCertificate } from '#lib/csr/fixtures/make-certificate.ts'
import {
  approved,
  denied,
  KIM,
  makeMachineObject,
  makeNode,
} from '#lib/csr/fixtures/make-cluster.ts'
import { makeCsr } from '#lib/csr/fixtures/make-csr.ts'
import type { Csr } from '#lib/csr/model.ts'
import type { JudgedMachine } from '#lib/csr/rows/rows.ts'
import { said } from '#lib/kube/fixtures/said.ts'
import { configuredNetworks } from '#lib/kube/reads/service-networks.ts'
import type { Reviewed } from '#lib/people/principal.ts'
import { clusterFor } from '#lib/people/principal.ts'
import { OF_PEOPLE } from '#lib/refusals/limits.ts'
import { streamSnapshot } from '#lib/web/snapshot.ts'
import type { Cluster, Snapshot, StreamEvent } from '#lib/wire/wire.ts'

const machineNames = ({ feed }: ScriptedCluster) => [...feed.moment().rows.machines.keys()]

function lostIn({ feed }: ScriptedCluster): readonly string[] {
  const { sources } = feed.moment().feed
  return Object.entries(sources).flatMap(([name, { lost }]) => (lost ? [name] : []))
}

const FLOODING = makeCsr({ nodeName: 'flooding' })

/** New requests of one node, with one key. */
function flood(count: number): readonly Csr[] {
  const { request, requestor } = FLOODING
  return Array.from({ length: count }, (_, n) =>
    makeCsr({ name: `flood-${n}`, request, requestor }),
  )
}

function listen({ feed, principal }: ScriptedCluster) {
  const events: StreamEvent[] = []
  const clusters: Cluster[] = []
  feed.subscribe((event) => {
    events.push(event)
    if (event.event === 'changed' && event.data.topics.includes('summary')) {
      clusters.push(clusterFor(feed.moment().cluster, principal))
    }
  })
  return {
    events,
    clusters,
    names: () => events.map(({ event }) => event),
  }
}

describe('the first sync of the feed', () => {
  it('the feed is ready when requests, Nodes and Machines have been heard of, and not before', async () => {
    const cluster = scriptedCluster()
    const ready = () => cluster.feed.readiness()
    expect(ready()).toEqual({ ready: false, why: 'clientCsrs: connecting', causes: [] })
    cluster.csrs.list(makeCsr())
    cluster.csrs.enter('live')
    await cluster.turn()
    expect(ready()).toEqual({ ready: false, why: 'nodes: connecting', causes: [] })
    cluster.nodes.enter('forbidden')
    cluster.machines.enter('absent')
    await cluster.turn()
    expect(ready()).toMatchObject({ ready: false })
    cluster.clusterApi.enter('absent')
    await cluster.turn()
    expect(ready()).toEqual({ ready: true })
  })

  it('the feed says live only when the rows are there', async () => {
    const cluster = scriptedCluster()
    const { feed } = cluster
    const seen: { state: string; rows: number }[] = []
    feed.subscribe((event) => {
      if (event.event === 'feed') {
        seen.push({ state: event.data.state, rows: feed.moment().rows.machines.size })
      }
    })
    const csrs = Array.from({ length: 300 }, (_, n) =>
      makeCsr({ nodeName: `worker-${n}`, keyName: 'k' }),
    )
    cluster.csrs.list(...csrs)
    cluster.csrs.enter('live')
    for (const other of [cluster.nodes, cluster.machines, cluster.clusterApi]) other.enter('absent')
    await cluster.turn()
    expect(seen.filter(({ state }) => state === 'live')).toEqual([{ state: 'live', rows: 300 }])
  })
})

describe('rows while a list is being taken in', () => {
  /** Two requests of each, all of the first before any of the second. */
  const requests = (machines: number, generation: string) =>
    Array.from({ length: machines * 2 }, (_, n) => {
      const [name, nodeName] = [`${generation}-${n}`, `worker-${n % machines}`]
      return makeCsr({ name, uid: name, nodeName, keyName: 'k' })
    })

  it('the first screen is shown before the first list is read, and nothing is live by it', async () => {
    const cluster = scriptedCluster()
    const { feed } = cluster
    const csrs = requests(400, 'csr')
    const seen: { rows: number; isRead: boolean; live: boolean }[] = []
    cluster.onPublished = () => {
      const isRead = csrs.every(({ uid }) => feed.csr(uid) !== null)
      seen.push({ rows: feed.moment().rows.machines.size, isRead, live: feed.isLive() })
    }
    cluster.csrs.list(...csrs)
    cluster.csrs.enter('live')
    for (const other of [cluster.nodes, cluster.machines, cluster.clusterApi]) other.enter('absent')
    await cluster.turn()
    const early = seen.filter(({ isRead }) => !isRead)
    expect(early.length).toBeGreaterThan(0)
    expect(early.filter(({ rows, live }) => live || rows === 400)).toEqual([])
    expect([feed.isLive(), feed.moment().rows.machines.size]).toEqual([true, 400])
  })

  it('the first rows that are shown are of the oldest requests, which run out first', async () => {
    const cluster = scriptedCluster()
    const csrs = Array.from({ length: 1_000 }, (_, n) => {
      const createdAt = new Date(Date.parse('2026-11-24T12:00:00Z') - n * 1_000).toISOString()
      return makeCsr({ name: `csr-${n}`, nodeName: `worker-${n}`, keyName: 'k', createdAt })
    })
    const shown: string[][] = []
    cluster.onPublished = () => shown.push([...cluster.feed.moment().rows.machines.keys()])
    cluster.csrs.list(...csrs)
    await cluster.turn()
    const oldest = csrs.slice(-300).map(({ name }) => name.replace('csr', 'worker'))
    expect(oldest).toEqual(expect.arrayContaining(shown[0] ?? ['none']))
  })

  it('the oldest requests of the first page are shown while the list is still being read', async () => {
    const cluster = scriptedCluster()
    const page = Array.from({ length: 200 }, (_, n) => {
      const createdAt = new Date(Date.parse('2026-11-24T12:00:00Z') - n * 1_000).toISOString()
      return makeCsr({ name: `csr-${n}`, nodeName: `worker-${n}`, keyName: 'k', createdAt })
    })
    cluster.csrs.begin(...page)
    await cluster.turn()
    const oldest = page.slice(-25).map(({ name }) => name.replace('csr', 'worker'))
    expect(machineNames(cluster).toSorted()).toEqual(oldest.toSorted())
    expect([cluster.feed.isLive(), cluster.feed.moment().feed.state]).toEqual([false, 'connecting'])
  })

  it('most rows are derived once, when the last of the first lists is here', async () => {
    const cluster = scriptedCluster()
    const csrs = Array.from({ length: 600 }, (_, n) =>
      makeCsr({ name: `csr-${n}`, nodeName: `worker-${n}`, keyName: 'k' }),
    )
    cluster.csrs.list(...csrs)
    cluster.csrs.enter('live')
    for (const other of [cluster.machines, cluster.clusterApi]) other.enter('absent')
    await cluster.turn()
    expect(machineNames(cluster).length).toBeLessThan(300)
    cluster.nodes.enter('unreachable', 'no answer')
    await cluster.turn()
    expect(machineNames(cluster)).toHaveLength(600)
  })

  it('rows of a list that is read again are shown only once all of it is taken in', async () => {
    const cluster = await liveCluster({ csrs: requests(40, 'old') })
    const rows: JudgedMachine[] = []
    cluster.onPublished = () => rows.push(...cluster.feed.moment().rows.machines.values())
    // Decided requests take no turns: the list itself is read in slices.
    const decided = requests(40, 'new').map((csr) => approved(csr))
    cluster.csrs.list(...decided)
    await cluster.turn()
    expect(rows.filter(({ requests }) => requests.length !== 2)).toEqual([])
    expect(new Set(rows.map(({ name }) => name)).size).toBe(40)
  })
})

describe('inputs that have to be known before anything is live', () => {
  const states = ({ feed }: ScriptedCluster) => [feed.moment().feed.state, feed.isLive()]

  it.each<[string, Partial<Answers>, Partial<Answers>]>([
    ['policy', { policyUnknown: [] }, { policyUnknown: null }],
    ['expected', { isExpectedKnown: false }, { isExpectedKnown: true }],
  ])('the feed is not live before the %s is known', async (name, before, after) => {
    const cluster = await liveCluster({ before })
    expect(states(cluster)).toEqual(['connecting', false])
    const why = `${name}: connecting`
    expect(cluster.feed.readiness()).toEqual({ ready: false, why, causes: [] })
    Object.assign(cluster, after)
    cluster.feed.lookAgain()
    await cluster.turn()
    expect(states(cluster)).toEqual(['live', true])
    expect(cluster.feed.readiness()).toEqual({ ready: true })
  })

  it('the feed tells why an input is not known, and another reason later', async () => {
    const cluster = await liveCluster({ before: { policyUnknown: [said('starting')] } })
    const { events } = listen(cluster)
    expect(states(cluster)).toEqual(['withheld', false])
    expect(cluster.feed.moment().feed).toMatchObject({
      message: 'The API server said: “starting”',
      causes: [said('starting')],
      sources: { csrs: { state: 'live' } },
    })
    const causes = [said('starting')]
    expect(cluster.feed.readiness()).toEqual({ ready: false, why: 'policy: withheld', causes })

    for (const next of [said('starting'), said('forbidden')]) {
      cluster.policyUnknown = [next]
      cluster.feed.lookAgain()
      await cluster.turn()
    }
    expect(events).toMatchObject([{ event: 'feed', data: { causes: [said('forbidden')] } }])
    cluster.policyUnknown = null
    cluster.feed.lookAgain()
    await cluster.turn()
    expect(events.at(-1)).toMatchObject({ data: { state: 'live', message: null, causes: [] } })
  })

  it('a policy that was live stays so while it is unknown again; a store that does not answer does not', async () => {
    const cluster = await liveCluster()
    const { feed } = cluster
    cluster.policyUnknown = [said('gone')]
    feed.lookAgain()
    await cluster.turn()
    expect(states(cluster)).toEqual(['live', true])
    cluster.policyUnknown = null
    cluster.isStoreSilent = true
    for (const ms of [10_000, 2_000]) {
      cluster.clock.advance(ms)
      await cluster.turn()
    }
    const causes = [cause('storeSilent', { server: 'https://api:6443' })]
    expect([feed.moment().feed.causes, ...states(cluster)]).toEqual([causes, 'withheld', false])
    expect(feed.readiness()).toEqual({ ready: false, why: 'store: withheld', causes })
    cluster.isStoreSilent = false
    cluster.clock.advance(2_000)
    await cluster.turn()
    expect(states(cluster)).toEqual(['live', true])
  })

  it('the feed asks who acts soon again and then less often, whether or not a page is open', async () => {
    const own = makeCsr({ requestor: { ...makeCsr().requestor, username: 'kim.osei' } })
    const cluster = await liveCluster({
      csrs: [own],
      nodes: [makeNode()],
      before: { reviewed: new Error('no answer') },
    })
    expect(states(cluster)).toEqual(['withheld', false])
    const causes = [cause('actorUnknown'), cause('unexpected', { said: 'no answer' })]
    expect(cluster.feed.readiness()).toEqual({ ready: false, why: 'identity: withheld', causes })

    for (const seconds of [2, 4, 8, 16, 32, 45, 45]) {
      const asked = cluster.reviews
      // A turn takes half a second of them.
      cluster.clock.advance(seconds * 1_000 - 600)
      expect(cluster.reviews).toBe(asked)
      cluster.clock.advance(600)
      expect(cluster.reviews).toBe(asked + 1)
      await cluster.turn()
    }

    cluster.reviewed = ADMIN
    cluster.clock.advance(45_000)
    await cluster.turn()
    expect(states(cluster)).toEqual(['live', true])
    const { viewer } = cluster.principal
    expect(cluster.feed.request(own.uid, viewer)?.failing).toContain('requestor.self')
  })

  it('the feed tells at once that the API server fails to say who acts', async () => {
    const { promise, reject } = Promise.withResolvers<Reviewed>()
    const cluster = await liveCluster({ before: { reviewed: promise } })
    expect(cluster.feed.readiness()).toMatchObject({ why: 'identity: connecting', causes: [] })
    reject(new Error('no answer'))
    await cluster.turn()
    expect(cluster.feed.readiness()).toMatchObject({ why: 'identity: withheld' })
  })

  it('an API server that comes back is asked at once who acts', async () => {
    const cluster = scriptedCluster({ before: { reviewed: new Error('no answer') } })
    for (let tries = 0; tries < 6; tries += 1) {
      cluster.clock.advance(45_000)
      await cluster.turn()
    }
    cluster.reviewed = ADMIN
    becomeLive(cluster)
    await cluster.turn()
    expect(states(cluster)).toEqual(['live', true])
  })
})

describe('sources that requests are judged by', () => {
  const SOURCES = ['nodes', 'machines', 'clusterApi'] as const
  // The answers for each state of a source: why-not-known.test.ts
  it.each(SOURCES)('nothing is live or decided while %s are stale', async (source) => {
    const state = 'stale'
    const cluster = await liveCluster({ machines: [] })
    const { feed } = cluster
    expect(feed.isLive()).toBe(true)
    cluster[source].enter(state)
    await cluster.turn()
    expect(feed.moment().feed).toMatchObject({ state, sources: { csrs: { state: 'live' } } })
    expect([feed.isLive(), feed.readiness().ready]).toEqual([false, false])

    cluster[source].enter('live')
    await cluster.turn()
    expect(feed.moment().feed.state).toBe('live')
    expect([feed.isLive(), feed.readiness().ready]).toEqual([true, true])
  })

  it.each(
    SOURCES.flatMap((source) =>
      (['unreachable', 'connecting'] as const).map((state) => [source, state] as const),
    ),
  )('%s never could be read: decisions go on, also while they are %s', async (source, state) => {
    const cluster = scriptedCluster()
    becomeLive(cluster, { nodes: null })
    cluster[source].enter('forbidden', 'no')
    await cluster.turn()
    const { feed } = cluster
    const { sources } = feed.moment().feed
    expect(feed.isLive()).toBe(true)
    cluster[source].enter(state)
    await cluster.turn()
    expect(feed.moment().feed).toMatchObject({ state: 'live', sources })
    expect(lostIn(cluster)).toEqual([])
    expect(feed.isLive()).toBe(true)
  })

  it.each(SOURCES)(
    'nothing is decided from the time at which %s can no longer be read, and what they spoke against does not look innocent',
    async (source) => {
      const cluster = await liveCluster({ machines: [] })
      cluster[source].enter('live')
      await cluster.turn()
      const { feed } = cluster
      const forbidden = { state: 'forbidden', message: 'The API server said: “no”' }
      for (const state of ['forbidden', 'unreachable'] as const) {
        cluster[source].enter(state, 'no')
        await cluster.turn()
        expect(feed.moment().feed).toMatchObject(forbidden)
        expect(lostIn(cluster)).toEqual([source === 'nodes' ? 'nodes' : 'machines'])
        expect([feed.isLive(), feed.readiness().ready]).toEqual([false, false])
      }

      // Also while the requests are lost themselves.
      cluster.csrs.enter('stale')
      await cluster.turn()
      expect(feed.moment().feed.state).toBe('stale')
      expect(lostIn(cluster)).toEqual([source === 'nodes' ? 'nodes' : 'machines'])
      cluster.csrs.enter('live')

      cluster[source].enter('live')
      await cluster.turn()
      expect(feed.isLive()).toBe(true)
      expect(lostIn(cluster)).toEqual([])
    },
  )

  it('the feed tells that the API server does not answer, also while requests may not be read', async () => {
    const cluster = await liveCluster()
    for (const state of ['forbidden', 'unreachable'] as const) {
      cluster.csrs.enter(state)
      await cluster.turn()
      expect(cluster.feed.moment().feed.state).toBe(state)
    }
  })

  it('a flood of requests delays no Node: a request for its name is suspicious at once', async () => {
    const takeover = makeCsr({ kind: 'client', nodeName: 'worker-1' })
    const cluster = await liveCluster({ csrs: [takeover] })
    const { feed } = cluster
    const many = flood(2_000)
    for (const csr of many) cluster.csrs.put(csr)
    cluster.nodes.put(makeNode())
    // One slice.
    cluster.clock.advance(12)
    expect(feed.judged(takeover.uid)?.failing).toContain('node.new')
    expect(feed.csr(many.at(-1)?.uid ?? '')).toBeNull()
  })

  it('nothing is decided while denials have waited for ten seconds, until they are taken in', async () => {
    const known = flood(1_000)
    const cluster = await liveCluster({ csrs: known })
    const { feed } = cluster
    const [old, fresh] = [known.slice(0, 500), known.slice(500)]
    for (const csr of old) cluster.csrs.put(denied(csr))
    expect(feed.isLive()).toBe(true)
    cluster.clock.stall(10_001)
    expect([feed.isLive(), feed.canJudge()]).toEqual([false, false])

    const isTakenIn = ([csr]: readonly Csr[]) => feed.csr(csr?.uid ?? '')?.conditions.length === 1
    const seen: unknown[] = []
    feed.subscribe(({ event, data }) => {
      if (event !== 'feed') return
      const { ready } = feed.readiness()
      const areTakenIn = [old, fresh].map((each) => isTakenIn(each.slice(-1)))
      seen.push([data.state, data.causes, ready, ...areTakenIn])
    })
    // The feed waits for no request that comes meanwhile.
    for (const csr of fresh) cluster.csrs.put(denied(csr))
    cluster.clock.advance(0)
    const causes = [cause('catchingUp', { seconds: 10 })]
    expect(seen).toEqual([
      ['withheld', causes, false, false, false],
      ['live', [], true, true, false],
    ])
    expect([feed.isLive(), feed.readiness()]).toEqual([true, { ready: true }])
  })

  it('a flood of new requests by one requestor delays no other requestor’s request and no denial', async () => {
    const known = makeCsr()
    const cluster = await liveCluster({ csrs: [known] })
    const { feed } = cluster
    const { names } = listen(cluster)
    const many = flood(2_000)
    const [other, last] = [makeCsr({ nodeName: 'worker-2' }), many.slice(-1)]
    for (const csr of many) cluster.csrs.put(csr)
    for (const csr of [known, ...last]) cluster.csrs.put(denied(csr))
    cluster.csrs.put(other)
    const isRead = ({ uid }: Csr) => feed.csr(uid) !== null
    const isDenied = ({ uid }: Csr) => feed.csr(uid)?.conditions[0]?.type === 'Denied'
    while (![known, ...last].every(isDenied) || !isRead(other)) cluster.clock.advance(12)
    expect(many.filter(isRead).length).toBeLessThan(1_000)

    cluster.clock.stall(60_000)
    expect([feed.isLive(), feed.canJudge()]).toEqual([true, true])
    while (!many.every(isRead)) cluster.clock.advance(12)
    expect(names()).not.toContain('feed')
  })

  it('a requestor who files all the time does not keep the feed from being live again', async () => {
    const cluster = await liveCluster()
    const { feed } = cluster
    cluster.csrs.enter('reconnecting')
    await cluster.turn()
    expect(feed.isLive()).toBe(false)
    const many = flood(2_000)
    for (const csr of many) cluster.csrs.put(csr)
    cluster.csrs.enter('live')
    const areAllRead = () => many.every(({ uid }) => feed.csr(uid) !== null)
    while (!feed.isLive() && !areAllRead()) cluster.clock.advance(12)
    expect([feed.isLive(), areAllRead()]).toEqual([true, false])
  })

  it('nothing is decided by half of a list, in which a Node made anew is missing for a moment', async () => {
    const names = Array.from({ length: 3_000 }, (_, index) => `worker-${index}`)
    const nodes = (generation: string) =>
      names.map((name) => makeNode({ name, uid: `${generation}-${name}` }))
    const takeover = makeCsr({ kind: 'client', nodeName: 'worker-1' })
    const cluster = await liveCluster({ csrs: [takeover], nodes: nodes('first') })
    const { feed } = cluster
    cluster.nodes.list(...nodes('second'))
    const seen: { readonly live: boolean; readonly fails: boolean }[] = []
    // Takes turns with the slices that take the list in.
    const look = () => {
      const fails = feed.judged(takeover.uid)?.failing.includes('node.new') === true
      seen.push({ live: feed.isLive(), fails })
      if (feed.machine('worker-2999', KIM)?.node?.uid !== 'second-worker-2999') {
        cluster.clock.after(0, look)
      }
    }
    look()
    await cluster.turn()
    expect(seen).toContainEqual({ live: false, fails: false })
    expect(seen).not.toContainEqual({ live: true, fails: false })
  })

  it.each(
    (['stale', 'unauthorized', 'unreachable'] as const).flatMap((state) =>
      SOURCES.map((source) => [source, state] as const),
    ),
  )(
    'what %s have told stays when they become %s, until they may not be read',
    async (source, state) => {
      const takeover = makeCsr({ kind: 'client', nodeName: 'worker-1' })
      const confirmed = makeCsr({ kind: 'client', nodeName: 'worker-2' })
      const cluster = await liveCluster({
        csrs: [takeover, confirmed],
        nodes: [makeNode()],
        machines: [makeMachineObject({ internalDns: ['worker-2'] })],
      })
      cluster.clusterApi.enter('live')
      await cluster.turn()
      const verdicts = () =>
        [takeover, confirmed].map(({ uid }) => cluster.feed.request(uid, KIM)?.verdict)
      expect(verdicts()).toEqual(['suspicious', 'verified'])
      cluster[source].enter(state)
      await cluster.turn()
      expect(verdicts()).toEqual(['suspicious', 'verified'])
      expect(cluster.feed.isLive()).toBe(false)

      cluster[source].enter('forbidden')
      await cluster.turn()
      expect(verdicts()).not.toEqual(['suspicious', 'verified'])
    },
  )

  it('the feed tells how old the lost source’s facts are', async () => {
    const cluster = await liveCluster()
    cluster.clock.advance(1_000)
    const heardAt = new Date(cluster.clock.now()).toISOString()
    cluster.nodes.enter('stale')
    await cluster.turn()
    expect(cluster.feed.moment().feed.lastHeardAt).toBe(heardAt)
  })
})

it('requests that may no longer be read are not remembered as deleted', async () => {
  const cluster = await liveCluster({ csrs: [makeCsr(), makeCsr({ nodeName: 'worker-2' })] })
  cluster.csrs.enter('forbidden')
  await cluster.turn()
  expect(machineNames(cluster)).toEqual([])
  expect(cluster.feed.day.requests()).toEqual([])
})

describe('changes that the feed publishes', () => {
  it('each publication is a revision, and there is none without one', async () => {
    const cluster = await liveCluster({ csrs: [makeCsr()] })
    const { revision } = cluster.feed.moment()
    let published = 0
    cluster.onPublished = () => {
      published += 1
      expect(cluster.feed.moment().revision).toBe(revision + published)
    }
    for (let n = 0; n < 5; n += 1) {
      cluster.csrs.put(makeCsr({ nodeName: `worker-${n + 2}` }))
      await cluster.turn()
      await cluster.turn()
    }
    expect(published).toBe(5)
  })

  it('no listener hears of a list after a lost watch that brings nothing new', async () => {
    const csrs = [makeCsr(), makeCsr({ nodeName: 'worker-2' })]
    const cluster = await liveCluster({ csrs, nodes: [makeNode()] })
    const { events } = listen(cluster)
    cluster.csrs.list(...csrs.map((csr) => ({ ...csr })))
    await cluster.turn()
    expect(events).toEqual([])
  })

  it('the feed drops what a new list no longer has', async () => {
    const [one, two] = [makeCsr(), makeCsr({ nodeName: 'worker-2' })]
    const cluster = await liveCluster({ csrs: [one, two] })
    cluster.csrs.list(two)
    await cluster.turn()
    expect(machineNames(cluster)).toEqual(['worker-2'])
  })

  it('an object that breaks the code is reported and counted, and the others are shown', async () => {
    const broken = Object.defineProperty(makeCsr({ nodeName: 'worker-2' }), 'request', {
      get() {
        throw new Error('broken')
      },
    })
    const cluster = await liveCluster({
      csrs: [makeCsr(), broken, makeCsr({ nodeName: 'worker-3' })],
    })
    expect(machineNames(cluster)).toEqual(['worker-1', 'worker-3'])
    expect(cluster.errors).toHaveLength(1)
    const { sources } = cluster.feed.moment().feed
    expect(sources.csrs).toMatchObject({ state: 'live', setAside: 1 })
  })

  it('a Node that breaks the code is not taken for a missing Node', async () => {
    const broken = (name: string) =>
      Object.defineProperty(makeNode({ name, resourceVersion: '7' }), 'addresses', {
        get() {
          throw new Error('broken')
        },
      })
    const csrs = ['worker-1', 'worker-2'].map((nodeName) => makeCsr({ kind: 'client', nodeName }))
    const cluster = await liveCluster({ csrs, nodes: [broken('worker-1')] })
    const failing = () =>
      csrs.map(({ uid }) => cluster.feed.request(uid, KIM)?.failing.includes('node.new'))
    expect(failing()).toEqual([true, false])
    expect(cluster.feed.request(csrs[0]?.uid ?? '', KIM)?.reason?.finding).toBe('aside')

    cluster.nodes.remove(broken('worker-1').uid)
    await cluster.turn()
    expect(failing()).toEqual([false, false])

    cluster.nodes.put(broken('worker-1'))
    await cluster.turn()
    expect(failing()).toEqual([true, false])
    cluster.nodes.put(makeNode({ ready: 'False', resourceVersion: '8' }))
    await cluster.turn()
    expect(failing()).toEqual([false, false])
  })

  it('a Node that cannot be read is not taken for a missing Node', async () => {
    const csr = makeCsr({ kind: 'client' })
    const node = makeNode()
    const cluster = await liveCluster({ csrs: [csr], nodes: [node] })
    const finding = () => {
      const { checks = [] } = cluster.feed.request(csr.uid, KIM) ?? {}
      return checks.find(({ code }) => code === 'node.new')?.finding
    }
    expect(finding()).toBe('takeover')
    cluster.nodes.putAside(node)
    await cluster.turn()
    expect(finding()).toBe('aside')
    cluster.nodes.remove(node.uid)
    await cluster.turn()
    expect(finding()).toBe('new')
  })

  it('a request that breaks the code from now on is not shown as it was', async () => {
    const csr = makeCsr()
    const cluster = await liveCluster({ csrs: [csr, makeCsr({ nodeName: 'worker-2' })] })
    const { events } = listen(cluster)
    const broken = Object.defineProperty({ ...csr, resourceVersion: '9001' }, 'conditions', {
      get() {
        throw new Error('broken')
      },
    })
    cluster.csrs.put(broken)
    await cluster.turn()
    expect(machineNames(cluster)).toEqual(['worker-2'])
    const reported = events.flatMap((event) => (event.event === 'feed' ? [event.data] : []))
    expect(reported.map(({ sources }) => sources.csrs.setAside)).toEqual([1])

    cluster.csrs.list({ ...csr, resourceVersion: '9001' })
    await cluster.turn()
    expect(machineNames(cluster)).toEqual(['worker-1'])
    expect(cluster.feed.moment().feed.sources.csrs.setAside).toBe(0)
  })

  it('a row changes by itself when its deadline passes', async () => {
    const cluster = await liveCluster({ csrs: [makeCsr({ createdAt: '2026-11-24T11:30:00Z' })] })
    const { names } = listen(cluster)
    const overdue = () => cluster.feed.moment().rows.machines.get('worker-1')?.overdue
    expect(overdue()).toBe(false)
    cluster.clock.advance(31 * 60_000)
    await cluster.turn()
    expect(overdue()).toBe(true)
    expect(names()).toEqual(['changed'])
  })

  it('a row changes when its deadline passes, also while a flood of new requests waits for its turn', async () => {
    const waiting = ['30', '45'].map((minute) =>
      makeCsr({ nodeName: `at-${minute}`, createdAt: `2026-11-24T11:${minute}:00Z` }),
    )
    const cluster = await liveCluster({ csrs: waiting })
    const overdue = () => {
      const { machines } = cluster.feed.moment().rows
      return ['at-30', 'at-45'].filter((name) => machines.get(name)?.overdue)
    }
    const many = flood(2_000)
    for (const csr of many) cluster.csrs.put(csr)
    const seen = ['12:29', '12:31', '12:46'].map((time) => {
      cluster.clock.stall(Date.parse(`2026-11-24T${time}:00Z`) - cluster.clock.now())
      for (let slices = 0; slices < 4; slices += 1) cluster.clock.advance(12)
      return overdue()
    })
    expect(seen).toEqual([[], ['at-30'], ['at-30', 'at-45']])
    expect(many.every(({ uid }) => cluster.feed.csr(uid) !== null)).toBe(false)
  })

  it('a change of a document is told to its page alone', async () => {
    const cluster = await liveCluster()
    const { events } = listen(cluster)
    cluster.feed.documentChanged('policy')
    await cluster.turn()
    expect(events).toMatchObject([{ event: 'changed', data: { topics: ['policy'] } }])
  })

  it('a listener that has unsubscribed hears nothing more', async () => {
    const cluster = await liveCluster()
    const events: StreamEvent[] = []
    const undo = cluster.feed.subscribe((event) => events.push(event))
    undo()
    cluster.csrs.put(makeCsr())
    await cluster.turn()
    expect(events).toEqual([])
  })
})

describe('the row of one request', () => {
  it('the row is judged by the world of now, however often it is asked for', async () => {
    const csr = makeCsr({ kind: 'client' })
    const cluster = await liveCluster({ csrs: [csr] })
    const row = () => cluster.feed.request(csr.uid, KIM)
    expect([row()?.verdict, row()?.verdict]).toEqual(['plausible', 'plausible'])
    cluster.nodes.put(makeNode())
    await cluster.turn()
    expect(row()?.failing).toEqual(['node.new'])
    cluster.csrs.put({ ...approved(csr), resourceVersion: '9001' })
    await cluster.turn()
    expect(row()).toMatchObject({ status: 'Approved', verdict: null })
    cluster.csrs.remove(csr.uid)
    await cluster.turn()
    expect(row()).toBeNull()
  })

  it('the row needs no look at other requests of its machine, of which a batch has many (hostile input 38)', async () => {
    const one = makeCsr({ kind: 'client' })
    const looks = new Map<string, number>()
    const csrs = Array.from({ length: 1_500 }, (_, n) => ({
      ...{ ...one, name: `c${n}` },
      get uid() {
        looks.set(`u${n}`, (looks.get(`u${n}`) ?? 0) + 1)
        return `u${n}`
      },
    }))
    const { feed } = await liveCluster({ csrs })
    looks.clear()
    const batch = csrs.slice(0, 500).map((_, n) => `u${n}`)
    for (const uid of batch) expect(feed.judged(uid)?.uid).toBe(uid)
    expect([...looks.keys()]).toEqual(batch)
    expect(Math.max(...looks.values())).toBeLessThan(10)
  })
})

describe('the state of the feed', () => {
  it.each(['reconnecting', 'stale', 'forbidden', 'unauthorized', 'unreachable'] as const)(
    'the feed is %s when the requests are, and nothing can be decided',
    async (phase) => {
      const cluster = await liveCluster({ csrs: [makeCsr()] })
      const { events } = listen(cluster)
      expect(cluster.feed.isLive()).toBe(true)
      cluster.csrs.enter(phase, 'why')
      await cluster.turn()
      expect(cluster.feed.isLive()).toBe(false)
      expect(events.find(({ event }) => event === 'feed')?.data).toMatchObject({
        state: phase,
        message: 'The API server said: “why”',
        causes: [said('why')],
      })
    },
  )

  it('a lost source stops decisions at once, before listeners have heard of it', async () => {
    const cluster = await liveCluster()
    cluster.csrs.silently('reconnecting')
    expect(cluster.feed.isLive()).toBe(false)
  })

  it('the feed goes on with requests when Nodes may not be read (hostile input 37)', async () => {
    const machine = makeMachineObject({ nodeRef: 'worker-1' })
    const cluster = await liveCluster({ csrs: [makeCsr()], nodes: null, machines: [machine] })
    const checks = cluster.feed.machine('worker-1', KIM)?.requests[0]?.checks
    expect(cluster.feed.isLive()).toBe(true)
    expect(checks?.find(({ code }) => code === 'node.known')?.outcome).toBe('unknown')
    expect(cluster.feed.moment().rows.machines.get('worker-1')?.node).toBeNull()
    expect(cluster.feed.moment().feed.sources.nodes).toMatchObject({
      state: 'forbidden',
      message: 'The API server said: “nodes is forbidden”',
      causes: [said('nodes is forbidden')],
    })
  })

  it('the feed no longer shows what may no longer be read, and shows it again when it may', async () => {
    // With an alarm, which outlives its request otherwise.
    const csr = approved(makeCsr(), '2026-11-24T12:05:00Z', makeCertificate({ dnsNames: ['api'] }))
    const cluster = await liveCluster({ csrs: [csr] })
    cluster.csrs.enter('forbidden')
    await cluster.turn()
    expect(machineNames(cluster)).toEqual([])
    cluster.csrs.list(csr)
    cluster.csrs.enter('live')
    await cluster.turn()
    expect(machineNames(cluster)).toEqual(['worker-1'])
    expect(cluster.feed.machine('worker-1', KIM)?.alarms).toMatchObject([{ differs: ['dnsNames'] }])
  })

  it('the feed takes either Machine API; an absent one means that a capability is off', async () => {
    const cluster = await liveCluster()
    const machines = () => cluster.feed.moment().feed.sources.machines
    expect(machines()).toMatchObject({ state: 'absent', partly: false })
    cluster.clusterApi.enter('live')
    await cluster.turn()
    expect(machines()).toMatchObject({ state: 'live', partly: false })
    cluster.clusterApi.enter('forbidden')
    await cluster.turn()
    expect(machines()).toMatchObject({ state: 'forbidden', partly: false })
    cluster.machines.enter('live')
    await cluster.turn()
    expect(machines()).toMatchObject({ state: 'forbidden', partly: true })
  })

  it('a Machine that contradicts does so, though Machines of the other API may not be read', async () => {
    const client = makeCsr({ kind: 'client' })
    const machines = [makeMachineObject({ nodeRef: 'worker-2' })]
    const cluster = await liveCluster({ csrs: [client], machines })
    const failing = () => cluster.feed.request(client.uid, KIM)?.failing
    expect(failing()).toEqual(['identity.machine'])
    cluster.clusterApi.enter('forbidden')
    await cluster.turn()
    expect(failing()).toEqual(['identity.machine'])
  })

  it('the feed is not live before it has asked for the networks of Services', async () => {
    const csr = makeCsr({ ipAddresses: ['10.96.0.10'] })
    const cluster = scriptedCluster()
    const { feed } = cluster
    const seen: (readonly string[] | undefined)[] = []
    feed.subscribe(({ event }) => {
      if (event === 'feed' && feed.isLive()) seen.push(feed.judged(csr.uid)?.failing)
    })
    cluster.nodes.list(makeNode())
    cluster.csrs.list(csr)
    for (const source of [cluster.nodes, cluster.csrs]) source.enter('live')
    for (const source of [cluster.machines, cluster.clusterApi]) source.enter('absent')
    await cluster.turn()
    expect(seen).toEqual([expect.arrayContaining(['sans.reserved'])])
  })

  it('the feed asks for the networks of Services again: soon after a failure, and now and then', async () => {
    const csrs = ['10.96.0.10', '192.0.2.10'].map((ip) =>
      makeCsr({ ipAddresses: [ip], keyName: ip }),
    )
    const cluster = scriptedCluster()
    cluster.serviceNetworks = new Error('503')
    const reserved = () =>
      csrs.map(({ uid }) => cluster.feed.request(uid, KIM)?.failing.includes('sans.reserved'))
    cluster.csrs.list(...csrs)
    cluster.csrs.enter('live')
    for (const source of [cluster.nodes, cluster.machines, cluster.clusterApi])
      source.enter('absent')
    await cluster.turn()
    // It is no reason to stand still for ever.
    expect([cluster.feed.isLive(), ...reserved()]).toEqual([true, false, false])
    expect(cluster.askedForNetworks).toBe(1)

    cluster.serviceNetworks = configuredNetworks(['10.96.0.0/12'])
    cluster.clock.advance(2_000)
    await cluster.turn()
    expect(reserved()).toEqual([true, false])

    // A network of Services was added meanwhile.
    cluster.serviceNetworks = configuredNetworks(['10.96.0.0/12', '192.0.2.0/24'])
    cluster.clock.advance(5 * 60 * 1000)
    await cluster.turn()
    expect(reserved()).toEqual([true, true])
  })

  it('the feed is not live before the certificate of the API server was read', async () => {
    const cluster = scriptedCluster({ before: { apiServerNames: null } })
    becomeLive(cluster)
    await cluster.turn()
    expect(cluster.feed.readiness()).toMatchObject({ ready: false, why: 'apiServer: connecting' })
    cluster.present(['kubernetes'])
    await cluster.turn()
    expect(cluster.feed.isLive()).toBe(true)
  })

  it('the feed reserves the names that the API server presents, from one certificate to the next', async () => {
    const csr = makeCsr({ dnsNames: ['worker-1', 'api.prod.example.com'] })
    const cluster = await liveCluster({ csrs: [csr], nodes: [makeNode()] })
    const isReserved = () => cluster.feed.request(csr.uid, KIM)?.failing.includes('sans.reserved')
    expect(isReserved()).toBe(false)
    cluster.present(['kubernetes', 'api.prod.example.com'])
    await cluster.turn()
    expect(isReserved()).toBe(true)
  })

  describe('a node that gives itself the address of a Service', () => {
    const csr = makeCsr({ ipAddresses: ['10.96.0.10'] })
    const nodes = [makeNode({ ips: ['198.51.100.11', '10.96.0.10'] })]
    const byName = [{ name: 'worker-1', addresses: [], role: null }]
    const noAnswer = new Error('503')
    const untold = configuredNetworks([])
    it.each<[string, Partial<ScriptedOptions>, string, string]>([
      ['the networks are told', {}, 'suspicious', 'fail serviceNetwork'],
      [
        'they may not be read',
        { before: { serviceNetworks: untold } },
        'plausible',
        'unknown networksUntold',
      ],
      [
        'the API server does not answer',
        { before: { serviceNetworks: noAnswer } },
        'plausible',
        'unknown networksUntold',
      ],
      [
        'it does not, and the settings tell them',
        { before: { serviceNetworks: noAnswer }, configuredNetworks: ['10.96.0.0/12'] },
        'suspicious',
        'fail serviceNetwork',
      ],
    ])(
      'a node with the address of a Service is judged by the known networks: %s',
      async (_, options, verdict, expected) => {
        const { feed, turn } = await liveCluster({ csrs: [csr], nodes, ...options })
        feed.setExpected(byName)
        await turn()
        const checks = feed.request(csr.uid, KIM)?.checks ?? []
        const reserved = checks.find(({ code }) => code === 'sans.reserved')
        expect(feed.judged(csr.uid)?.verdict).toBe(verdict)
        expect(`${reserved?.outcome} ${reserved?.finding}`).toBe(expected)
      },
    )
  })

  it('the feed believes Machines of the policy’s namespaces, from the start and when the policy changes', async () => {
    const csr = makeCsr({ kind: 'client' })
    const cluster = await liveCluster({
      csrs: [csr],
      machines: [makeMachineObject({ namespace: 'tenant' })],
      policy: { machineNamespaces: ['tenant'] },
    })
    const verdict = () => cluster.feed.judged(csr.uid)?.verdict
    expect(verdict()).toBe('verified')
    for (const [machineNamespaces, expected] of [
      [[], 'plausible'],
      [['openshift-machine-api', 'tenant'], 'verified'],
    ] as const) {
      cluster.setPolicy({ machineNamespaces })
      await cluster.turn()
      expect(verdict()).toBe(expected)
      expect(cluster.feed.moment().rows.machines.get('worker-1')?.verdict).toBe(expected)
    }
  })

  it('the feed passes a person’s retry on to every reflector', async () => {
    const cluster = await liveCluster()
    cluster.feed.retryNow()
    expect([cluster.csrs.retries, cluster.nodes.retries, cluster.operators.retries]).toEqual([
      1, 1, 1,
    ])
  })
})

it('the feed has every kubelet asked again once in two seconds for all people', () => {
  const wanted: boolean[] = []
  const survey = { watch: (again: boolean) => wanted.push(again), stop: async () => {} }
  const { feed, clock } = scriptedCluster({ survey })
  for (const again of [false, true, true]) feed.showKubelets(again)
  clock.advance(OF_PEOPLE.retries.inAll)
  feed.showKubelets(true)
  expect(wanted).toEqual([false, true, false, true])
})

describe('the person who acts', () => {
  it('the acting person may not approve their own request', async () => {
    const cluster = await liveCluster({ csrs: [makeCsr()], nodes: [makeNode()] })
    const failing = async () => {
      const { feed, principal } = cluster
      const snapshot = new Response(streamSnapshot(feed.moment(), principal, 0))
      const { machines } = (await snapshot.json()) as Snapshot
      const detail = feed.machine('worker-1', principal.viewer)?.machine
      expect(machines).toEqual([detail])
      return detail?.requests[0]?.failing
    }
    expect(await failing()).not.toContain('requestor.self')
    cluster.reviewed = { ...ADMIN, username: 'system:node:worker-1' }
    cluster.principal.reviewAccess()
    await cluster.turn()
    expect(await failing()).toContain('requestor.self')
  })

  it('another acting person is judged and shown so at once, and has no right before it is asked for', async () => {
    const own = makeCsr({ requestor: { ...makeCsr().requestor, username: 'lee.park' } })
    const cluster = await liveCluster({ csrs: [own], nodes: [makeNode()] })
    listen(cluster)
    await cluster.turn()
    cluster.reviewed = { ...ADMIN, username: 'lee.park' }
    const { events } = listen(cluster)
    cluster.principal.become('lee.park')
    expect(events).toMatchObject([{ event: 'changed', data: { keys: null } }])
    const { viewer } = cluster.principal
    expect(cluster.feed.request(own.uid, viewer)?.failing).toContain('requestor.self')
    expect(cluster.principal).toMatchObject({
      displayName: 'lee.park',
      access: { approval: false, reviewedAt: null },
    })
    await cluster.turn()
    expect(cluster.principal.access.approval).toBe(true)
    expect(cluster.feed.isLive()).toBe(true)
  })

  it('the acting person gets no rights that were asked for about another one', async () => {
    const cluster = await liveCluster()
    const { clusters } = listen(cluster)
    await cluster.turn()
    const late = Promise.withResolvers<Reviewed>()
    cluster.reviewed = late.promise
    cluster.principal.reviewAccess()
    cluster.principal.become('lee.park')
    cluster.reviewed = { username: 'lee.park', review: { approval: false, signers: {} } }
    late.resolve(ADMIN)
    await cluster.turn()
    const { displayName, access } = cluster.principal
    expect([displayName, access.approval]).toEqual(['lee.park', false])
    expect(clusters.filter((one) => one.user === 'lee.park' && one.access.approval)).toEqual([])
  })

  it('the feed asks who acts again within a minute while a page is open (hostile input 24)', async () => {
    const cluster = await liveCluster()
    const { clusters } = listen(cluster)
    await cluster.turn()
    cluster.reviewed = { ...ADMIN, review: { approval: false, signers: {} } }
    cluster.clock.advance(60_000)
    await cluster.turn()
    expect(clusters.at(-1)).toMatchObject({ access: { approval: false } })
  })

  it('the feed does not ask who acts while no page is open, and asks at once when one opens', async () => {
    const cluster = await liveCluster()
    const before = cluster.reviews
    cluster.clock.advance(3_600_000)
    await cluster.turn()
    expect(cluster.reviews).toBe(before)
    listen(cluster)
    await cluster.turn()
    expect(cluster.reviews).toBe(before + 1)
  })

  it('the acting person may do nothing before the API server has answered; a failed question changes nothing', async () => {
    const silent = scriptedCluster()
    expect(silent.principal.access).toEqual({
      approval: false,
      signers: {},
      reviewedAt: null,
    })
    const cluster = await liveCluster()
    const { events } = listen(cluster)
    cluster.reviewed = new Error('no answer')
    cluster.principal.reviewAccess()
    await cluster.turn()
    expect(events).toEqual([])
    expect(cluster.principal.access.approval).toBe(true)
  })
})

it('the feed tells rows that change while it is live, and none of the first list', async () => {
  const cluster = await liveCluster({ csrs: [makeCsr({ nodeName: 'worker-1' })] })
  expect(cluster.liveRows).toEqual([])
  cluster.csrs.put(makeCsr({ nodeName: 'worker-2' }))
  await cluster.turn()
  expect(cluster.liveRows).toEqual(['worker-2'])
  cluster.csrs.enter('reconnecting')
  await cluster.turn()
  cluster.csrs.put(makeCsr({ nodeName: 'worker-3' }))
  await cluster.turn()
  expect(cluster.liveRows).toEqual(['worker-2'])
  expect(cluster.states.slice(-2)).toEqual(['live', 'reconnecting'])
})

it('the feed tells the decision of a request that is deleted before a row has shown it', async () => {
  const csr = makeCsr({ name: 'csr-a', nodeName: 'worker-1' })
  const cluster = await liveCluster({
    csrs: [csr, makeCsr({ name: 'csr-b', nodeName: 'worker-2' })],
  })
  cluster.csrs.put(approved(csr))
  cluster.csrs.remove(csr.uid)
  await cluster.turn()
  const decided = cluster.news.flatMap((one) => (one.what === 'decision' ? [one.row] : []))
  expect(decided).toMatchObject([{ name: 'csr-a', status: 'Approved' }])
})
