import { describe, expect, it } from 'vitest'
import {
  approved,
  KIM,
  makeContext,
  makeNode,
  makeWorld,
  type WorldOptions,
} from '#lib/csr/fixtures/make-cluster.ts'
import { makeCsr } from '#lib/csr/fixtures/make-csr.ts'
import { deriveMachine, deriveOther } from '#lib/csr/machine/derive.ts'
import { describeMachine, describeRequest } from '#lib/csr/machine/detail.ts'
import type { Csr } from '#lib/csr/model.ts'

/**
 * Judged hostile inputs, by their number and name. Those that one check answers alone are among the
 * examples of that check.
 */

const context = makeContext()

function detailOf(csr: Csr, around: WorldOptions = {}) {
  const world = makeWorld({ ...around, csrs: [...(around.csrs ?? []), csr] })
  const detail = describeRequest(world, csr.uid, context, KIM)
  if (detail === null) throw new Error('the request has no row')
  return { ...detail, world }
}

const findingOf = (detail: ReturnType<typeof detailOf>, code: string) =>
  detail.checks.find((check) => check.code === code)

it('4. two CNs → refused; never shows one of them as the name', () => {
  const commonNames = ['system:node:worker-12', 'system:node:control-plane-0']
  const detail = detailOf(makeCsr({ kind: 'client', commonNames }))
  expect([detail.verdict, detail.nodeName]).toEqual(['refused', null])
  expect(detail.reason).toMatchObject({ code: 'subject.commonName', finding: 'several' })
  expect([...detail.world.machineNames()]).toEqual([])
  expect(findingOf(detail, 'subject.commonName')?.observed.map(({ value }) => value)).toEqual(
    commonNames,
  )
})

describe('5. a request that cannot be shown faithfully → refused', () => {
  const twice = makeCsr().request
  const text = Buffer.from(twice, 'base64').toString()
  it.each([
    ['twoBlocks', makeCsr({ request: Buffer.from(text + text).toString('base64') })],
    ['pemHeaders', makeCsr({ pem: { headers: ['Proc-Type: 4,ENCRYPTED'] } })],
    ['textBefore', makeCsr({ pem: { leading: 'hello\n' } })],
    ['trailingBytes', makeCsr({ trailingDer: new Uint8Array([5, 0]) })],
    ['notBase64', makeCsr({ request: `${twice}\n` })],
  ])('5. a request is refused by %s', (finding, csr) => {
    const detail = detailOf(csr, { nodes: [makeNode()] })
    expect([detail.verdict, detail.nodeName]).toEqual(['refused', null])
    expect(detail.reason).toMatchObject({ code: 'request.faithful', finding })
  })
})

describe('6. a subject that names no node → its own row, other rows unharmed', () => {
  const cn = { type: 'CN', value: 'system:node:worker-1' } as const
  it.each([
    ['no CN', makeCsr({ commonNames: [] })],
    ['empty subject', makeCsr({ subject: [] })],
    ['CN as BMPString', makeCsr({ subject: [[{ ...cn, as: 'bmp' }]] })],
    ['CN with NUL', makeCsr({ commonNames: ['system:node:worker-1\0.example.com'] })],
  ])('6. a request with %s has its own row', (_, csr) => {
    const good = makeCsr()
    const detail = detailOf(csr, { csrs: [good], nodes: [makeNode()] })
    expect([detail.verdict, detail.nodeName]).toEqual(['refused', null])
    const machine = deriveMachine(detail.world, 'worker-1', context)
    expect(machine?.requests.map(({ uid, verdict }) => [uid, verdict])).toEqual([
      [good.uid, 'plausible'],
    ])
  })
})

it('7. look-alike node name (Cyrillic о) → flagged, not matched to the node', () => {
  const detail = detailOf(makeCsr({ commonNames: ['system:node:wоrker-1'] }), {
    nodes: [makeNode()],
  })
  expect([detail.verdict, detail.nodeName]).toEqual(['refused', null])
  expect(findingOf(detail, 'name.confusable')).toMatchObject({
    outcome: 'fail',
    finding: 'lookalike',
    values: { existing: 'worker-1' },
  })
  expect(deriveMachine(detail.world, 'worker-1', context)?.requests).toEqual([])
})

it('12. usages {digital signature, server auth, client auth} → refused', () => {
  const usages = ['digital signature', 'server auth', 'client auth']
  const detail = detailOf(makeCsr({ usages }), { nodes: [makeNode()] })
  expect([detail.verdict, detail.failing]).toEqual(['refused', ['usages']])
})

it('16. Approved and Failed → `Approved,Failed` with the signer’s message', () => {
  const csr = approved(makeCsr())
  const failed = {
    type: 'Failed',
    status: 'True',
    reason: 'SignerValidationFailure',
    message: 'usages did not match',
    lastUpdateTime: '2026-11-24T12:05:01Z',
  }
  const detail = detailOf({ ...csr, conditions: [...csr.conditions, failed] })
  expect([detail.status, detail.failure, detail.verdict]).toEqual([
    'Approved,Failed',
    'usages did not match',
    null,
  ])
  expect(deriveMachine(detail.world, 'worker-1', context)?.stage).toBe('failed')
})

describe('17. odd Nodes → a row each', () => {
  const many = Array.from({ length: 200 }, (_, i) => `10.9.${i >> 6}.${i & 63}`)
  const longest = 'a'.repeat(253)
  it.each([
    ['without addresses', makeNode({ addresses: [] }), 'Ready'],
    ['with 200', makeNode({ ips: many }), 'Ready'],
    ['with Unknown conditions', makeNode({ ready: 'Unknown' }), 'NotReady'],
    ['with none', makeNode({ ready: null }), 'Unknown'],
    ['with a name of 253 characters', makeNode({ name: longest }), 'Ready'],
  ])('17. a Node %s has a row', (_, node, status) => {
    const csr = makeCsr({ nodeName: node.name })
    const world = makeWorld({ csrs: [csr], nodes: [node] })
    const detail = describeMachine(world, node.name, context, KIM)
    expect(detail?.machine.node?.status).toBe(status)
    expect(detail?.machine.verdict).not.toBeNull()
  })
})

describe('37. no permission for nodes, but for CSRs → Countersign works, and what cannot be checked is unknown', () => {
  const readable = { nodes: false, machines: false } as const
  it.each([
    [
      'serving',
      makeCsr(),
      [
        'node.known',
        'sans.foreign',
        'sans.owned',
        'identity.machine',
        'identity.expected',
        'identity.liveCertificate',
        'name.confusable',
      ],
    ],
    [
      'client',
      makeCsr({ kind: 'client' }),
      ['node.new', 'identity.machine', 'identity.expected', 'name.confusable'],
    ],
    ['renewal', makeCsr({ kind: 'renewal' }), ['identity.requestor', 'name.confusable']],
  ])(
    '37. a request of kind %s has unknown checks without Nodes and Machines',
    (_, csr, expected) => {
      const detail = detailOf(csr, { readable })
      const unknown = detail.checks.filter(({ outcome }) => outcome === 'unknown')
      expect(unknown.map(({ code }) => code)).toEqual(expected)
      expect(detail.verdict).toBe('plausible')
    },
  )

  it('a request of another signer is suspicious', () => {
    const csr = makeCsr({ signerName: 'example.com/mesh' })
    const world = makeWorld({ csrs: [csr], readable })
    expect(deriveOther(world, csr.uid, context)?.verdict).toBe('suspicious')
  })
})

it('44. another node’s first label under a domain → suspicious, even where the Node claims it', () => {
  const name = 'worker-2.prod.example.com'
  const addresses = [{ type: 'ExternalDNS', address: name }]
  const detail = detailOf(makeCsr({ dnsNames: [name], ipAddresses: [] }), {
    nodes: [makeNode({ addresses }), makeNode({ name: 'worker-2' })],
  })
  expect(detail.verdict).toBe('suspicious')
  expect(findingOf(detail, 'sans.foreign')?.values).toEqual({ san: name, holder: 'worker-2' })
})
