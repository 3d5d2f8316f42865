// @vitest-environment happy-dom
import { act, cleanup, render, screen } from '@testing-library/react'
import { Profiler, type ReactNode } from 'react'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { cause } from '#lib/csr/cause.ts'
import type { MachineDetail } from '#lib/csr/rows/rows.ts'
import { useExpected, usePolicy } from '#lib/query/document-queries.ts'
import { InTab, openTab, servedWorld } from '#lib/query/fixtures/open-tab.tsx'
import { createServer, KEY, problem, type TestServer, TOKEN } from '#lib/query/fixtures/server.ts'
import type { Tab, World } from '#lib/query/fixtures/world.ts'
import {
  useAtNow,
  useCluster,
  useCount,
  useEmptiness,
  useFeed,
  useMachineDetail,
  useNow,
  usePageState,
  useSummary,
} from '#lib/query/live.ts'
import {
  type Emptiness,
  emptiness,
  isCounting,
  type LostSource,
  lostSource,
  type ShownFeed,
} from '#lib/query/shown-feed.ts'
import { makeMachine, makeSnapshot, NOW } from '#lib/wire/fixtures/cluster.ts'
import type { Topic } from '#lib/wire/topics.ts'

let world: World
let server: TestServer
let tab: Tab

beforeEach(() => {
  ;({ world, server } = servedWorld())
  server.snapshot = makeSnapshot({
    machines: [makeMachine({ name: 'a' }), makeMachine({ name: 'b' })],
  })
})
afterEach(cleanup)

async function show(children: ReactNode, hash = `#key=${KEY}`): Promise<void> {
  const opened = openTab(world, hash)
  const { client } = opened
  tab = opened.tab
  await act(async () => {
    client.start()
    render(<InTab client={client}>{children}</InTab>)
    await world.advance(100)
  })
}

const advance = (ms: number) => act(() => world.advance(ms))
const shown = (id: string) => screen.getByTestId(id).textContent

/** Number of renderings of the components inside, by id. */
const renders = new Map<string, number>()

function Counted({ id, children }: { readonly id: string; readonly children: ReactNode }) {
  return (
    <Profiler id={id} onRender={() => void renders.set(id, (renders.get(id) ?? 0) + 1)}>
      {children}
    </Profiler>
  )
}

function Shown({ id, value }: { readonly id: string; readonly value: string }) {
  return <p data-testid={id}>{value}</p>
}

function Revision() {
  return <Shown id="revision" value={String(useSummary().summary?.revision ?? 'none')} />
}

function Live() {
  const { problem: why } = useSummary()
  return <Shown id="live" value={`${usePageState()} ${why?.code ?? ''}`.trim()} />
}

function FeedState() {
  const { state, via } = useFeed()
  return <Shown id="feed" value={`${state} ${via}`} />
}

function May() {
  return <Shown id="may" value={String(useCluster()?.access.approval)} />
}

function Now({ every }: { readonly every: number }) {
  return <Shown id={`now${every}`} value={String((useNow(every) - NOW) / 1_000)} />
}

function DrawnSlowly() {
  const now = useNow()
  world.stall(1_500)
  return <Shown id="slow" value={String(now - NOW)} />
}

function HalfMinute() {
  return <Shown id="half" value={String(useAtNow((now) => Math.floor((now - NOW) / 30_000)))} />
}

function Empty({ count, ofNodes }: { readonly count: number | null; readonly ofNodes: boolean }) {
  return <Shown id="empty" value={useEmptiness(count, ofNodes ? 'nodes' : undefined)} />
}

function Detail() {
  const { status, detail: now, problem: why } = useMachineDetail('a')
  const value = `${status} ${now?.machine.duplicates ?? why?.code ?? ''}`
  return <Shown id="detail" value={value.trim()} />
}

function Page({ useIt }: { readonly useIt: () => { readonly answer: object | null } }) {
  return <Shown id="document" value={JSON.stringify(useIt().answer)} />
}

function Waiting() {
  return <Shown id="waiting" value={String(useCount('waiting'))} />
}

describe('usePageState says', () => {
  it('usePageState says loading, then ready', async () => {
    const answering = world.network.respond
    world.network.respond = (path, init) =>
      path === '/api/summary' ? new Promise(() => {}) : answering(path, init)
    await show(<Live />)
    expect(shown('live')).toBe('loading')
    cleanup()
    world.network.respond = answering
    await show(<Live />)
    expect(shown('live')).toBe('ready')
  })

  it('usePageState says failed and why, and ready once it works again', async () => {
    world.network.respond = (path, init) =>
      path === '/api/summary' ? problem(503) : server.respond(path, init)
    await show(<Live />)
    expect(shown('live')).toBe('failed code503')
    world.network.respond = server.respond
    await advance(20_000)
    expect(shown('live')).toBe('ready')
  })

  it('usePageState says signedOut', async () => {
    await show(<Live />, '')
    expect(shown('live')).toBe('signedOut')
  })
})

it('a component that shows only the cluster is not rendered again when a count changes', async () => {
  await show(
    <>
      <Revision />
      <Counted id="cluster">
        <May />
      </Counted>
    </>,
  )
  const before = renders.get('cluster')
  server.moveTo({})
  await advance(1_000)
  expect(shown('revision')).toBe(String(server.snapshot.revision))
  expect(renders.get('cluster')).toBe(before)
})

it('a signed-out page is emptied, and filled again after signing in', async () => {
  await show(
    <>
      <Live />
      <Revision />
    </>,
  )
  server.validTokens = new Set()
  server.endStreams()
  await advance(20_000)
  expect(shown('live')).toBe('signedOut')
  expect(shown('revision')).toBe('none')
  server.validTokens = new Set([TOKEN])
  await act(async () => {
    openTab(world).client.start()
    await world.advance(200)
  })
  expect(shown('live')).toBe('ready')
  expect(shown('revision')).toBe(String(server.snapshot.revision))
})

it('useFeed says whether our server or the API server is at fault', async () => {
  await show(<FeedState />)
  expect(shown('feed')).toBe('live server')
  server.send({ event: 'feed', data: { ...server.snapshot.feed, state: 'stale' } })
  await advance(100)
  expect(shown('feed')).toBe('stale server')
  server.trouble = 'down'
  server.endStreams()
  await advance(1_000)
  expect(shown('feed')).toBe('reconnecting connection')
})

it('useCluster follows the rights of the identity', async () => {
  await show(<May />)
  expect(shown('may')).toBe('true')
  const { cluster } = server.snapshot
  const access = { ...cluster.access, approval: false }
  server.moveTo({ cluster: { ...cluster, access } })
  await advance(1_000)
  expect(shown('may')).toBe('false')
})

describe('useNow', () => {
  it('useNow ticks on the second, or on its own interval', async () => {
    await show(
      <>
        <Now every={1_000} />
        <Now every={60_000} />
      </>,
    )
    await advance(61_500)
    expect(shown('now1000')).toBe('61')
    expect(shown('now60000')).toBe('60')
  })

  it('a value that changes less often than every second renders only when it changes', async () => {
    await show(
      <Counted id="at">
        <HalfMinute />
      </Counted>,
    )
    const before = renders.get('at') ?? 0
    await advance(29_000)
    expect(shown('half')).toBe('0')
    expect(renders.get('at')).toBe(before)
    await advance(1_000)
    expect(shown('half')).toBe('1')
    expect(renders.get('at')).toBe(before + 1)
  })

  it('useNow stands still while the tab is hidden, and is right at once when it is visible again', async () => {
    await show(<Now every={1_000} />)
    act(() => tab.hide())
    await advance(30_000)
    expect(shown('now1000')).toBe('0')
    act(() => tab.show())
    expect(shown('now1000')).toBe('30')
  })

  it('a page that takes longer than a second to draw changes its time once a second', async () => {
    await show(
      <Counted id="slow">
        <DrawnSlowly />
      </Counted>,
    )
    expect(renders.get('slow')).toBeLessThan(5)
  })

  it('useNow runs on the server’s clock', async () => {
    const ahead = createServer(() => world.now() + 3_600_000)
    ahead.snapshot = makeSnapshot({ serverTime: new Date(NOW + 3_600_000).toISOString() })
    world.network.respond = ahead.respond
    await show(<Now every={1_000} />)
    await advance(1_000)
    expect(Number(shown('now1000'))).toBeGreaterThanOrEqual(3_600)
  })
})

it('useCount follows the counts over all rows, and is 0 before they are known', async () => {
  let waiting = 3
  let isKnown = false
  world.network.respond = (path, init) => {
    if (path !== '/api/summary') return server.respond(path, init)
    return isKnown ? Response.json({ counts: { waiting } }) : problem(400)
  }
  const change = async () => {
    const data = { epoch: 'e1', revision: 8, topics: ['summary' as const], keys: [] }
    server.send({ event: 'changed', data })
    await advance(1_000)
  }
  await show(<Waiting />)
  expect(shown('waiting')).toBe('0')
  isKnown = true
  await change()
  expect(shown('waiting')).toBe('3')
  waiting = 4
  await change()
  expect(shown('waiting')).toBe('4')
})

describe('useMachineDetail', () => {
  let answers: number
  const detail = (): MachineDetail => ({
    machine: makeMachine({ name: 'a', duplicates: answers }),
    alarms: [],
    requests: [],
    node: null,
    kubelet: null,
    machineObject: null,
    unlisted: 0,
    timeline: [],
    moreAlarms: 0,
    holds: [],
  })

  beforeEach(() => {
    answers = 0
    world.network.respond = (path, init) => {
      if (path !== '/api/machines/a') return server.respond(path, init)
      answers += 1
      return Response.json(detail())
    }
  })

  const change = (...keys: string[]) => {
    const { epoch, revision } = server.snapshot
    server.send({ event: 'changed', data: { epoch, revision, topics: ['machines'], keys } })
    return advance(1_000)
  }

  it('a machine’s page is read again when its machine changes, and not for another machine', async () => {
    await show(<Detail />)
    await advance(1_000)
    const before = answers
    expect(shown('detail')).toBe(`ready ${before}`)
    await change('b')
    expect(shown('detail')).toBe(`ready ${before}`)
    await change('b', 'a')
    expect(shown('detail')).toBe(`ready ${before + 1}`)
  })

  it('a machine’s page is read again when the feed changes: an unread machine may turn out to be gone', async () => {
    await show(<Detail />)
    await advance(1_000)
    const before = answers
    server.send({ event: 'feed', data: { ...server.snapshot.feed, state: 'stale' } })
    await advance(1_000)
    expect(shown('detail')).toBe(`ready ${before + 1}`)
  })

  it('a machine’s page keeps its last answer when a newer one cannot be read', async () => {
    await show(<Detail />)
    await advance(1_000)
    const before = shown('detail')
    const answering = world.network.respond
    world.network.respond = (path, init) =>
      path === '/api/machines/a' ? problem(400) : answering(path, init)
    await change('a')
    expect(shown('detail')).toBe(before)
  })

  it('a machine’s page keeps the reason of a failed question while it is asked again', async () => {
    let answer = (): Response | Promise<Response> => problem(400)
    world.network.respond = (path, init) =>
      path === '/api/machines/a' ? answer() : server.respond(path, init)
    await show(<Detail />)
    expect(shown('detail')).toBe('failed code400')
    const late = Promise.withResolvers<Response>()
    answer = () => late.promise
    await change('a')
    expect(shown('detail')).toBe('failed code400')
    late.resolve(Response.json(detail()))
    await advance(100)
    expect(shown('detail')).toBe('ready 0')
  })

  it('a machine that the server does not know is gone', async () => {
    world.network.respond = (path, init) =>
      path === '/api/machines/a' ? problem(404) : server.respond(path, init)
    await show(<Detail />)
    expect(shown('detail')).toBe('gone code404')
  })
})

it.each<[string, Topic, () => { readonly answer: object | null }]>([
  ['the policy', 'policy', usePolicy],
  ['the list of expected machines', 'expected', useExpected],
])('%s is read again when an event names it', async (_, topic, useIt) => {
  const paths = ['/api/policy', '/api/expected']
  let answers = 0
  world.network.respond = (path, init) => {
    if (!paths.includes(path)) return server.respond(path, init)
    answers += 1
    return Response.json({ answers })
  }
  await show(<Page useIt={useIt} />)
  await advance(1_000)
  const before = answers
  const { epoch, revision } = server.snapshot
  for (const topics of [['nodes'], [topic]] as const) {
    server.send({ event: 'changed', data: { epoch, revision, topics, keys: [] } })
    await advance(1_000)
  }
  expect(shown('document')).toBe(`{"answers":${before + 1}}`)
})

it.each([
  ['server', 'connecting', true],
  ['server', 'live', false],
  ['server', 'unreachable', false],
  // The counts are the last answer of the server, which this browser does not reach.
  ['connection', 'connecting', false],
] as const)('counts of a %s that is %s are of half-read lists: %s', (via, state, is) => {
  expect(isCounting({ via, state })).toBe(is)
})

describe('the meaning of an empty list', () => {
  type State = ShownFeed['state']
  type NodesState = ShownFeed['sources']['nodes']['state']
  it.each([
    ['live', 'known'],
    ['absent', 'known'],
    ['connecting', 'reading'],
    ['reconnecting', 'reading'],
    ['stale', 'unreadable'],
    ['forbidden', 'unreadable'],
    ['unauthorized', 'unreadable'],
    ['unreachable', 'unreadable'],
    ['withheld', 'unreadable'],
  ] as const)('an empty list of a source that is %s is %s', (state, answer) => {
    expect(emptiness(state)).toBe(answer)
  })

  it.each<[string, number | null, State, NodesState, Emptiness, boolean?]>([
    ['of no list yet', null, 'live', 'live', 'reading'],
    ['of rows, whatever is read now', 2, 'stale', 'stale', 'known'],
    ['of none', 0, 'live', 'stale', 'known'],
    ['of none that could be read', 0, 'stale', 'live', 'unreadable'],
    ['of no Nodes', 0, 'live', 'absent', 'known', true],
    ['of Nodes that may not be read', 0, 'live', 'forbidden', 'unreadable', true],
    ['of Nodes while they are being read', 0, 'stale', 'connecting', 'reading', true],
  ])('an empty list has a meaning: %s', async (_, count, state, nodes, answer, ofNodes = false) => {
    const { feed } = server.snapshot
    const sources = { ...feed.sources, nodes: { ...feed.sources.nodes, state: nodes } }
    server.snapshot = makeSnapshot({ feed: { ...feed, state, sources } })
    await show(<Empty count={count} ofNodes={ofNodes} />)
    expect(shown('empty')).toBe(answer)
  })

  it('an empty list means nothing before the first answer', async () => {
    world.network.respond = () => problem(503)
    await show(<Empty count={0} ofNodes={false} />)
    expect(shown('empty')).toBe('reading')
  })
})

describe('the source that keeps the feed from being live', () => {
  const { feed } = makeSnapshot()
  const causes = [cause('apiServerSaid', { said: 'no' })]
  const shownAs = (state: ShownFeed['state'], sources: object): ShownFeed => ({
    ...feed,
    via: 'server',
    state,
    causes: state === 'live' ? [] : causes,
    sources: { ...feed.sources, ...sources },
  })
  const lost = (name: 'nodes' | 'machines' | 'csrs', state: 'stale' | 'reconnecting') =>
    shownAs(state, { [name]: { ...feed.sources[name], state } })
  it.each<[string, ShownFeed, LostSource | null]>([
    ['nothing', shownAs('live', {}), null],
    ['the Nodes', lost('nodes', 'stale'), 'nodes'],
    ['the Machines', lost('machines', 'stale'), 'machines'],
    ['the requests themselves', lost('csrs', 'reconnecting'), null],
    ['none of the cluster’s objects', shownAs('withheld', {}), null],
    ['our own server', { ...lost('nodes', 'stale'), via: 'connection' }, null],
    ['a first try that is still under way', { ...lost('nodes', 'stale'), causes: [] }, null],
  ])('a lost source keeps the feed from being live: %s', (_, shown, name) => {
    expect(lostSource(shown)).toBe(name)
  })
})
