import { expect, it } from 'vitest'
import { sandboxOfFile } from '#lib/kube/fixtures/sandbox-api.ts'
import { isConflict } from '#lib/kube/transport/errors.ts'
import { type LeaseRecord, microTime, readLease, writeLease } from '#lib/kube/writes/lease.ts'

const RECORD: LeaseRecord = {
  holder: 'me',
  durationSeconds: 15,
  transitions: 3,
  acquireTime: '2026-11-24T12:00:00.000000Z',
  renewTime: '2026-11-24T12:00:02.000000Z',
  annotations: { brake: '[]', gone: '' },
}

const api = sandboxOfFile()
const place = (name: string) => ({ namespace: 'countersign', name })
const leaseOf = (name: string) =>
  api.sandbox.world.get('leases', name, { namespace: 'countersign' })

it('a Lease that does not exist is null', async () => {
  expect(await readLease(api.person(), place('none'))).toBeNull()
})

it('a Lease is written over what was read, with all foreign fields', async () => {
  const me = api.person()
  const metadata = {
    ...place('shared'),
    labels: { a: 'b' },
    annotations: { other: 'stays', gone: 'x' },
  }
  const spec = {
    ...{ holderIdentity: 'other', leaseDurationSeconds: 15, leaseTransitions: 2 },
    strategy: 'x',
  }
  const { uid } = api.sandbox.world.create('leases', { metadata, spec }).metadata
  const managed = { metadata: { managedFields: [{}] } }
  api.sandbox.world.patch('leases', 'shared', managed, place('shared'))
  const before = await readLease(me, place('shared'))
  expect(before).toMatchObject({ uid, holder: 'other', transitions: 2, renewTime: null })
  await writeLease(me, place('shared'), before, RECORD)
  expect(leaseOf('shared')).toMatchObject({
    metadata: { uid, labels: { a: 'b' } },
    spec: {
      strategy: 'x',
      holderIdentity: 'me',
      leaseTransitions: 3,
      renewTime: RECORD.renewTime,
    },
  })
  expect(leaseOf('shared')?.metadata).not.toHaveProperty('managedFields')
  expect(leaseOf('shared')?.metadata.annotations).toEqual({ other: 'stays', brake: '[]' })
})

it('a missing Lease is created, and a changed one is refused', async () => {
  const me = api.person()
  const made = await writeLease(me, place('made'), null, RECORD)
  expect(leaseOf('made')).toMatchObject({ spec: { holderIdentity: 'me' } })
  api.sandbox.world.patch('leases', 'made', { metadata: { labels: { a: 'b' } } }, place('made'))
  const again = writeLease(me, place('made'), made, RECORD)
  expect(isConflict(await again.catch((error: unknown) => error))).toBe(true)
})

it('a Lease has times with microseconds', () => {
  expect(microTime(Date.UTC(2026, 10, 24, 12))).toBe('2026-11-24T12:00:00.000000Z')
})
