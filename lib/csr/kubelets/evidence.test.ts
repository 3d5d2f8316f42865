import { describe, expect, it } from 'vitest'
import { makeCertificate } from '#lib/csr/fixtures/make-certificate.ts'
import {
  approved,
  makeContext,
  makeNode,
  makeWorld,
  NOW,
  type NodeOptions,
  presents,
} from '#lib/csr/fixtures/make-cluster.ts'
import { makeCsr } from '#lib/csr/fixtures/make-csr.ts'
import { nextChangeAt } from '#lib/csr/fixtures/next-change.ts'
import {
  DEFAULT_KUBELET_RULES,
  type KubeletRules,
  kubeletPlace,
  type LiveCertificate,
  presentedUntil,
  worstAnswer,
} from '#lib/csr/kubelets/evidence.ts'
import type { LiveTrouble } from '#lib/csr/live-troubles.ts'
import { deriveMachine } from '#lib/csr/machine/derive.ts'
import type { ExecAndLogs } from '#lib/csr/rows/rows.ts'

describe('where a kubelet is asked', () => {
  const internal = (...addresses: string[]) => kubeletPlace(makeNode({ ips: addresses })).addresses
  it.each<readonly [string, readonly string[], readonly string[]]>([
    ['its InternalIP', ['198.51.100.11'], ['198.51.100.11']],
    ['both of a dual stack', ['10.0.0.1', '2001:db8::1'], ['10.0.0.1', '2001:db8::1']],
    ['in another spelling', ['2001:DB8:0:0::1'], ['2001:db8::1']],
    ['twice', ['10.0.0.1', '::ffff:10.0.0.1'], ['10.0.0.1']],
    [
      'no more than four',
      ['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4', '10.0.0.5'],
      ['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4'],
    ],
    ['never this machine itself', ['127.0.0.1', '::1', '0.0.0.0', '::'], []],
    ['never a metadata service', ['169.254.169.254', 'fe80::1', '168.63.129.16'], []],
    ['never a metadata service among ordinary ones', ['fd00:ec2::254', '100.100.100.200'], []],
    ['never carrier-grade NAT', ['100.64.0.1'], []],
    ['never a protocol’s address', ['192.0.0.8', '192.0.0.192'], []],
    ['never a benchmark’s', ['198.18.0.1', '198.19.0.1'], []],
    ['never what is not assigned', ['240.0.0.1'], []],
    ['never through NAT64', ['64:ff9b::10.0.0.1', '64:ff9b:1::10.0.0.1'], []],
    ['never through 6to4', ['2002:a00:1::1'], []],
    ['never through Teredo or ISATAP', ['2001:0:1::1', '2001:db8::5efe:10.0.0.1'], []],
    ['never an IPv4-compatible one', ['::10.0.0.1'], []],
    ['the others of the same Node', ['198.18.0.1', '10.0.0.1'], ['10.0.0.1']],
    ['never a group', ['224.0.0.1', 'ff02::1', '255.255.255.255'], []],
    ['never a name', ['worker-1', 'localhost', '10.0.0.1:22', '10.0.0.0/8', ''], []],
  ])('a kubelet is asked at these addresses: %s', (_, addresses, expected) => {
    expect(internal(...addresses)).toEqual(expected)
  })

  it('a kubelet is asked only at InternalIPs', () => {
    const addresses = ['ExternalIP', 'Hostname', 'InternalDNS', 'ExternalDNS', 'Other'].map(
      (type) => ({ type, address: '198.51.100.11' }),
    )
    expect(kubeletPlace(makeNode({ addresses })).addresses).toEqual([])
  })

  const place = (options: NodeOptions, rules: Partial<KubeletRules> = {}) => {
    const { port, addresses, barred } = kubeletPlace(makeNode(options), {
      ...DEFAULT_KUBELET_RULES,
      ...rules,
    })
    return `${addresses.join()}:${port} ${barred}`
  }
  it.each<readonly [string, NodeOptions, Partial<KubeletRules>, string]>([
    ['at port 10250', {}, {}, '198.51.100.11:10250 null'],
    ['at no other port that the Node names', { kubeletPort: 22 }, {}, ':22 otherPort'],
    [
      'at one that settings name',
      { kubeletPort: 10_260 },
      { ports: [10_250, 10_260] },
      '198.51.100.11:10260 null',
    ],
    ['not at 10250 where they name another', {}, { ports: [10_260] }, ':10250 otherPort'],
    ['without an address', { ips: [], kubeletPort: 22 }, {}, ':22 noAddress'],
    ['at no barred address', { ips: ['100.64.0.1'] }, {}, ':10250 barredAddress'],
    [
      'in carrier-grade NAT that settings name',
      { ips: ['100.64.0.1', '100.65.0.1', '198.18.0.1'] },
      { networks: ['100.64.0.0/16'] },
      '100.64.0.1:10250 null',
    ],
    [
      'at no metadata service in it',
      { ips: ['100.100.100.200'] },
      { networks: ['100.64.0.0/10'] },
      ':10250 barredAddress',
    ],
    [
      'at no loopback, whatever they name',
      { ips: ['127.0.0.1', '169.254.1.1', '64:ff9b::10.0.0.1'] },
      { networks: ['0.0.0.0/0', '::/0'] },
      ':10250 barredAddress',
    ],
    [
      'at no Service',
      { ips: ['10.96.0.10', '10.0.0.1', 'fd00:10::1'] },
      { serviceNetworks: ['10.96.0.0/12', 'fd00:10::/112'] },
      '10.0.0.1:10250 null',
    ],
    [
      'at no Service in a network that they name',
      { ips: ['100.64.0.10'] },
      { networks: ['100.64.0.0/10'], serviceNetworks: ['100.64.0.0/16'] },
      ':10250 barredAddress',
    ],
  ])('a kubelet is asked %s', (_, options, rules, expected) => {
    expect(place(options, rules)).toBe(expected)
  })
})

describe('the worst answer of several addresses of one Node', () => {
  const own = presents()
  const anothers = presents({ nodeName: 'worker-2' })
  const nobodys = presents({ commonNames: ['kubelet'] })
  const silent = { outcome: 'unreachable' } as const
  const trouble = { outcome: 'noCertificate' } as const
  it.each<readonly [string, readonly LiveCertificate[], LiveCertificate]>([
    ['nothing, where there is none', [], { outcome: 'noAddress' }],
    ['its own', [own], own],
    ['its own and a silent one', [silent, own, silent], own],
    ['silence alone', [silent, silent], silent],
    ['its own, and another node’s behind it', [own, anothers], anothers],
    ['another node’s, and its own behind it', [anothers, silent, own], anothers],
    ['its own and something that is not its kubelet', [own, trouble], trouble],
    ['no certificate yet, and a silent one', [trouble, silent], trouble],
    ['a name that is no node’s beside its own', [own, nobodys, trouble], nobodys],
    ['of all that, another node’s', [nobodys, own, trouble, anothers], anothers],
  ])('the worst answer of several addresses counts: %s', (_, answers, expected) => {
    expect(worstAnswer(answers, 'worker-1')).toEqual(expected)
  })
})

describe('exec and logs by the presented certificate', () => {
  const node = makeNode()
  const where = kubeletPlace(node)
  it.each<readonly [string, Parameters<typeof presents>[0], string | null]>([
    ['its own', {}, '2027-11-24T12:00:00Z'],
    ["another node's", { nodeName: 'worker-2' }, null],
    ['of two nodes', { commonNames: ['system:node:worker-1', 'system:node:worker-2'] }, null],
  ])(
    'exec and logs work until the end of the presented certificate: %s',
    (_, options, expected) => {
      const until = presentedUntil(
        { where, askedAt: NOW, ca: null, live: presents(options) },
        'worker-1',
      )
      expect(until).toBe(expected === null ? null : Date.parse(expected))
    },
  )

  it('exec and logs work on a node with a pending renewal while the evidence is current', () => {
    const world = makeWorld({
      nodes: [makeNode({ createdAt: '2025-01-01T00:00:00Z' })],
      csrs: [makeCsr()],
      live: { 'worker-1': presents() },
    })
    const at = (now: number) => deriveMachine(world, 'worker-1', makeContext({ now }))
    expect(at(NOW)).toMatchObject({
      execAndLogs: 'available',
      servingNotAfter: '2027-11-24T12:00:00Z',
    })
    const next = nextChangeAt(world, 'worker-1', makeContext()) ?? 0
    expect(next).toBe(NOW + 120_000)
    expect(at(next)).toMatchObject({ execAndLogs: 'unavailable', servingNotAfter: null })
  })

  it.each<readonly [LiveTrouble, ExecAndLogs]>([
    ['noCertificate', 'unavailable'],
    ['expired', 'unavailable'],
    ['selfSigned', 'unknown'],
    ['notYetValid', 'unknown'],
    ['unknownCa', 'unknown'],
    ['unreachable', 'unknown'],
    ['notTls', 'unknown'],
  ])(
    'exec and logs of a node for which nothing waits, whose kubelet says %s: %s',
    (outcome, exec) => {
      const world = makeWorld({
        nodes: [makeNode({ createdAt: '2025-01-01T00:00:00Z' })],
        live: { 'worker-1': { outcome } },
      })
      const at = (now: number) => deriveMachine(world, 'worker-1', makeContext({ now }))
      expect(at(NOW)).toMatchObject({ execAndLogs: exec, servingNotAfter: null })
      expect(at(NOW + 120_000)?.execAndLogs).toBe('unknown')
    },
  )

  it('an issued certificate is newer than the answer of a kubelet without one', () => {
    const world = makeWorld({
      nodes: [makeNode({ createdAt: '2025-01-01T00:00:00Z' })],
      csrs: [{ ...approved(makeCsr()), certificate: makeCertificate() }],
      live: { 'worker-1': { outcome: 'noCertificate' } },
    })
    expect(deriveMachine(world, 'worker-1', makeContext())?.execAndLogs).toBe('available')
  })
})
