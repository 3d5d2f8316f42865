import { expect, it } from 'vitest'
import { contract, refusal, statusOf } from './contract.ts'

const IN_NAMESPACE = '/apis/coordination.k8s.io/v1/namespaces/default/leases'
const named = (name: string) => `${IN_NAMESPACE}/${name}`

/** Leases as the pages read the approver's, and as the approver writes its own. */
contract('Leases', (open) => {
  const SPEC = {
    holderIdentity: 'approver-1',
    leaseDurationSeconds: 15,
    leaseTransitions: 1,
    acquireTime: '2026-11-25T09:00:00.000000Z',
    renewTime: '2026-11-25T09:00:05.250000Z',
  }
  const body = (name: string, spec: object, metadata: object = {}) => ({
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name, namespace: 'default', ...metadata },
    spec,
  })
  async function make(name: string, spec: object = SPEC, metadata: object = {}) {
    const answer = await open().as.admin.call('POST', IN_NAMESPACE, {
      body: body(name, spec, metadata),
    })
    expect(answer.status).toBe(201)
    return answer.body
  }

  it('a Lease is read by name: the holder, its times to the microsecond, the annotations', async () => {
    const annotations = { 'contract.example.com/said': 'to others' }
    const made = await make('held', SPEC, { annotations })
    const { status, body: read } = await open().as.admin.call('GET', named('held'))
    expect(status).toBe(200)
    expect(read).toMatchObject({
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name: 'held', namespace: 'default', uid: made.metadata.uid, annotations },
    })
    expect(read.spec).toEqual(SPEC)
  })

  it('a Lease that was never held has no holder and no time, not empty ones', async () => {
    await make('fresh', {})
    const { body: read } = await open().as.admin.call('GET', named('fresh'))
    expect(read.spec).toEqual({})
  })

  it('a missing Lease is not found', async () => {
    const answer = await open().as.admin.call('GET', named('missing'))
    expect(statusOf(answer)).toEqual(refusal(404, 'NotFound'))
    expect(answer.body.message).toBe('leases.coordination.k8s.io "missing" not found')
  })

  it('without the right the refusal does not say whether the Lease exists', async () => {
    const answer = await open().as.nobody.call('GET', named('missing'))
    expect(statusOf(answer)).toEqual(refusal(403, 'Forbidden'))
    expect(answer.body.message).toBe(
      'leases.coordination.k8s.io "missing" is forbidden: User "nobody" cannot get resource ' +
        '"leases" in API group "coordination.k8s.io" in the namespace "default"',
    )
  })

  it('a renewal of a Lease is read at once, and one over an old version is a conflict', async () => {
    const { admin } = open().as
    const { metadata } = await make('renewed')
    const renew = (renewTime: string) =>
      admin.call('PUT', named('renewed'), {
        body: body(
          'renewed',
          { ...SPEC, renewTime },
          { resourceVersion: metadata.resourceVersion },
        ),
      })
    const later = '2026-11-25T09:00:10.000001Z'
    expect((await renew(later)).status).toBe(200)
    expect(statusOf(await renew('2026-11-25T09:00:15.000000Z'))).toEqual(refusal(409, 'Conflict'))
    const { body: read } = await admin.call('GET', named('renewed'))
    expect(read.spec.renewTime).toBe(later)
    expect(read.metadata.resourceVersion).not.toBe(metadata.resourceVersion)
  })
})
