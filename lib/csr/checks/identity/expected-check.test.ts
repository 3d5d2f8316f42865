import { describe, expect, it } from 'vitest'
import type { Context } from '#lib/csr/checks/check-question.ts'
import { judgeIn, resultOf } from '#lib/csr/fixtures/ask.ts'
import { describeAnswers, itAnswers } from '#lib/csr/fixtures/it-answers.ts'
import {
  approved,
  type MachineObjectOptions,
  makeMachineObject,
  makeNode,
  makeWorld,
  presents,
  type WorldOptions,
} from '#lib/csr/fixtures/make-cluster.ts'
import { type CsrOptions, makeCsr } from '#lib/csr/fixtures/make-csr.ts'
import { itTells } from '#lib/csr/fixtures/tells.ts'
import type { LiveCertificate } from '#lib/csr/kubelets/evidence.ts'
import type { ExpectedMachine } from '#lib/csr/policy/expected-list.ts'
import { DEFAULT_POLICY, type Policy } from '#lib/csr/policy/policy.ts'

const machine = (name: string, ...addresses: string[]): ExpectedMachine => ({
  name,
  addresses,
  role: null,
})

const COMPLETE = { policy: { ...DEFAULT_POLICY, expectedComplete: true } }
const serving = (options: CsrOptions = {}) => makeCsr({ kind: 'serving', ...options })

describe('identity.expected', () => {
  const own = machine('worker-1', '198.51.100.11')
  const client: CsrOptions = { kind: 'client' }
  const keys = ['DNS:worker-1', 'IP:198.51.100.11']
  const node = 'worker-1'
  itTells('identity.expected', {
    noList: {},
    notListed: { of: client, around: { expected: [] }, values: { node } },
    unexpected: {
      of: client,
      around: { expected: [] },
      policy: { expectedComplete: true },
      observed: ['fail CN worker-1'],
      values: { node },
    },
    named: {
      of: client,
      around: { expected: [own] },
      observed: ['pass CN worker-1'],
      values: { node },
    },
    joinedBefore: {
      of: client,
      around: { expected: [own], nodes: [makeNode({ ready: 'Unknown' })] },
      observed: ['unknown CN worker-1'],
      values: { node },
    },
    approvedBefore: {
      of: client,
      around: { expected: [own], csrs: [approved(makeCsr({ ...client, keyName: 'first' }))] },
      observed: ['unknown CN worker-1'],
      values: { node },
    },
    nodesUnreadable: {
      of: client,
      around: { expected: [own], readable: { nodes: false } },
      observed: ['unknown CN worker-1'],
      values: { node },
    },
    nameOnly: {
      of: { ipAddresses: [] },
      around: { expected: [machine('worker-1')] },
      observed: ['pass DNS worker-1'],
      values: { node },
    },
    nameAlone: {
      of: { dnsNames: ['worker-1', 'vault.corp.example'] },
      around: { expected: [machine('worker-1')] },
      observed: ['pass DNS worker-1', 'unknown DNS vault.corp.example', 'unknown IP 198.51.100.11'],
      values: { node, sans: 'vault.corp.example, 198.51.100.11' },
    },
    confirmed: {
      around: { expected: [own] },
      expected: keys,
      observed: ['pass DNS worker-1', 'pass IP 198.51.100.11'],
      values: { node },
    },
    otherAddress: {
      of: { ipAddresses: ['198.51.100.11', '198.51.100.12'] },
      around: { expected: [own] },
      expected: keys,
      observed: ['pass DNS worker-1', 'pass IP 198.51.100.11', 'fail IP 198.51.100.12'],
      values: { node, sans: '198.51.100.12' },
    },
    // The first holder by name.
    givenToAnother: {
      of: { ipAddresses: ['198.51.100.11', '198.51.100.12'] },
      around: { expected: [own, machine('w-3', '198.51.100.12'), machine('w-2', '198.51.100.12')] },
      observed: ['unknown DNS worker-1', 'unknown IP 198.51.100.11', 'fail IP 198.51.100.12 ← w-2'],
      values: { node, san: '198.51.100.12', holder: 'w-2' },
    },
    noName: { of: { commonNames: [] }, around: { expected: [own] } },
  })
})

describe('identity.expected of a client request', () => {
  const client = makeCsr({ kind: 'client' })
  it.each<readonly [what: string, list: ExpectedMachine[] | null, open: string, complete: string]>([
    ['no list', null, 'unknown noList', 'unknown noList'],
    ['an empty list', [], 'unknown notListed', 'fail unexpected'],
    ['it is listed', [machine('worker-1')], 'pass named', 'pass named'],
    ['with addresses', [machine('worker-1', '198.51.100.99')], 'pass named', 'pass named'],
    ['another is', [machine('worker-2')], 'unknown notListed', 'fail unexpected'],
    ['a longer name is', [machine('worker-1.x')], 'unknown notListed', 'fail unexpected'],
    ['as an address', [machine('w', 'worker-1')], 'unknown notListed', 'fail unexpected'],
  ])('identity.expected answers a client request: %s', (_, expected, open, complete) => {
    expect(resultOf('identity.expected', client, { expected })).toBe(open)
    expect(resultOf('identity.expected', client, { expected }, COMPLETE)).toBe(complete)
  })
})

describe('identity.expected of a client request that is listed', () => {
  const answer = (around: WorldOptions) =>
    resultOf('identity.expected', makeCsr({ kind: 'client' }), {
      ...around,
      expected: [machine('worker-1')],
    })
  itAnswers(answer, {
    'pass named': {
      'no Node of its name': { nodes: [makeNode({ name: 'worker-2' })] },
      'a Machine that waits for it': { machines: [makeMachineObject()] },
    },
    'unknown joinedBefore': {
      'a Node that is Ready': { nodes: [makeNode()] },
      'a Node that is NotReady': { nodes: [makeNode({ ready: 'False' })] },
      'a Node without conditions': { nodes: [makeNode({ ready: null })] },
      'a Node that could not be read': { nodesAside: ['worker-1'] },
      'a Machine that is linked to a Node which is gone': {
        machines: [makeMachineObject({ nodeRef: 'worker-1' })],
      },
    },
  })
})

// The request has the SANs worker-1 and 198.51.100.11.
describe('identity.expected of a serving request', () => {
  const own = machine('worker-1', '198.51.100.11')
  const answer = ([options, expected]: [CsrOptions, ExpectedMachine[] | null]) =>
    resultOf('identity.expected', serving(options), { expected })
  itAnswers(answer, {
    'pass confirmed': {
      'the list has more': [{}, [machine('worker-1', '198.51.100.11', 'w1.x')]],
      'asks for less': [{ dnsNames: [] }, [own]],
      'an alias': [{ dnsNames: ['W1.x.'] }, [machine('worker-1', 'w1.x', '198.51.100.11')]],
    },
    'unknown nameAlone': { 'the list gives no addresses': [{}, [machine('worker-1')]] },
    'fail otherAddress': {
      'another address': [{ ipAddresses: ['198.51.100.12'] }, [own]],
      'one more address': [{ ipAddresses: ['198.51.100.11', '::1'] }, [own]],
      'another name': [{ dnsNames: ['w1.x'] }, [own]],
      'only a name is given': [{}, [machine('worker-1', 'w1.x')]],
    },
    'unknown notListed': { 'not listed': [{}, [machine('worker-2', '198.51.100.12')]] },
    'fail givenToAnother': {
      'its address is another’s': [{}, [machine('worker-2', '198.51.100.11')]],
      'its address is another’s name': [{}, [machine('worker-1'), machine('198.51.100.11')]],
      'of both': [{}, [own, machine('worker-2', '198.51.100.11')]],
      'another’s name': [{ dnsNames: ['worker-2'] }, [own, machine('worker-2')]],
      'as IPv4-mapped': [
        { ipAddresses: ['::ffff:198.51.100.12'] },
        [machine('worker-2', '198.51.100.12')],
      ],
      'as a DNS name': [
        { dnsNames: ['198.51.100.12'] },
        [machine('worker-1'), machine('worker-2', '198.51.100.12')],
      ],
    },
  })
})

// A Node writes its own addresses: ExternalDNS and InternalDNS may hold any name.
describe('identity.expected of a machine that is listed by its name alone', () => {
  const dns = (...dnsNames: string[]): CsrOptions => ({ dnsNames, ipAddresses: [] })
  const ip = (...ipAddresses: string[]): CsrOptions => ({ dnsNames: [], ipAddresses })
  const long = (...dnsNames: string[]) => ({
    ...dns(...dnsNames),
    nodeName: 'worker-1.site.example',
  })
  const list = (...addresses: string[]) => ({
    expected: [machine('worker-1'), ...addresses.map((name) => machine(name))],
  })
  const owned = (options: MachineObjectOptions) => ({
    ...list(),
    machines: [makeMachineObject(options)],
  })
  const policy = (more: Partial<Policy>) => ({ policy: { ...DEFAULT_POLICY, ...more } })
  const names = (...allowedNames: string[]) => policy({ allowedNames })
  const prefixes = policy({ allowedAddresses: ['198.51.100.0/24', '2001:db8::/32'] })
  const withMore = makeNode({ name: 'worker-12', ips: [], cut: ['status.addresses'] })

  const named = { internalDns: ['worker-1', 'w1.corp.example'] }
  const answer = ([options, around = list(), context = {}]: [
    CsrOptions,
    WorldOptions?,
    Partial<Context>?,
  ]) => resultOf('identity.expected', serving(options), around, context)
  itAnswers(answer, {
    'pass nameOnly': {
      'its name in capitals with a dot': [dns('WORKER-1.')],
      'under a domain of the list': [dns('worker-1.example.com'), list('worker-9.example.com')],
      'a pattern of the policy': [dns('worker-1.example.com'), list(), names('*.example.com')],
      'what its Machine has': [dns('w1.corp.example'), owned(named)],
      'under its Machine’s domain': [dns('worker-1.corp.example'), owned(named)],
      'an address that its Machine has': [ip('198.51.100.11'), owned({})],
    },
    'unknown nameAlone': {
      'a service of the company': [dns('vault.corp.example')],
      'the API server by a usual name': [dns('kube-apiserver')],
      'its name and another': [dns('worker-1', 'api.prod.example.com')],
      'its name under any domain': [dns('worker-1.corp.example')],
      'a name that begins as its own': [dns('worker-10.example.com'), list('w.example.com')],
      'under a domain below that of the list': [
        dns('worker-1.x.example.com'),
        list('worker-9.example.com'),
      ],
      'under a domain above that of the list': [dns('worker-1.com'), list('worker-9.example.com')],
      'another name under it': [dns('vault.example.com'), list('worker-9.example.com')],
      'under what follows an address': [dns('worker-1.51.100.9'), list('198.51.100.9')],
      'another name of a pattern': [dns('vault.example.com'), list(), names('*.example.com')],
      'a name that the policy spells out': [
        dns('vault.example.com'),
        list(),
        names('vault.example.com'),
      ],
      'a pattern of another domain': [dns('worker-1.example.com'), list(), names('*.example.org')],
      'what its Machine has, which is being deleted': [
        ip('198.51.100.11'),
        owned({ deletedAt: '2026-11-24T12:00:00Z' }),
      ],
      'what its Machine has, which is linked to an earlier Node': [
        ip('198.51.100.11'),
        { ...owned({ nodeRef: { name: 'worker-1', uid: 'earlier' } }), nodes: [makeNode()] },
      ],
      'what another’s Machine has': [dns('w1.corp.example'), owned({ ...named, nodeRef: 'x' })],
      'an IP address': [ip('198.51.100.11')],
    },
  })

  const prefixed = ([options, around = {}]: [CsrOptions, WorldOptions?]) =>
    answer([options, { ...list(), ...around }, prefixes])
  const presented = (live: LiveCertificate): WorldOptions => ({
    nodes: [makeNode()],
    live: { 'worker-1': live },
  })
  describeAnswers('where the policy allows addresses', prefixed, {
    'pass nameOnly': {
      'allowed ones': [ip('198.51.100.11', '2001:db8::1')],
      'an allowed one, its port has no certificate yet': [
        ip('198.51.100.11'),
        presented({ outcome: 'noCertificate' }),
      ],
      'its name, where another Node has more than are read': [
        dns('worker-1'),
        { nodes: [withMore] },
      ],
    },
    'unknown nameAlone': {
      'one of two that it does not': [ip('198.51.100.11', '192.0.2.1')],
      'an allowed one, where another Node has more than are read': [
        ip('198.51.100.11'),
        { nodes: [withMore] },
      ],
      'its port presents a self-signed one': [
        ip('198.51.100.11'),
        presented({ outcome: 'selfSigned' }),
      ],
      'its port presents one of an unknown CA': [
        ip('198.51.100.11'),
        presented({ outcome: 'unknownCa' }),
      ],
      'its port presents what is no node’s': [
        ip('198.51.100.11'),
        presented(presents({ commonNames: ['kube-apiserver'] })),
      ],
      'an allowed one spelt as a name': [dns('198.51.100.11')],
      'an allowed one that may be a Service’s': [
        ip('198.51.100.11'),
        { reserved: { areNetworksKnown: false } },
      ],
    },
  })

  const site = machine('worker-1.site.example')
  const onList = ([options, expected, context = {}]: [
    CsrOptions,
    ExpectedMachine[],
    Partial<Context>?,
  ]) => answer([options, { expected }, context])
  describeAnswers('a name under a domain', onList, {
    'pass nameOnly': {
      'its whole name': [long('worker-1.site.example'), [site]],
      'its first label, which the policy allows': [long('worker-1'), [site], names('worker-?')],
      'its first label under another’s domain': [
        long('worker-1.lan.example'),
        [site, machine('db.lan.example')],
      ],
      'its whole name under another’s domain': [
        long('worker-1.site.example.lan.example'),
        [site, machine('db.lan.example')],
      ],
      'an address that it is called by': [
        { ...ip('198.51.100.11'), nodeName: '198.51.100.11' },
        [machine('198.51.100.11')],
      ],
    },
    'unknown nameAlone': {
      'its first label': [long('worker-1'), [site]],
      'its first label elsewhere': [long('worker-1.lan.example'), [site]],
    },
  })

  it('a serving request is plausible at most with a name that its Node gives itself', () => {
    const names = ['worker-1', 'vault.corp.example']
    const csr = makeCsr({ dnsNames: names })
    const addresses = [
      ...makeNode().addresses,
      { type: 'ExternalDNS', address: 'vault.corp.example' },
    ]
    const world = makeWorld({ ...list(), csrs: [csr], nodes: [makeNode({ addresses })] })
    const { verdict, reason } = judgeIn(world, csr, prefixes)
    expect(`${verdict} ${reason?.finding} ${reason?.values.sans}`).toBe(
      'plausible nameAlone vault.corp.example',
    )
  })
})

describe('the verdict on bare metal', () => {
  const csr = makeCsr({ kind: 'client' })
  const answer = ([expected, context = {}]: [ExpectedMachine[] | null, Partial<Context>?]) => {
    const { verdict, reason } = judgeIn(makeWorld({ csrs: [csr], expected }), csr, context)
    return `${verdict} ${reason?.finding}`
  }
  itAnswers(answer, {
    'plausible noMachineApi': {
      'without a list': [null],
      'without a list, said to be complete': [null, COMPLETE],
    },
    'verified named': { 'on the list': [[machine('worker-1')]] },
    'plausible notListed': { 'not on the list': [[]] },
    'suspicious unexpected': { 'not on a complete list': [[], COMPLETE] },
  })
})
