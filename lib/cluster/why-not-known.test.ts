import { describe, expect, it } from 'vitest'
import { type ScriptedSources, scriptedSources } from '#lib/cluster/fixtures/scripted-sources.ts'
import {
  reasonWords,
  type WhoseRules,
  type WorldSource,
  whyNotJudged,
  whyNotKnown,
} from '#lib/cluster/why-not-known.ts'
import { makeNode } from '#lib/csr/fixtures/make-cluster.ts'
import type { SourceState } from '#lib/csr/model.ts'
import { NODES } from '#lib/kube/objects/resources.ts'

const STATES: readonly SourceState[] = [
  ...(['connecting', 'live', 'reconnecting', 'stale', 'forbidden', 'unauthorized'] as const),
  ...(['unreachable', 'tooMany', 'absent'] as const),
]

const READ = ['live', 'reconnecting', 'absent'] as const
const NEVER_READ = ['forbidden', 'absent'] as const

/** States of one source, all others being live, in which the dashboard and the approver decide. */
const TABLE: readonly (readonly [
  WorldSource,
  'was live' | 'never was live',
  readonly SourceState[],
  readonly SourceState[],
])[] = [
  ['clientCsrs', 'was live', ['live', 'tooMany'], ['live']],
  ['servingCsrs', 'was live', ['live', 'tooMany'], ['live']],
  ['otherCsrs', 'was live', STATES, STATES],
  ['nodes', 'was live', READ, ['live']],
  ['nodes', 'never was live', NEVER_READ, []],
  ['openshiftMachines', 'was live', READ, ['live', 'absent']],
  ['openshiftMachines', 'never was live', NEVER_READ, ['absent']],
  ['clusterApiMachines', 'was live', READ, ['live', 'absent']],
  ['clusterApiMachines', 'never was live', NEVER_READ, ['absent']],
]

const CASES = TABLE.flatMap(([source, before, person, approver]) =>
  STATES.filter((state) => state !== 'live' || before === 'was live').map(
    (state) =>
      [
        source,
        before,
        state,
        person.includes(state) ? 'decides' : 'decides nothing',
        approver.includes(state) ? 'decides' : 'decides nothing',
      ] as const,
  ),
)

function answer(sources: ScriptedSources): string | null {
  const why = whyNotKnown(sources.sources)
  return why === null ? null : reasonWords(why)
}

/** Everything is live. */
function live(decider: WhoseRules): ScriptedSources {
  const sources = scriptedSources(decider)
  sources.becomeLive()
  return sources
}

describe('by the state of one source', () => {
  it.each(CASES)(
    '%s, which %s, is %s: a person %s, the approver %s',
    (source, before, state, ...decided) => {
      const deciders = ['person', 'approver'] as const
      const answers = deciders.map((decider) => {
        const cluster = scriptedSources(decider)
        cluster.becomeLive(before === 'was live' ? null : source)
        // The first list of the other signers' requests is awaited no longer.
        cluster.clock.stall(2_000)
        cluster.enter(source, state)
        return answer(cluster)
      })
      const lost = `${source}: ${state}`
      expect(answers).toEqual(decided.map((it) => (it === 'decides' ? null : lost)))
    },
  )
})

describe.each<WhoseRules>(['person', 'approver'])('for the %s', (decider) => {
  it('all is known when every source is live, and before that the first that is not is named', () => {
    const cluster = scriptedSources(decider)
    expect(answer(cluster)).toBe('clientCsrs: connecting')
    cluster.becomeLive()
    expect(answer(cluster)).toBeNull()
  })

  it('nothing is known once a reflector has lost its connection, before the world is told', () => {
    const cluster = live(decider)
    cluster.silently('servingCsrs', 'stale')
    expect(answer(cluster)).toBe('servingCsrs: stale')
  })

  it('nothing is known while both kubelet signers have too many requests', () => {
    const cluster = live(decider)
    for (const source of ['clientCsrs', 'servingCsrs'] as const) cluster.enter(source, 'tooMany')
    expect(answer(cluster)).toBe('clientCsrs: tooMany')
  })

  it('the reason has the causes of a lost source', () => {
    const cluster = live(decider)
    cluster.enter('nodes', 'forbidden', 'no')
    expect(answer(cluster)).toBe('nodes: forbidden: The API server said: “no”')
  })

  it('nothing is known while a list is half taken in', () => {
    const cluster = live(decider)
    cluster.script(NODES).list(makeNode(), makeNode({ name: 'worker-2' }))
    cluster.step()
    expect(answer(cluster)).toBe('a list is being read')
    cluster.takeIn()
    expect(answer(cluster)).toBeNull()
  })

  it('nothing is known while a change that arrived ten seconds ago is not taken in', () => {
    const cluster = live(decider)
    cluster.script(NODES).put(makeNode())
    cluster.clock.stall(10_000)
    expect(answer(cluster)).toBeNull()
    cluster.clock.stall(1)
    expect(answer(cluster)).toBe('what has arrived is being taken in')
    cluster.takeIn()
    expect(answer(cluster)).toBeNull()
  })

  it('the first list of the other signers’ requests is awaited for two seconds', () => {
    const cluster = scriptedSources(decider)
    cluster.becomeLive('otherCsrs')
    cluster.clock.stall(1_999)
    expect(answer(cluster)).toBe('otherCsrs: connecting')
    cluster.clock.stall(1)
    expect(answer(cluster)).toBeNull()
  })

  it('the other signers’ requests are not awaited after their list was refused', () => {
    const cluster = scriptedSources(decider)
    cluster.becomeLive('otherCsrs')
    cluster.enter('otherCsrs', 'connecting', 'too busy')
    expect(answer(cluster)).toBeNull()
  })

  it('nothing is known while the API server does not reach etcd, which /livez has to say twice', async () => {
    const cluster = live(decider)
    const said: (string | null)[] = []
    for (const livez of ['ready', 'starting', 'starting', 'starting', 'ready'] as const) {
      await cluster.askStore(livez)
      said.push(answer(cluster))
    }
    const silent = expect.stringMatching(/^store: silent: The API server https:\/\/api:6443 says/)
    expect(said).toEqual([null, null, silent, silent, null])
  })

  it('an API server that hides /livez is not doubted', async () => {
    const cluster = live(decider)
    for (let asked = 0; asked < 3; asked += 1) await cluster.askStore('unknown')
    expect(answer(cluster)).toBeNull()
  })
})

describe('a write whose answer was lost', () => {
  const canJudge = ({ sources }: ScriptedSources) => whyNotJudged(sources) === null

  it.each<[WorldSource, SourceState, boolean]>([
    ['servingCsrs', 'reconnecting', true],
    ['clientCsrs', 'stale', true],
    ['nodes', 'reconnecting', true],
    ['nodes', 'stale', false],
    ['openshiftMachines', 'forbidden', false],
    ['clusterApiMachines', 'absent', true],
  ])('while %s are %s, a request can be judged: %s', (source, state, expected) => {
    const cluster = live('person')
    cluster.enter(source, state)
    expect(canJudge(cluster)).toBe(expected)
  })

  it('no request can be judged once the reflector of Nodes has lost its connection', () => {
    const cluster = live('person')
    cluster.silently('nodes', 'stale')
    expect(canJudge(cluster)).toBe(false)
  })

  it('no request can be judged while the API server does not reach etcd', async () => {
    const cluster = live('person')
    await cluster.askStore('starting')
    expect(canJudge(cluster)).toBe(true)
    await cluster.askStore('starting')
    expect(canJudge(cluster)).toBe(false)
  })
})
