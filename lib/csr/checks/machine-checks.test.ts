import { describe, expect, it } from 'vitest'
import { resultOf } from '#lib/csr/fixtures/ask.ts'
import { approved, denied, makeMachineObject, makeWorld } from '#lib/csr/fixtures/make-cluster.ts'
import { type CsrOptions, makeCsr } from '#lib/csr/fixtures/make-csr.ts'
import { itTells } from '#lib/csr/fixtures/tells.ts'
import type { Csr } from '#lib/csr/model.ts'

/** A serving request of `worker-1`, made at a time of that day, with a key of its own. */
function at(time: string, options: CsrOptions = {}): Csr {
  const createdAt = `2026-11-24T${time}Z`
  return makeCsr({ name: `at-${time}`, createdAt, keyName: time, ...options })
}

const no = (csr: Csr, time = '12:05:00') => denied(csr, `2026-11-24T${time}Z`)
const undated = (csr: Csr) => denied(csr, 'whenever')
const about = (pending: Csr, ...around: readonly Csr[]) =>
  resultOf('machine.denial', pending, { csrs: around })

describe('machine.denial', () => {
  itTells('machine.denial', {
    none: {},
    denied: {
      around: { csrs: [no(at('12:00:00'))] },
      values: { request: 'at-12:00:00', deniedAt: '2026-11-24T12:05:00Z' },
    },
    deniedSometime: {
      around: { csrs: [undated(at('12:00:00'))] },
      values: { request: 'at-12:00:00' },
    },
    noName: { of: { commonNames: [] } },
  })

  const DENIED = 'fail denied'
  const NONE = 'pass none'
  it.each<readonly [string, string, string]>([
    ['filed again within seconds', '12:05:02', DENIED],
    ['filed again much later', '12:55:00', DENIED],
    ['filed again in the second of the denial', '12:05:00', DENIED],
    ['older than the denied one', '11:45:00', DENIED],
    ['filed in the same second as the denied one', '12:00:00', DENIED],
    ['newer, and already pending at the denial: the admin removed a duplicate', '12:04:49', NONE],
    ['newer, and too young to be seen by the denying admin', '12:04:50', DENIED],
  ])('a denial judges a request that was %s', (_, time, expected) => {
    expect(about(at(time), no(at('12:00:00', { name: 'denied' })))).toBe(expected)
  })

  it.each<readonly [string, string, string, string]>([
    ['ahead: the kubelet’s next request', '12:20:00', '12:05:02', DENIED],
    ['ahead: what was there, newer', '12:20:00', '12:04:00', NONE],
    ['behind: the kubelet’s next request', '11:50:00', '12:05:02', DENIED],
    ['unreadable: a newer request that was already pending', 'whenever', '12:04:00', NONE],
  ])('a denial counts by a clock that is %s', (_, clock, time, expected) => {
    const when = clock === 'whenever' ? clock : `2026-11-24T${clock}Z`
    const before = denied(at('12:00:00'), when, '2026-11-24T12:05:00Z')
    expect(about(at(time), before)).toBe(expected)
  })

  it('a denial at an unreadable time counts against all requests', () => {
    for (const time of ['11:45:00', '12:04:00', '12:05:02']) {
      expect(about(at(time), undated(at('12:00:00')))).toBe('fail deniedSometime')
    }
  })

  it.each<readonly [string, Csr, string]>([
    ['another machine', no(at('12:00:00', { nodeName: 'worker-2' })), NONE],
    ['another signer', no(at('12:00:00', { kind: 'client' })), NONE],
    ['nobody: it was approved', approved(at('12:00:00')), NONE],
    ['its own', no(at('12:00:00')), DENIED],
  ])('a denial judges a later request: %s', (_, other, expected) => {
    expect(about(at('12:10:00'), other)).toBe(expected)
  })

  it.each<readonly [string, 'client' | 'renewal', readonly string[], string]>([
    ['one that its Machine expects as well', 'client', ['worker-1', 'worker-1.x'], DENIED],
    ['one that no Machine expects beside it', 'client', ['worker-1'], NONE],
    ['the same, of a renewal', 'renewal', ['worker-1', 'worker-1.x'], NONE],
  ])('a client request that was denied under another name: %s', (_, kind, names, expected) => {
    const machines = [makeMachineObject({ internalDns: names })]
    const other = no(at('12:00:00', { kind: 'client', nodeName: 'worker-1.x' }))
    expect(resultOf('machine.denial', at('12:10:00', { kind }), { machines, csrs: [other] })).toBe(
      expected,
    )
  })

  it.each<readonly [string, Parameters<typeof makeMachineObject>[0]]>([
    ['also expects', { internalDns: ['worker-1', 'worker-1.x'] }],
    [
      'already gave to a Node',
      { internalDns: ['worker-1'], nodeRef: { name: 'worker-1.x', uid: null } },
    ],
  ])(
    'a request is judged again when a request is denied under a name that its Machine %s',
    (_, machine) => {
      const machines = [makeMachineObject(machine)]
      const other = at('12:00:00', { kind: 'client', nodeName: 'worker-1.x' })
      const world = makeWorld({ machines, csrs: [at('12:10:00', { kind: 'client' }), other] })
      for (const change of [() => world.upsertCsr(no(other)), () => world.removeCsr(other.uid)]) {
        world.takeTouched()
        change()
        expect([...world.takeTouched().machines]).toContain('worker-1')
      }
    },
  )

  it('a denial counts whichever duplicates were denied as well', () => {
    const first = no(at('11:40:00'), '11:41:00')
    const duplicate = no(at('12:00:00'), '12:20:00')
    expect(about(at('12:10:00'), duplicate)).toBe(NONE)
    expect(about(at('12:10:00'), duplicate, first)).toBe(DENIED)
    expect(about(at('12:10:00'), first, duplicate)).toBe(DENIED)
  })

  describe('requests in one node’s name from several requestors', () => {
    const eve = { requestor: { username: 'eve', uid: '', groups: [], extra: {} } }
    const client = { kind: 'client' } as const
    const renewal = { kind: 'renewal' } as const
    it.each<readonly [string, CsrOptions, CsrOptions, string]>([
      ['the node’s own, after a stranger’s', {}, eve, NONE],
      ['the node’s own, after its own', {}, {}, DENIED],
      ['a stranger’s, after the node’s own', eve, {}, DENIED],
      ['a renewal, after a new machine’s', renewal, client, NONE],
      ['a renewal, after a renewal', renewal, renewal, DENIED],
      ['a new machine’s, after a renewal', client, renewal, DENIED],
      ['a new machine’s, after a new machine’s', client, client, DENIED],
      ['a new machine’s, after a stranger’s', client, { ...client, ...eve }, DENIED],
    ])('a denial counts by requestor: %s', (_, pending, before, expected) => {
      expect(about(at('12:10:00', pending), no(at('12:00:00', before)))).toBe(expected)
    })
  })
})
