import { describe, expect, it, test } from 'vitest'
import { differences } from '#lib/csr/fixtures/differences.ts'
import { describeAnswers } from '#lib/csr/fixtures/it-answers.ts'
import { type CertificateOptions, makeCertificate } from '#lib/csr/fixtures/make-certificate.ts'
import { approved, KIM, makeContext, makeNode, makeWorld } from '#lib/csr/fixtures/make-cluster.ts'
import { type CsrOptions, makeCsr } from '#lib/csr/fixtures/make-csr.ts'
import {
  basicConstraints,
  emailAddress,
  extKeyUsage,
  keyUsage,
} from '#lib/csr/fixtures/request-der.ts'
import { deriveMachine } from '#lib/csr/machine/derive.ts'
import { describeRequest } from '#lib/csr/machine/detail.ts'

describe('the certificate compared with the request', () => {
  it.each<readonly [string, CsrOptions, CertificateOptions]>([
    ['a serving certificate', {}, {}],
    ['a client certificate', { kind: 'client' }, { kind: 'client' }],
    ['RSA', { keyType: 'RSA-2048' }, { keyType: 'RSA-2048' }],
    ['names in another order', { dnsNames: ['a', 'b'] }, { dnsNames: ['b', 'a'] }],
    [
      'an address in another spelling',
      { ipAddresses: ['2001:DB8:0::1'] },
      { ipAddresses: ['2001:db8::1'] },
    ],
    ['with the CA behind it', {}, { withCa: true }],
    ['a shorter life than asked for', { expirationSeconds: 100 * 365 * 86_400 }, {}],
    [
      'the requested lifetime, backdated',
      { expirationSeconds: 3_600 },
      { notBefore: '2026-11-24T11:55:00Z', notAfter: '2026-11-24T13:00:00Z' },
    ],
    [
      'an hour longer, for clocks that differ',
      { expirationSeconds: 86_400 - 3_600 },
      { notAfter: '2026-11-25T12:00:00Z' },
    ],
    ['any life, when none was asked for', {}, { notAfter: '2049-11-24T12:00:00Z' }],
    [
      'key encipherment beside',
      { usages: ['key encipherment', 'digital signature', 'server auth'] },
      {},
    ],
  ])('a certificate does not differ from its request: %s', (_, asked, issued) => {
    expect(differences(asked, issued)).toEqual([])
  })

  it('a difference lists 50 values of each side, those that differ first, and counts the others', () => {
    const names = Array.from({ length: 90 }, (_, n) => `name-${n}`)
    const [reported] = differences({ dnsNames: names }, { dnsNames: [...names, 'api'] })
    const common = names.slice(0, 49)
    expect(reported).toEqual({
      what: 'dnsNames',
      asked: common,
      issued: ['api', ...common],
      unlisted: { asked: 41, issued: 41 },
    })
    const others = names.map((name) => `other-${name}`)
    const [every] = differences({ dnsNames: names }, { dnsNames: others })
    expect(every).toMatchObject({ asked: names.slice(0, 50), unlisted: { asked: 40, issued: 40 } })
    expect(every?.issued).toEqual(others.slice(0, 50))
  })

  const differs = ([asked, issued = {}]: [CsrOptions, CertificateOptions?]) =>
    differences(asked, issued)
      .map(
        ({ what, asked: before, issued: after }) =>
          `${what}: ${before.join(', ')} → ${after.join(', ')}`,
      )
      .join('; ')
  describeAnswers('differs', differs, {
    'commonName: system:node:worker-1 → system:node:worker-2': {
      'another common name': [{}, { commonNames: ['system:node:worker-2'] }],
    },
    'commonName: system:node:worker-1 → system:node:worker-1, x': {
      'a second common name': [{}, { commonNames: ['system:node:worker-1', 'x'] }],
    },
    'organization: system:nodes → system:masters': {
      'another group': [{}, { organizations: ['system:masters'] }],
    },
    'organization: system:nodes → system:nodes, system:masters': {
      'a group more': [{}, { organizations: ['system:nodes', 'system:masters'] }],
    },
    'dnsNames: worker-1 → worker-1, api': {
      'a name more': [{}, { dnsNames: ['worker-1', 'api'] }],
    },
    'dnsNames: worker-1 → ': { 'a name less': [{}, { dnsNames: [] }] },
    'dnsNames: worker-1 → worker-1, worker-1': {
      'a name twice': [{}, { dnsNames: ['worker-1', 'worker-1'] }],
    },
    'ipAddresses: 198.51.100.11 → 198.51.100.12': {
      'another address': [{}, { ipAddresses: ['198.51.100.12'] }],
    },
    'otherNames:  → a@b.c': { 'an e-mail address': [{}, { otherSans: [emailAddress('a@b.c')] }] },
    'extKeyUsage: serverAuth → clientAuth': {
      'for clients': [
        {},
        {
          kind: 'client',
          keyName: 'worker-1/serving',
          dnsNames: ['worker-1'],
          ipAddresses: ['198.51.100.11'],
        },
      ],
    },
    'extKeyUsage: clientAuth → clientAuth, serverAuth': {
      'for servers, too': [
        { kind: 'client' },
        {
          kind: 'client',
          extensions: [keyUsage(['digitalSignature']), extKeyUsage(['clientAuth', 'serverAuth'])],
        },
      ],
    },
    'extKeyUsage: serverAuth → ': {
      'for anything': [{}, { extensions: [keyUsage(['digitalSignature'])] }],
    },
    'authority:  → CA:TRUE': {
      'as a CA': [{}, { extensions: [extKeyUsage(['serverAuth']), basicConstraints(true)] }],
    },
    'authority:  → keyCertSign': {
      'to sign certificates': [
        {},
        {
          extensions: [extKeyUsage(['serverAuth']), keyUsage(['digitalSignature', 'keyCertSign'])],
        },
      ],
    },
    'authority:  → cRLSign': {
      'to sign revocations': [
        {},
        { extensions: [extKeyUsage(['serverAuth']), keyUsage(['cRLSign'])] },
      ],
    },
    'lifetime: 86400 → 172800': {
      'longer than asked for': [
        { expirationSeconds: 86_400 },
        { notAfter: '2026-11-26T12:00:00Z' },
      ],
    },
    'lifetime: 82799 → 86400': {
      'a second more than the clock allowance': [
        { expirationSeconds: 86_400 - 3_601 },
        { notAfter: '2026-11-25T12:00:00Z' },
      ],
    },
    'unreadable:  → stringType CN (BMPString)': {
      'in a name that readers read differently': [
        { subject: [[{ type: 'CN', value: 'a' }]] },
        { subject: [[{ type: 'CN', value: 'a', as: 'bmp' }]] },
      ],
    },
  })

  test('a certificate for another key differs from the request', () => {
    const [difference, ...more] = differences({}, { keyName: 'somebody else' })
    expect(difference?.what).toBe('key')
    expect(difference?.asked).not.toEqual(difference?.issued)
    expect(more).toEqual([])
  })

  it('all differences are listed in a fixed order', () => {
    const issued = { nodeName: 'worker-2', organizations: [], dnsNames: [], ipAddresses: [] }
    expect(differences({}, issued).map(({ what }) => what)).toEqual([
      'commonName',
      'organization',
      'dnsNames',
      'ipAddresses',
      'key',
    ])
  })
})

describe('the alarm about an issued certificate', () => {
  const request = makeCsr()
  const good = makeCertificate()
  const bad = makeCertificate({ dnsNames: ['worker-1', 'api'] })
  const rowOf = (...csrs: ReturnType<typeof makeCsr>[]) =>
    deriveMachine(makeWorld({ csrs, nodes: [makeNode()] }), 'worker-1', makeContext())
  const issued = (csr: typeof request, certificate: string) =>
    approved(csr, '2026-11-24T12:05:00Z', certificate)

  it('a certificate with the approved contents raises no alarm', () => {
    expect(rowOf(issued(request, good))?.alarm).toBeNull()
  })

  it('the alarm is about the newest of several certificates', () => {
    const later = makeCsr({ createdAt: '2026-11-24T12:01:00Z', keyName: 'later' })
    expect(rowOf(issued(request, bad), issued(later, good))?.alarm).toMatchObject({
      differs: ['key'],
    })
    expect(rowOf(issued(request, bad), later)?.alarm?.uid).toBe(request.uid)
  })

  it('the alarm appears with the certificate, and the request shows it in full', () => {
    const world = makeWorld({ csrs: [approved(request)], nodes: [makeNode()] })
    const alarm = () => deriveMachine(world, 'worker-1', makeContext())?.alarm
    expect(alarm()).toBeNull()
    world.upsertCsr({ ...issued(request, bad), resourceVersion: '9001' })
    expect(alarm()).toMatchObject({ differs: ['dnsNames'] })
    expect(describeRequest(world, request.uid, makeContext(), KIM)?.differences).toEqual([
      { what: 'dnsNames', asked: ['worker-1'], issued: ['worker-1', 'api'] },
    ])
  })

  it('a certificate is read once, however often its object changes', () => {
    const world = makeWorld({ csrs: [issued(request, bad)] })
    const before = world.claim(request.uid)?.differences
    world.upsertCsr({ ...issued(request, bad), resourceVersion: '9001' })
    expect(world.claim(request.uid)?.differences).toBe(before)
  })

  it.each<readonly [string, CsrOptions]>([
    ['cannot be read at all', { request: '%%%' }],
    ['cannot be shown faithfully', { pem: { leading: 'hello\n' } }],
  ])('no alarm is raised for a request that %s, and the certificate is shown', (_, options) => {
    const odd = makeCsr(options)
    const world = makeWorld({ csrs: [issued(odd, bad)] })
    const claim = world.claim(odd.uid)
    expect(claim?.differences).toEqual([])
    expect(claim?.certificate?.dnsNames).toEqual(['worker-1', 'api'])
  })

  it('an alarm is raised for an unreadable certificate, and lists no values', () => {
    const world = makeWorld({ csrs: [issued(request, '%%%')] })
    const { alarm } = deriveMachine(world, 'worker-1', makeContext()) ?? {}
    expect(alarm).toMatchObject({ differs: ['unreadable'] })
    expect(world.claim(request.uid)?.differences).toEqual([
      { what: 'unreadable', asked: [], issued: [] },
    ])
  })

  it('other signers raise no alarm, as they may change anything', () => {
    const other = makeCsr({ signerName: 'example.com/any' })
    const world = makeWorld({ csrs: [issued(other, bad)] })
    expect(describeRequest(world, other.uid, makeContext(), KIM)?.differences).toEqual([])
  })
})
