import { expect, it } from 'vitest'
import { contract, refusal, statusOf } from './contract.ts'

const IN_NAMESPACE = '/api/v1/namespaces/default/configmaps'
const named = (name: string) => `${IN_NAMESPACE}/${name}`

contract('ConfigMaps', (open) => {
  const body = (name: string, data: object, metadata: object = {}) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace: 'default', ...metadata },
    data,
  })
  /** Creates a ConfigMap as the admin; returns the API server's answer. */
  async function make(name: string, data: object = { 'policy.yaml': 'one' }) {
    const { status, body: made } = await open().as.admin.call('POST', IN_NAMESPACE, {
      body: body(name, data, { labels: { app: 'countersign' } }),
    })
    expect(status).toBe(201)
    return made
  }

  it('a ConfigMap is created in a namespace and read by name', async () => {
    const { admin } = open().as
    const made = await make('read')
    expect(made.metadata).toMatchObject({ name: 'read', namespace: 'default' })
    const { status, body: read } = await admin.call('GET', named('read'))
    expect(status).toBe(200)
    expect(read).toMatchObject({ apiVersion: 'v1', kind: 'ConfigMap', data: made.data })
    expect(read.metadata.resourceVersion).toBe(made.metadata.resourceVersion)
  })

  it('a PUT of a ConfigMap with one changed key keeps the rest', async () => {
    const { admin } = open().as
    const made = await make('kept', { 'policy.yaml': 'one', paused: 'true' })
    const { managedFields: _, ...metadata } = made.metadata
    const { status, body: put } = await admin.call('PUT', named('kept'), {
      body: { ...made, metadata, data: { ...made.data, 'policy.yaml': 'two' } },
    })
    expect(status).toBe(200)
    expect(put.data).toEqual({ 'policy.yaml': 'two', paused: 'true' })
    expect(put.metadata.labels).toEqual({ app: 'countersign' })
    expect(put.metadata.uid).toBe(made.metadata.uid)
    expect(put.metadata.resourceVersion).not.toBe(made.metadata.resourceVersion)
  })

  it('a PUT over an old version is a conflict', async () => {
    const { admin } = open().as
    const made = await make('changed')
    const write = (text: string) =>
      admin.call('PUT', named('changed'), {
        body: body('changed', { 'policy.yaml': text }, made.metadata),
      })
    expect((await write('theirs')).status).toBe(200)
    const answer = await write('ours')
    expect(statusOf(answer)).toEqual(refusal(409, 'Conflict'))
    expect((await admin.call('GET', named('changed'))).body.data).toEqual({
      'policy.yaml': 'theirs',
    })
  })

  it('a PUT over another object under that name is a conflict', async () => {
    const { admin } = open().as
    const first = await make('again')
    await admin.call('DELETE', named('again'))
    const second = await make('again')
    const { resourceVersion } = second.metadata
    const answer = await admin.call('PUT', named('again'), {
      body: body('again', {}, { uid: first.metadata.uid, resourceVersion }),
    })
    expect(statusOf(answer)).toEqual(refusal(409, 'Conflict'))
  })

  it('a second ConfigMap of a name is refused, and a missing one is not found', async () => {
    const { admin } = open().as
    await make('twice')
    const again = await admin.call('POST', IN_NAMESPACE, { body: body('twice', {}) })
    expect(statusOf(again)).toEqual(refusal(409, 'AlreadyExists'))
    const missing = await admin.call('GET', named('missing'))
    expect(statusOf(missing)).toEqual(refusal(404, 'NotFound'))
    expect(missing.body.message).toBe('configmaps "missing" not found')
    const put = await admin.call('PUT', named('missing'), {
      body: body('missing', {}, { resourceVersion: '1' }),
    })
    expect(put.status).toBeGreaterThanOrEqual(400)
  })

  it.each([
    ['GET', 'get', undefined],
    ['PUT', 'update', body('secret', {})],
  ] as const)(
    '%s of a ConfigMap without the right is refused by name',
    async (method, verb, sent) => {
      const answer = await open().as.nobody.call(method, named('secret'), { body: sent })
      expect(statusOf(answer)).toEqual(refusal(403, 'Forbidden'))
      expect(answer.body.message).toBe(
        'configmaps "secret" is forbidden: User "nobody" cannot ' +
          `${verb} resource "configmaps" in API group "" in the namespace "default"`,
      )
    },
  )

  it('POST without the right is refused', async () => {
    const answer = await open().as.nobody.call('POST', IN_NAMESPACE, { body: body('secret', {}) })
    expect(statusOf(answer)).toEqual(refusal(403, 'Forbidden'))
    expect(answer.body.message).toContain('User "nobody" cannot create resource "configmaps"')
  })
})
