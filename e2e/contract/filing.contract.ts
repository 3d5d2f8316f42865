import { expect, it } from 'vitest'
import { makeRequest } from '#lib/csr/fixtures/make-csr.ts'
import {
  CLIENT_SIGNER,
  CSRS,
  contract,
  csrPath,
  file,
  onlyReal,
  refusal,
  requestBody,
  SERVING_SIGNER,
  statusOf,
  USER_SIGNER,
} from './contract.ts'

contract('filing', (open) => {
  it.each([
    ['spaces', 'a b c'],
    ['a query of its own', 'a b?x=1#y&z'],
    ['markup', 'csr-<img src=x onerror=alert(1)>'],
    ['an override of direction', 'csr-\u202egnp'],
    ['a newline', 'two\nlines'],
    ['upper case', 'CSR-One'],
    ['other scripts', 'запрос'],
    ['a colon', 'a:b'],
    ['quotes', `"it's"`],
    ['a backslash', 'a\\b'],
  ])('a name with %s is accepted, and found by that name only', async (_what, name) => {
    const { admin } = open().as
    const csr = await file(admin, { name })
    expect(csr.metadata.name).toBe(name)
    const found = await admin.call('GET', csrPath(name))
    expect(found.body.metadata.uid).toBe(csr.metadata.uid)
  })

  onlyReal(() => {
    it.each([['.'], ['..'], ['a/b'], ['a%b'], ['../nodes/a']])(
      'the name %s is refused',
      async (name) => {
        const answer = await open().as.admin.call('POST', CSRS, { body: requestBody({ name }) })
        expect(statusOf(answer)).toEqual(refusal(422, 'Invalid'))
        expect(answer.body.details.causes[0].field).toBe('metadata.name')
      },
    )
  })

  it('a taken name stays with its owner', async () => {
    const { admin } = open().as
    const csr = await file(admin, { name: 'taken' })
    const again = await admin.call('POST', CSRS, { body: requestBody({ name: 'taken' }) })
    expect(statusOf(again)).toEqual(refusal(409, 'AlreadyExists'))
    expect(again.body.message).toBe(
      'certificatesigningrequests.certificates.k8s.io "taken" already exists',
    )
    expect((await admin.call('GET', csrPath('taken'))).body.metadata.uid).toBe(csr.metadata.uid)
  })

  it('a generated name keeps its prefix', async () => {
    const body = { ...requestBody(), metadata: { generateName: 'csr-' } }
    const answer = await open().as.admin.call('POST', CSRS, { body })
    expect(answer.status).toBe(201)
    expect(answer.body.metadata.name).toMatch(/^csr-[a-z0-9]{5}$/)
  })

  it('the API server stamps the requestor, whatever the body says', async () => {
    const spec = {
      username: 'system:admin',
      uid: 'me',
      groups: ['system:masters'],
      extra: { a: ['b'] },
    }
    const body = requestBody({ name: 'stamped', spec })
    const as = {
      username: 'system:node:worker-9',
      groups: ['system:nodes', 'system:authenticated'],
    }
    const { status, body: csr } = await open().as.admin.call('POST', CSRS, { body, as })
    expect(status).toBe(201)
    expect(csr.spec.username).toBe('system:node:worker-9')
    expect(csr.spec.groups.toSorted()).toEqual(['system:authenticated', 'system:nodes'])
    expect(csr.spec.uid ?? '').toBe('')
    expect(csr.spec.extra ?? {}).toEqual({})
  })

  onlyReal(() => {
    it('a service account has exactly three groups', async () => {
      const username = 'system:serviceaccount:openshift-machine-config-operator:node-bootstrapper'
      const body = requestBody({ name: 'bootstrap', signerName: CLIENT_SIGNER, kind: 'client' })
      const { body: csr } = await open().as.admin.call('POST', CSRS, { body, as: { username } })
      expect(csr.spec.groups.toSorted()).toEqual([
        'system:authenticated',
        'system:serviceaccounts',
        'system:serviceaccounts:openshift-machine-config-operator',
      ])
    })
  })

  it('an approval in the POST is dropped', async () => {
    const conditions = [{ type: 'Approved', status: 'True', reason: 'Mine' }]
    const body = { ...requestBody({ name: 'pre-approved' }), status: { conditions } }
    const answer = await open().as.admin.call('POST', CSRS, { body })
    expect(answer.body.status).toEqual({})
  })

  it('the spec never changes', async () => {
    const { admin } = open().as
    const csr = await file(admin, { name: 'immutable' })
    const spec = {
      ...csr.spec,
      request: makeRequest({ nodeName: 'other' }),
      signerName: SERVING_SIGNER,
    }
    const put = await admin.call('PUT', csrPath('immutable'), { body: { ...csr, spec } })
    expect(put.status).toBe(200)
    expect(put.body.spec).toEqual(csr.spec)
    const contentType = 'application/merge-patch+json'
    const patch = await admin.call('PATCH', csrPath('immutable'), {
      contentType,
      body: { spec: { signerName: SERVING_SIGNER }, metadata: { labels: { seen: 'yes' } } },
    })
    expect(patch.body.spec).toEqual(csr.spec)
    expect(patch.body.metadata.labels).toEqual({ seen: 'yes' })
    expect(patch.body.metadata.resourceVersion).not.toBe(csr.metadata.resourceVersion)
  })

  it.each([
    ['text before the block', { pem: { leading: 'Here it is:\n' } }],
    ['text after the block', { pem: { trailing: 'That was it.\n' } }],
    ['two common names', { commonNames: ['system:node:first', 'system:node:last'] }],
    ['no common name', { commonNames: [] }],
  ])('accepted, so the dashboard must notice it: %s', async (_what, options) => {
    expect((await file(open().as.admin, options)).spec.request).toBeTruthy()
  })

  onlyReal(() => {
    it.each([
      ['no PEM', { request: Buffer.from('hello').toString('base64') }, 'spec.request'],
      ['a block of another type', { pem: { label: 'CERTIFICATE' } }, 'spec.request'],
      ['a signature that does not fit', { badSignature: true }, 'spec.request'],
      ['no usages', { usages: [] }, 'spec.usages'],
      ['a usage nobody knows', { usages: ['world domination'] }, 'spec.usages[0]'],
      ['the same usage twice', { usages: ['server auth', 'server auth'] }, 'spec.usages[1]'],
      ['a signer without domain', { signerName: 'mine' }, 'spec.signerName'],
      ['less than ten minutes', { expirationSeconds: 599 }, 'spec.expirationSeconds'],
    ])('refused at the API server: %s', async (_what, options, field) => {
      const answer = await open().as.admin.call('POST', CSRS, { body: requestBody(options) })
      expect(statusOf(answer)).toEqual(refusal(422, 'Invalid'))
      const fields = answer.body.details.causes.map((cause: { field: string }) => cause.field)
      expect(fields).toContain(field)
    })

    it('the cluster’s own group is refused, a similar one is not', async () => {
      const options = { kind: 'client', commonNames: ['admin'], usages: ['client auth'] } as const
      const ask = (organization: string) =>
        open().as.admin.call('POST', CSRS, {
          body: requestBody({ ...options, signerName: USER_SIGNER, organizations: [organization] }),
        })
      const masters = await ask('system:masters')
      expect(statusOf(masters)).toEqual(refusal(403, 'Forbidden'))
      expect(masters.body.message).toContain(
        'use of kubernetes.io/kube-apiserver-client signer with system:masters group is not allowed',
      )
      expect((await ask('kubeadm:cluster-admins')).status).toBe(201)
    })

    it('a node may ask the kubelet signers for its own name only', async () => {
      const as = {
        username: 'system:node:worker-9',
        groups: ['system:nodes', 'system:authenticated'],
      }
      const ask = (nodeName: string) =>
        open().as.admin.call('POST', CSRS, {
          body: requestBody({ nodeName, signerName: SERVING_SIGNER }),
          as,
        })
      expect((await ask('worker-8')).status).toBe(403)
      expect((await ask('worker-9')).status).toBe(201)
    })
  })

  it('a deleted request is gone', async () => {
    const { admin } = open().as
    await file(admin, { name: 'deleted' })
    expect((await admin.call('DELETE', csrPath('deleted'))).status).toBe(200)
    expect((await admin.call('GET', csrPath('deleted'))).status).toBe(404)
    expect((await admin.call('DELETE', csrPath('deleted'))).status).toBe(404)
  })
})
