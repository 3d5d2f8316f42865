import { describe, expect, it } from 'vitest'
import { refuse } from '#lib/kube/fixtures/api-server.ts'
import { eachScriptedServer } from '#lib/kube/fixtures/each-test.ts'
import { isConflict } from '#lib/kube/transport/errors.ts'
import { type LeaseRecord, microTime, readLease, writeLease } from '#lib/kube/writes/lease.ts'

const PLACE = { namespace: 'countersign', name: 'countersign-approver' }
const COLLECTION = '/apis/coordination.k8s.io/v1/namespaces/countersign/leases'
const RECORD: LeaseRecord = {
  holder: 'me',
  durationSeconds: 15,
  transitions: 3,
  acquireTime: '2026-11-24T12:00:00.000000Z',
  renewTime: '2026-11-24T12:00:02.000000Z',
  annotations: { brake: '[]', gone: '' },
}
const RAW = {
  metadata: {
    name: PLACE.name,
    uid: 'u',
    resourceVersion: '7',
    labels: { a: 'b' },
    annotations: { other: 'stays', gone: 'x' },
    managedFields: [{}],
  },
  spec: { holderIdentity: 'other', leaseDurationSeconds: 15, leaseTransitions: 2, strategy: 'x' },
}

const server = eachScriptedServer()

describe('a Lease', () => {
  it('a Lease that does not exist is null', async () => {
    server.script.push(refuse(404, 'not found'))
    expect(await readLease(server.identity, PLACE)).toBeNull()
  })

  it('a Lease is written over what was read, with all foreign fields', async () => {
    const answer =
      (raw: unknown) => (exchange: { json: (status: number, body: unknown) => void }) =>
        exchange.json(200, raw)
    server.script.push(answer(RAW), answer(RAW))
    const before = await readLease(server.identity, PLACE)
    expect(before).toMatchObject({ uid: 'u', holder: 'other', transitions: 2, renewTime: null })
    await writeLease(server.identity, PLACE, before, RECORD)
    const [, put] = server.exchanges
    expect([put?.method, put?.path]).toEqual(['PUT', `${COLLECTION}/${PLACE.name}`])
    const { managedFields: _, ...metadata } = RAW.metadata
    expect(put?.body).toMatchObject({
      metadata: {
        ...metadata,
        namespace: 'countersign',
        annotations: { other: 'stays', brake: '[]' },
      },
      spec: {
        strategy: 'x',
        holderIdentity: 'me',
        leaseTransitions: 3,
        renewTime: RECORD.renewTime,
      },
    })
    expect(JSON.stringify(put?.body)).not.toContain('gone')
  })

  it('a missing Lease is created, and a changed one is refused', async () => {
    server.script.push((exchange) => exchange.json(201, RAW), refuse(409, 'changed'))
    const made = await writeLease(server.identity, PLACE, null, RECORD)
    expect([server.exchanges[0]?.method, server.exchanges[0]?.path]).toEqual(['POST', COLLECTION])
    const again = writeLease(server.identity, PLACE, made, RECORD)
    expect(isConflict(await again.catch((error: unknown) => error))).toBe(true)
  })

  it('a Lease has times with microseconds', () => {
    expect(microTime(Date.UTC(2026, 10, 24, 12))).toBe('2026-11-24T12:00:00.000000Z')
  })
})
