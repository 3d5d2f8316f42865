import { describe, expect, it } from 'vitest'
import { ask, judgeIn, resultOf } from '#lib/csr/fixtures/ask.ts'
import { itAnswers } from '#lib/csr/fixtures/it-answers.ts'
import {
  makeMachineObject,
  makeNode,
  makeWorld,
  NOW,
  presents,
} from '#lib/csr/fixtures/make-cluster.ts'
import { type CsrOptions, makeCsr } from '#lib/csr/fixtures/make-csr.ts'
import { emailAddress, otherName } from '#lib/csr/fixtures/request-der.ts'
import { itTells } from '#lib/csr/fixtures/tells.ts'
import { type Evidence, kubeletPlace, type LiveCertificate } from '#lib/csr/kubelets/evidence.ts'
import type { LiveTrouble } from '#lib/csr/live-troubles.ts'
import type { Node } from '#lib/csr/model.ts'
import type { World } from '#lib/csr/world/world.ts'

const code = 'identity.liveCertificate'
const renewal = (options: CsrOptions = {}) => makeCsr({ keyName: 'the new one', ...options })

describe('identity.liveCertificate', () => {
  const two = { dnsNames: ['worker-1', 'w1.edge'] }
  const ips = { ipAddresses: ['198.51.100.11', '2001:db8::11'] }
  const when = (live: LiveCertificate) => ({ nodes: [makeNode()], live: { 'worker-1': live } })
  const trouble = (outcome: LiveTrouble) => ({
    around: when({ outcome }),
    values: outcome === 'noCa' ? {} : { ca: 'kubeconfig' },
  })
  const same = { dnsNames: ['worker-1'], ipAddresses: ['198.51.100.11'] }
  itTells(code, {
    same: {
      around: when(presents()),
      expected: ['DNS:worker-1', 'IP:198.51.100.11'],
      observed: ['pass DNS worker-1', 'pass IP 198.51.100.11'],
      values: { ca: 'kubeconfig' },
    },
    notAsked: { around: { nodes: [makeNode()] } },
    noAddress: trouble('noAddress'),
    otherPort: { ...trouble('otherPort'), values: { port: '10250' } },
    barredAddress: trouble('barredAddress'),
    unreachable: trouble('unreachable'),
    notTls: trouble('notTls'),
    noCertificate: trouble('noCertificate'),
    selfSigned: trouble('selfSigned'),
    unknownCa: trouble('unknownCa'),
    expired: trouble('expired'),
    notYetValid: trouble('notYetValid'),
    unreadable: trouble('unreadable'),
    noCa: trouble('noCa'),
    asksForMore: {
      of: { ...same, uris: ['spiffe://x/y'], emailAddresses: ['a@b.c'] },
      around: when(presents()),
      expected: ['DNS:worker-1', 'IP:198.51.100.11'],
      observed: [
        'pass DNS worker-1',
        'pass IP 198.51.100.11',
        'unknown e-mail a@b.c',
        'unknown URI spiffe://x/y',
      ],
      values: { sans: 'a@b.c, spiffe://x/y' },
    },
    asksForLess: {
      of: same,
      around: when(presents({ ...same, uris: ['x:y'], otherSans: [otherName('1.2.3.4', 'x')] })),
      expected: ['DNS:worker-1', 'IP:198.51.100.11', 'URI:x:y', 'SAN:[0] 1.2.3.4'],
      observed: ['pass DNS worker-1', 'pass IP 198.51.100.11'],
      values: { sans: 'URI:x:y, SAN:[0] 1.2.3.4' },
    },
    otherName: {
      around: when(presents({ commonNames: ['jane', 'joe'] })),
      observed: ['unknown CN jane', 'unknown CN joe'],
      values: { name: 'jane, joe' },
    },
    otherNode: {
      around: when(presents({ nodeName: 'worker-2' })),
      observed: ['fail CN system:node:worker-2 ← worker-2'],
      values: { node: 'worker-2' },
    },
    noName: { of: { commonNames: [] }, around: when(presents()) },
  })

  it('identity.liveCertificate lists at most 200 presented SANs', () => {
    const dnsNames = Array.from({ length: 201 }, (_, i) => `name-${i}`)
    const around = when(presents({ dnsNames, ipAddresses: [] }))
    const result = ask(code, renewal({ dnsNames, ipAddresses: [] }), around)
    expect(result?.expected).toEqual(dnsNames.slice(0, 200).map((name) => `DNS:${name}`))
  })

  const answer = ([live, options = {}]: [LiveCertificate, CsrOptions?]) =>
    resultOf(code, renewal(options), when(live))
  itAnswers(answer, {
    'pass same': {
      'in another order': [presents(two), { dnsNames: [...two.dnsNames].reverse() }],
      'dual stack': [presents(ips), ips],
      'addresses in another spelling': [
        presents(ips),
        { ipAddresses: ['198.51.100.11', '2001:DB8:0::11'] },
      ],
      'no DNS name': [presents({ dnsNames: [] }), { dnsNames: [] }],
      'another key type': [presents({ keyType: 'RSA-2048' })],
    },
    'unknown asksForMore': {
      'asks for one more': [presents(), two],
      'asks for another': [presents(), { ipAddresses: ['198.51.100.12'] }],
      'asks for one twice': [presents(), { dnsNames: ['worker-1', 'worker-1'] }],
      'capitals are another name': [presents({ dnsNames: ['Worker-1'] })],
    },
    'unknown asksForLess': {
      'asks for one less': [presents(two)],
      'presents one twice': [presents({ dnsNames: ['worker-1', 'worker-1'] })],
      'an e-mail beside': [presents({ otherSans: [emailAddress('a@b.c')] })],
    },
    'fail otherNode': {
      "another node's, same SANs": [presents({ commonNames: ['system:node:worker-2'] })],
      'two names': [presents({ commonNames: ['system:node:worker-1', 'system:node:x'] })],
      'a name that is longer': [presents({ commonNames: ['system:node:worker-1.x'] })],
    },
    'unknown otherName': {
      'no node at all': [presents({ commonNames: ['worker-1'] })],
      'no name at all': [presents({ commonNames: [] })],
      'twice the same name': [
        presents({ commonNames: ['system:node:worker-1', 'system:node:worker-1'] }),
      ],
    },
  })
})

describe('trust in what a kubelet presents', () => {
  const node = makeNode()
  const request = renewal()
  const evidence: Evidence = {
    where: kubeletPlace(node),
    askedAt: NOW,
    ca: 'kubeconfig',
    live: presents(),
  }

  function verdictAfter([change, now = NOW]: [(world: World) => void, number?]): string {
    const world = makeWorld({ nodes: [node], csrs: [request] })
    world.setEvidence('worker-1', evidence)
    expect(judgeIn(world, request).verdict).toBe('verified')
    change(world)
    return judgeIn(world, request, { now }).verdict
  }

  const moved = (options: Parameters<typeof makeNode>[0]) => (world: World) => {
    world.upsertNode(makeNode({ uid: node.uid, ...options }))
  }
  const late = 2 * 60 * 1000
  itAnswers(verdictAfter, {
    verified: {
      'nothing happens': [() => {}],
      'a heartbeat': [moved({ resourceVersion: '2', ready: 'Unknown' })],
      'a moment before it ends': [() => {}, NOW + late - 1],
    },
    plausible: {
      'it ends': [() => {}, NOW + late],
      'another address first': [moved({ ips: ['198.51.100.12', '198.51.100.11'] })],
      'one address more': [moved({ ips: ['198.51.100.11', '198.51.100.12'] })],
      'another port': [moved({ kubeletPort: 10_260 })],
      'made anew at once': [(w) => w.upsertNode(makeNode({ uid: 'second' }))],
      'deleted and made anew': [
        (w) => {
          w.removeNode(node.uid)
          w.upsertNode(makeNode({ uid: 'second' }))
        },
      ],
      'addresses changed and changed back': [
        (w) => {
          moved({ ips: ['198.51.100.12'] })(w)
          w.upsertNode(node)
        },
      ],
    },
    suspicious: {
      'its address becomes a Service’s': [
        (w) =>
          w.setReserved({
            apiServerHosts: [],
            serviceNetworks: ['198.51.100.8/29'],
            areNetworksKnown: true,
          }),
      ],
      deleted: [(w) => w.removeNode(node.uid)],
      'another kubelet answers later': [
        (w) => w.setEvidence('worker-1', { ...evidence, live: presents({ nodeName: 'worker-2' }) }),
      ],
      'a Machine contradicts': [
        (w) => {
          w.setReadable({ nodes: true, machines: true })
          w.upsertMachineObject(makeMachineObject({ nodeRef: 'worker-1', ips: ['198.51.100.99'] }))
        },
      ],
    },
  })

  it.each<readonly [string, Node | null]>([
    ['of a Node that has gone', null],
    ['of a Node made anew', makeNode({ uid: 'second' })],
    ['of a Node at other addresses', makeNode({ ips: ['198.51.100.12'] })],
  ])('an answer that comes too late, %s, is not taken', (_, current) => {
    const world = makeWorld({ nodes: current === null ? [] : [current] })
    world.setEvidence('worker-1', evidence)
    expect(world.evidence('worker-1', NOW)).toBeNull()
  })
})
