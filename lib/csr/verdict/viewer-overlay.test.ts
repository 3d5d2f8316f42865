import { describe, expect, it } from 'vitest'
import { CHECK_CODES, CHECK_FACTS } from '#lib/csr/check-facts.ts'
import { claimIn, rowIn } from '#lib/csr/fixtures/ask.ts'
import {
  approved,
  makeContext,
  makeMachineObject,
  makeNode,
  makeWorld,
  type WorldOptions,
} from '#lib/csr/fixtures/make-cluster.ts'
import { makeCsr } from '#lib/csr/fixtures/make-csr.ts'
import { makePerson, makeProposal } from '#lib/csr/fixtures/make-proposal.ts'
import { deriveMachine } from '#lib/csr/machine/derive.ts'
import { describeMachine, describeRequest } from '#lib/csr/machine/detail.ts'
import type { Csr } from '#lib/csr/model.ts'
import { DEFAULT_POLICY } from '#lib/csr/policy/policy.ts'
import { CHECKS, type Check } from '#lib/csr/verdict/check-table.ts'
import { type Answered, ask, conclude, judge } from '#lib/csr/verdict/verdict.ts'
import {
  judgementFor,
  machineFor,
  requestFor,
  selfResult,
  standingFor,
  type ViewerName,
  verdictFor,
} from '#lib/csr/verdict/viewer-overlay.ts'
import type { World } from '#lib/csr/world/world.ts'

const OWN = { name: 'system:node:worker-1' }
const OTHER = { name: 'kim.osei' }
const UNKNOWN = { name: '' }
const serving = makeCsr()
const joined: WorldOptions = {
  nodes: [makeNode()],
  machines: [makeMachineObject({ nodeRef: 'worker-1' })],
}
const context = makeContext()

describe('requestor.self', () => {
  const values = { requestor: OWN.name }
  it.each([
    ['other', OTHER, 'pass', ['pass']],
    ['self', OWN, 'fail', ['fail']],
    ['noActor', UNKNOWN, 'unknown', []],
  ])('requestor.self has the finding %s', (finding, viewer, outcome, seen) => {
    const result = selfResult(OWN.name, viewer)
    expect(result).toMatchObject({ code: 'requestor.self', finding, outcome, values })
    expect(result.observed.map((one) => one.outcome)).toEqual(seen)
    const detail = describeRequest(
      makeWorld({ ...joined, csrs: [serving] }),
      serving.uid,
      context,
      viewer,
    )
    expect(detail?.checks).toContainEqual(result)
    const outcomes = detail?.checks.map((check) => check.outcome) ?? []
    expect(outcomes).toEqual(
      ['fail', 'unknown', 'pass'].flatMap((one) => outcomes.filter((each) => each === one)),
    )
  })
})

/** The judgement of a table in which `requestor.self` is one more row. */
function byTheTable(csr: Csr, world: World, viewer: { readonly name: string }) {
  const claim = claimIn(world, csr)
  const table = CHECKS.filter(({ appliesTo }) => appliesTo.includes(claim.kind))
  const answered = table.map((check) => ask(check, { claim, world, ...context }))
  const check = { ...CHECKS[0], ...CHECK_FACTS['requestor.self'] } as Check
  const result = selfResult(csr.requestor.username, viewer)
  const rows = [...answered, { check, result }]
  const place = (row: Answered) => CHECK_CODES.indexOf(row.result.code)
  const { verdict, failing, unknown, reason, warning } = judge(claim, world, context)
  return {
    expected: conclude(rows.toSorted((one, other) => place(one) - place(other))),
    judged: { verdict, failing, unknown, reason, warning },
  }
}

describe('the judgement for a viewer', () => {
  const lee = makePerson('lee.park')
  const another = 'kubernetes.io/kube-apiserver-client'
  it.each<[string, Csr, WorldOptions]>([
    ['verified', serving, joined],
    ['plausible', serving, { nodes: [makeNode()] }],
    ['suspicious', makeCsr({ dnsNames: ['other'] }), joined],
    ['refused', makeCsr({ organizations: ['system:masters'] }), joined],
    ['a bootstrap request', makeCsr({ kind: 'client' }), {}],
    ['a stranger’s', makeCsr({ kind: 'client', requestor: lee }), {}],
    ['another signer’s', makeCsr({ signerName: another, commonNames: ['jane'] }), {}],
    ['unreadable', makeCsr({ request: '' }), {}],
  ])('the judgement for a viewer is that of the whole table: %s', (_, csr, around) => {
    const world = makeWorld({ ...around, csrs: [csr] })
    const { username } = csr.requestor
    for (const viewer of [{ name: username }, OTHER, UNKNOWN]) {
      const { expected, judged } = byTheTable(csr, world, viewer)
      expect(judgementFor(judged, username, viewer)).toEqual(expected)
      const row = rowIn(world, csr)
      const { verdict, failing, reason, warning } = requestFor(row, viewer)
      expect({ verdict, failing, reason, warning }).toEqual({ ...expected, unknown: undefined })
      expect(verdictFor(row, viewer)).toBe(expected.verdict)
    }
    expect(judgementFor(byTheTable(csr, world, OTHER).judged, username, null)).toEqual(
      byTheTable(csr, world, OTHER).judged,
    )
  })

  it('a decided request has no verdict for any viewer', () => {
    const csr = approved(serving)
    const row = rowIn(makeWorld({ ...joined, csrs: [csr] }), csr)
    expect(requestFor(row, OWN)).toMatchObject({ verdict: null, failing: [], reason: null })
    expect(verdictFor(row, OWN)).toBeNull()
  })
})

describe('two viewers of one row', () => {
  it('each of two viewers is told who may approve the request', () => {
    const row = rowIn(makeWorld({ ...joined, csrs: [serving] }), serving)
    expect(requestFor(row, OTHER)).toMatchObject({ verdict: 'verified', unattended: 'verified' })
    expect(requestFor(row, OWN)).toMatchObject({
      verdict: 'suspicious',
      failing: ['requestor.self'],
      reason: { code: 'requestor.self', finding: 'self' },
      unattended: null,
    })
  })

  it('each of two viewers needs a second person by their own verdict', () => {
    const secondPerson = { for: ['suspicious'], withinSeconds: 600 } as const
    const policy = { ...DEFAULT_POLICY, secondPerson }
    const row = rowIn(makeWorld({ ...joined, csrs: [serving] }), serving, { policy })
    expect(requestFor(row, OTHER).secondPerson).toBeNull()
    expect(requestFor(row, OWN).secondPerson).toEqual({ because: 'suspicious', proposal: null })
  })

  it('each of two viewers sees whose proposal counts', () => {
    const csr = makeCsr({ ipAddresses: ['198.51.100.99'] })
    const world = makeWorld({ ...joined, csrs: [csr] })
    for (const [minute, name] of ['ann', 'bo'].entries()) {
      const createdAt = `2026-11-24T12:0${minute + 1}:00Z`
      const requestor = makePerson(name, { uid: `uid-of-${name}` })
      const proposal = makeProposal(csr, { requestor, createdAt })
      world.upsertCsr(proposal)
      world.setProposerRight(proposal.uid, name === 'ann' ? 'may' : 'mayNot')
    }
    const secondPerson = { for: ['suspicious'], withinSeconds: 600 } as const
    const row = rowIn(world, csr, { policy: { ...DEFAULT_POLICY, secondPerson } })
    const seen = (viewer: ViewerName) => {
      const { by, uncounted } = requestFor(row, viewer).secondPerson?.proposal ?? {}
      return [by, uncounted]
    }
    expect(seen(OTHER)).toEqual(['ann', null])
    expect(seen({ name: 'bo' })).toEqual(['ann', null])
    expect(seen({ name: 'ann' })).toEqual(['ann', 'own'])
    expect(seen({ name: 'ann.recreated', uid: 'uid-of-ann' })).toEqual(['ann', 'own'])
  })
})

describe('the machine of the viewer’s own request', () => {
  const machine = (csrs: readonly Csr[], around = joined) => {
    const row = deriveMachine(makeWorld({ ...around, csrs }), 'worker-1', context)
    if (row === null) throw new Error('The world does not have the machine.')
    return row
  }

  it('the machine of the viewer’s own request waits for another person', () => {
    const row = machine([serving])
    expect(standingFor(row, OTHER)).toMatchObject({ verdict: 'verified', next: 'approveServing' })
    const standing = {
      verdict: 'suspicious',
      reason: { code: 'requestor.self' },
      next: 'review',
      hold: { holder: 'admin', finding: 'suspicious' },
    }
    expect(standingFor(row, OWN)).toMatchObject(standing)
    expect(machineFor(row, OWN)).toMatchObject({
      ...standing,
      requests: [{ verdict: 'suspicious' }],
    })
    const world = makeWorld({ ...joined, csrs: [serving] })
    const found = (viewer: ViewerName) =>
      describeMachine(world, 'worker-1', context, viewer)?.holds.map(({ finding }) => finding)
    expect(found(OTHER)).toEqual(['verified'])
    expect(found(OWN)).toEqual(['suspicious'])
    expect(describeMachine(world, 'worker-1', context, OWN)).toMatchObject({
      machine: standing,
      requests: [{ verdict: 'suspicious', failing: ['requestor.self'] }],
    })
  })

  it.each<[string, Csr, string]>([
    [
      'its newest request is another’s',
      makeCsr({ createdAt: '2026-11-24T12:01:00Z', keyName: 'b', kind: 'client' }),
      'plausible',
    ],
    [
      'of two of the same second one is their own',
      makeCsr({ keyName: 'b', kind: 'client' }),
      'suspicious',
    ],
  ])('a machine is judged for the person who filed its request: %s', (_, other, verdict) => {
    const row = machine([serving, other], {})
    expect(standingFor(row, OWN).verdict).toBe(verdict)
  })
})
