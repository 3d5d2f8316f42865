import { describe, expect, it } from 'vitest'
import {
  becomeLive,
  liveCluster,
  type ScriptedCluster,
  scriptedCluster,
} from '#lib/cluster/fixtures/scripted-cluster.ts'
import { scriptedSources } from '#lib/cluster/fixtures/scripted-sources.ts'
import { type WhoseRules, type WorldSource, whyNotKnown } from '#lib/cluster/why-not-known.ts'
import { makeCertificate } from '#lib/csr/fixtures/make-certificate.ts'
import { approved } from '#lib/csr/fixtures/make-cluster.ts'
import { makeCsr } from '#lib/csr/fixtures/make-csr.ts'
import type { Csr, SourceState } from '#lib/csr/model.ts'
import { KUBE_APISERVER_CLIENT_KUBELET, KUBELET_SERVING } from '#lib/csr/names.ts'
import type { FollowedRequests } from '#lib/csr/world/world.ts'
import { SERVING_CSRS } from '#lib/kube/objects/csr-parts.ts'

const OTHER = 'runaway.example.com/client'
const client = makeCsr({ kind: 'client', nodeName: 'worker-2' })
const serving = makeCsr({ name: 'serving' })
const other = (name: string) => makeCsr({ name, signerName: OTHER, nodeName: 'worker-3' })

const sources = ({ feed }: ScriptedCluster) => feed.moment().feed.sources
const stateOf = ({ feed }: ScriptedCluster) => feed.moment().feed.state
function keyReuse({ feed }: ScriptedCluster, { uid }: Csr) {
  const checks = feed.request(uid, { name: '' })?.checks
  const check = checks?.find(({ code }) => code === 'key.reuse')
  return [check?.outcome, check?.finding]
}
const requestNames = ({ feed }: ScriptedCluster) =>
  [client, serving].filter(({ uid }) => feed.csr(uid) !== null).map(({ signerName }) => signerName)

describe('requests of other signers', () => {
  it.each<SourceState>(['tooMany', 'forbidden'])(
    '%s: the feed is live by the kubelets’, and says so of the others',
    async (state) => {
      const cluster = await liveCluster({ csrs: [client, serving] })
      cluster.otherCsrs.enter(state)
      await cluster.turn()
      expect([stateOf(cluster), cluster.feed.isLive(), cluster.feed.canJudge()]).toEqual([
        'live',
        true,
        true,
      ])
      expect([sources(cluster).csrs.state, sources(cluster).otherCsrs.state]).toEqual([
        'live',
        state,
      ])
    },
  )

  it('the first list of other signers’ requests is waited for at the start, for two seconds', async () => {
    const cluster = scriptedCluster()
    becomeLive(cluster, { csrs: [client] })
    cluster.otherCsrs.enter('connecting')
    await cluster.turn()
    // Each turn of the test takes half a second.
    expect(stateOf(cluster)).toBe('connecting')
    cluster.clock.advance(1_600)
    await cluster.turn()
    expect(stateOf(cluster)).toBe('live')
  })

  it('requests of other signers that are left out are counted: all of the API server’s without those that are here', async () => {
    const cluster = await liveCluster({ csrs: [client, serving, other('here')] })
    expect(sources(cluster).otherCsrs.leftOut).toBeNull()
    cluster.otherCsrs.leaveOut({ most: 20_000, signers: [OTHER], total: 520_858 })
    await cluster.turn()
    expect(sources(cluster).otherCsrs.leftOut).toEqual({
      most: 20_000,
      signers: [OTHER],
      count: 520_855,
    })
    cluster.otherCsrs.leaveOut({ most: 20_000, signers: [OTHER], total: null })
    await cluster.turn()
    expect(sources(cluster).otherCsrs.leftOut).toMatchObject({ count: null })
  })

  it('a flood of other signers’ requests on the watch delays no request of a kubelet', async () => {
    const cluster = await liveCluster()
    for (let n = 0; n < 2_000; n += 1) cluster.otherCsrs.put(other(`flood-${n}`))
    cluster.csrs.put(client)
    let seenAfter = 0
    while (cluster.feed.csr(client.uid) === null) {
      seenAfter = cluster.feed.moment().rows.others.size
      cluster.clock.advance(12)
    }
    expect(seenAfter).toBeLessThan(1_000)
    expect(cluster.feed.isLive()).toBe(true)
  })
})

describe.each([
  ['client', KUBE_APISERVER_CLIENT_KUBELET],
  ['serving', KUBELET_SERVING],
] as const)('too many %s requests', (_, signerName) => {
  const [kind, rest] = signerName === KUBELET_SERVING ? [serving, client] : [client, serving]

  /** Floods the signer as the reflector tells of it: the state, then a list of none. */
  async function flooded(): Promise<ScriptedCluster> {
    const cluster = await liveCluster({ csrs: [client, serving, other('here')] })
    await floodOf(cluster)
    return cluster
  }

  async function floodOf(cluster: ScriptedCluster): Promise<void> {
    const source = kind === serving ? cluster.servingCsrs : cluster.clientCsrs
    source.leaveOut({ most: 200_000, signers: [], total: 300_000 })
    source.enter('tooMany', 'too many')
    source.list()
    await cluster.turn()
  }

  async function fewAgain(cluster: ScriptedCluster, csr: Csr): Promise<void> {
    const source = kind === serving ? cluster.servingCsrs : cluster.clientCsrs
    source.list(csr)
    source.leaveOut(null)
    source.enter('live')
    await cluster.turn()
  }

  it('no request of the flooded signer is here, and the other signer’s can be decided', async () => {
    const cluster = await flooded()
    expect(requestNames(cluster)).toEqual([rest.signerName])
    expect([cluster.feed.isLive(), cluster.feed.readiness()]).toEqual([true, { ready: true }])
    expect(sources(cluster).csrs).toMatchObject({
      state: 'tooMany',
      leftOut: { most: 200_000, signers: [signerName], count: null },
    })
  })

  it('requests of the flooded signer are not taken for deleted: the day of requests has no end of them', async () => {
    const cluster = await flooded()
    const ends = cluster.feed.day.requests().map(({ uid, fate }) => [uid, fate])
    expect(ends).toEqual([[rest.uid, 'pending']])
  })

  it('nothing is live when the other signer is lost', async () => {
    const cluster = await flooded()
    const source = kind === serving ? cluster.clientCsrs : cluster.servingCsrs
    source.enter('reconnecting')
    await cluster.turn()
    expect([stateOf(cluster), cluster.feed.isLive()]).toEqual(['reconnecting', false])
    source.silently('live')
    expect(cluster.feed.isLive()).toBe(false)
  })

  it('the feed is withheld, with the reason, when the other signer has too many requests, too', async () => {
    const cluster = await flooded()
    const source = kind === serving ? cluster.clientCsrs : cluster.servingCsrs
    source.enter('tooMany', 'too many')
    source.list()
    await cluster.turn()
    const { state, causes } = cluster.feed.moment().feed
    expect([state, causes, cluster.feed.isLive()]).toMatchObject([
      'withheld',
      [{ code: 'apiServerSaid' }],
      false,
    ])
  })

  it('a key is told neither shared nor of one node alone while requests are left out', async () => {
    const cluster = await flooded()
    expect(keyReuse(cluster, rest)).toEqual(['unknown', 'kubeletsUnread'])
  })

  it('requests of the flooded signer are here as new once they are few again', async () => {
    const cluster = await flooded()
    await fewAgain(cluster, kind)
    expect(requestNames(cluster)).toHaveLength(2)
    expect(sources(cluster).csrs).toMatchObject({ state: 'live', leftOut: null })
    expect(keyReuse(cluster, rest)).toEqual(['pass', 'unique'])
  })

  it('an alarm that a person dismissed is not raised again once the requests are few again', async () => {
    const cert = makeCertificate({ dnsNames: ['worker-1', 'api'] })
    const wronged = { ...approved(kind), certificate: cert }
    const cluster = await liveCluster({ csrs: [wronged, rest] })
    const alarms = () => [...cluster.feed.moment().rows.alarms.values()]
    const [alarm] = alarms()
    expect(alarm).toMatchObject({ kind: 'issuedOtherwise', uid: kind.uid })
    if (alarm !== undefined) cluster.feed.dismissAlarm(alarm)
    await floodOf(cluster)
    await fewAgain(cluster, wronged)
    expect(cluster.feed.csr(kind.uid)).not.toBeNull()
    expect(alarms()).toEqual([])
  })
})

it('nothing is known before every request of the first list has reached the world', () => {
  const cluster = scriptedSources('approver')
  cluster.becomeLive('servingCsrs')
  const { request } = serving
  const names = Array.from({ length: 50 }, (_, n) => `csr-${n}`)
  cluster.script(SERVING_CSRS).list(...names.map((name) => makeCsr({ name, request })))
  cluster.script(SERVING_CSRS).enter('live')
  const known = () => whyNotKnown(cluster.sources) === null
  const { claims } = cluster.world.requests
  while (claims.size < 50) {
    expect(known()).toBe(false)
    cluster.step()
  }
  cluster.takeIn()
  expect(known()).toBe(true)
})

it('alarms stay when requests may no longer be read, unless the program forgets them', () => {
  const cluster = scriptedSources('approver')
  cluster.becomeLive()
  const { alarms, requests } = cluster.world
  const certificate = makeCertificate({ dnsNames: ['worker-1', 'api'] })
  cluster.script(SERVING_CSRS).list({ ...approved(serving), certificate })
  cluster.takeIn()
  expect(alarms.count('issuedOtherwise')).toBe(1)
  cluster.enter('servingCsrs', 'forbidden')
  expect([requests.claims.size, alarms.count('issuedOtherwise')]).toEqual([0, 1])
})

it.each<[WorldSource, SourceState, FollowedRequests, WorldSource | null]>([
  ['clientCsrs', 'tooMany', 'some', 'clientCsrs'],
  ['servingCsrs', 'tooMany', 'some', 'servingCsrs'],
  ['otherCsrs', 'tooMany', 'kubelets', null],
  ['otherCsrs', 'unreachable', 'kubelets', null],
  ['otherCsrs', 'reconnecting', 'all', null],
])(
  'while %s are %s, the world hears that it has %s, and a flood is named: %s',
  (source, state, followed, flooded) => {
    const { world, sources, ...cluster } = scriptedSources('approver')
    const reported = () => [world.followed, sources.tooMany()]
    cluster.becomeLive()
    expect(reported()).toEqual(['all', null])
    cluster.enter(source, state)
    expect(reported()).toEqual([followed, flooded])
    cluster.enter(source, 'live')
    expect(reported()).toEqual(['all', null])
  },
)

it('one right reads the requests of all signers', async () => {
  const { feed } = await liveCluster()
  const requests = feed.viewRights().filter(({ group }) => group === 'certificates.k8s.io')
  expect(requests).toEqual([
    { verb: 'list', group: 'certificates.k8s.io', resource: 'certificatesigningrequests' },
  ])
})

it.each<WhoseRules>(['person', 'approver'])(
  'for the %s, Machines that are absent by now are not known before the world is told',
  (decider) => {
    const cluster = scriptedSources(decider)
    cluster.becomeLive()
    cluster.silently('openshiftMachines', 'absent')
    expect(whyNotKnown(cluster.sources)).toMatchObject({ what: 'openshiftMachines: connecting' })
    cluster.enter('openshiftMachines', 'absent')
    expect(whyNotKnown(cluster.sources)).toBeNull()
  },
)
