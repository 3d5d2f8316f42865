import { expect, it } from 'vitest'
import {
  CSRS,
  conditionsOf,
  contract,
  csrPath,
  decide,
  file,
  onlyReal,
  refusal,
  SERVING_SIGNER,
  statusOf,
  USER_SIGNER,
} from './contract.ts'
import type { Answer } from './raw-client.ts'

const OTHER_UID = '00000000-0000-4000-8000-000000000000'

contract('deciding', (open) => {
  const read = async (name: string) => (await open().as.admin.call('GET', csrPath(name))).body
  const isUndecided = async (name: string) => expect((await read(name)).status).toEqual({})

  it('an approval is stamped with its time and keeps its reason and message', async () => {
    const { admin } = open().as
    const csr = await file(admin, { name: 'approved' })
    const answer = await decide(admin, csr)
    expect(answer.status).toBe(200)
    const [condition] = answer.body.status.conditions
    expect(condition).toMatchObject({
      type: 'Approved',
      status: 'True',
      reason: 'Contract',
      message: 'by the contract',
    })
    expect(condition.lastUpdateTime).toMatch(/Z$/)
    expect(condition.lastTransitionTime).toMatch(/Z$/)
    expect(answer.body.metadata.resourceVersion).not.toBe(csr.metadata.resourceVersion)
    expect((await read('approved')).status).toEqual(answer.body.status)
  })

  it('a denied request stays listed, with the time of its denial', async () => {
    const { admin } = open().as
    await decide(admin, await file(admin, { name: 'denied' }), { type: 'Denied' })
    const { body } = await admin.call('GET', CSRS)
    const listed = body.items.find(({ metadata }: typeof body) => metadata.name === 'denied')
    expect(conditionsOf(listed)).toEqual(['Denied'])
    expect(listed.status.conditions[0].lastUpdateTime).toMatch(/Z$/)
  })

  it('a decision’s own time is kept, possibly another clock’s; the server’s own time stands beside it', async () => {
    const { admin } = open().as
    const csr = await file(admin, { name: 'dated' })
    const lastUpdateTime = '2030-01-01T00:00:00Z'
    const conditions = [{ type: 'Denied', status: 'True', reason: 'Contract', lastUpdateTime }]
    const answer = await admin.call('PUT', csrPath('dated', 'approval'), {
      body: { ...csr, status: { conditions } },
    })
    expect(answer.body.status.conditions).toMatchObject([{ type: 'Denied', lastUpdateTime }])
    const [{ lastTransitionTime }] = answer.body.status.conditions
    expect(Date.parse(lastTransitionTime)).toBeLessThan(Date.parse(lastUpdateTime))
  })

  it('the answer to a client that asks for metadata only names the object and its version', async () => {
    const { admin } = open().as
    const csr = await file(admin, { name: 'metadata' })
    const accept = 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json'
    const status = { conditions: [{ type: 'Approved', status: 'True', reason: 'Contract' }] }
    const answer = await admin.call('PUT', csrPath('metadata', 'approval'), {
      body: { ...csr, status },
      headers: { accept },
    })
    const now = await read('metadata')
    expect(conditionsOf(now)).toEqual(['Approved'])
    expect(answer.status).toBe(200)
    expect(answer.body.metadata).toMatchObject({
      uid: csr.metadata.uid,
      resourceVersion: now.metadata.resourceVersion,
    })
  })

  it('another uid is a conflict, and nothing is decided', async () => {
    const { admin } = open().as
    const csr = await file(admin, { name: 'uid' })
    const answer = await decide(admin, csr, { uid: OTHER_UID })
    expect(statusOf(answer)).toEqual(refusal(409, 'Conflict'))
    expect(answer.body.message).toMatch(
      /^Operation cannot be fulfilled on certificatesigningrequests\.certificates\.k8s\.io "uid": /,
    )
    expect(answer.body.message).toContain(
      `Precondition failed: UID in precondition: ${OTHER_UID}, UID in object meta: ${csr.metadata.uid}`,
    )
    await isUndecided('uid')
  })

  it('the old uid decides nothing after a request was deleted and filed again under the same name', async () => {
    const { admin } = open().as
    const csr = await file(admin, { name: 'reborn' })
    await admin.call('DELETE', csrPath('reborn'))
    await file(admin, { name: 'reborn' })
    const answer = await decide(admin, csr, { resourceVersion: null })
    expect(statusOf(answer)).toEqual(refusal(409, 'Conflict'))
    await isUndecided('reborn')
  })

  it('an old version is a conflict, and nothing is decided', async () => {
    const { admin } = open().as
    const csr = await file(admin, { name: 'version' })
    const contentType = 'application/merge-patch+json'
    const body = { metadata: { labels: { touched: 'yes' } } }
    await admin.call('PATCH', csrPath('version'), { body, contentType })
    const answer = await decide(admin, csr)
    expect(statusOf(answer)).toEqual(refusal(409, 'Conflict'))
    expect(answer.body.message).toContain(
      'the object has been modified; please apply your changes to the latest version and try again',
    )
    await isUndecided('version')
  })

  it('without uid and version the decision is unconditional, so the product must always send both', async () => {
    const { admin } = open().as
    const csr = await file(admin, { name: 'neither' })
    const answer = await decide(admin, csr, { uid: null, resourceVersion: null })
    expect(answer.status).toBe(200)
    expect(conditionsOf(answer.body)).toEqual(['Approved'])
  })

  it('one of two decisions at the same time with the same version wins', async () => {
    const { admin } = open().as
    const csr = await file(admin, { name: 'race' })
    const answers = await Promise.all([
      decide(admin, csr, { type: 'Approved' }),
      decide(admin, csr, { type: 'Denied' }),
    ])
    expect(answers.map(({ status }: Answer) => String(status)).toSorted()).toEqual(['200', '409'])
    expect(conditionsOf(await read('race'))).toHaveLength(1)
  })

  it.each([
    ['Approved', 'Denied'],
    ['Denied', 'Approved'],
  ])('a request that is %s can never be %s', async (first, second) => {
    const { admin } = open().as
    const csr = await file(admin)
    const { body: decided } = await decide(admin, csr, { type: first })
    const both = [
      ...decided.status.conditions,
      { type: second, status: 'True', reason: 'Contract' },
    ]
    const added = await admin.call('PUT', csrPath(csr.metadata.name, 'approval'), {
      body: { ...decided, status: { conditions: both } },
    })
    expect(statusOf(added)).toEqual(refusal(422, 'Invalid'))
    // In the words of Kubernetes up to 1.36, or of 1.37.
    expect(added.body.message).toMatch(/are mutually exclusive|must specify at most one of/)
    const replaced = await decide(admin, decided, { type: second })
    expect(statusOf(replaced)).toEqual(refusal(422, 'Invalid'))
    expect(replaced.body.message).toContain(`updates may not remove a condition of type "${first}"`)
    expect(conditionsOf(await read(csr.metadata.name))).toEqual([first])
  })

  it('no user can take a decision back', async () => {
    const { admin } = open().as
    const csr = await file(admin, { name: 'lasting' })
    const { body: approved } = await decide(admin, csr)
    const answer = await admin.call('PUT', csrPath('lasting', 'approval'), {
      body: { ...approved, status: {} },
    })
    expect(statusOf(answer)).toEqual(refusal(422, 'Invalid'))
    expect(answer.body.message).toBe(
      'CertificateSigningRequest.certificates.k8s.io "lasting" is invalid: status.conditions: ' +
        'Forbidden: updates may not remove a condition of type "Approved"',
    )
    expect(answer.body.details).toMatchObject({
      name: 'lasting',
      group: 'certificates.k8s.io',
      kind: 'CertificateSigningRequest',
      causes: [
        {
          reason: 'FieldValueForbidden',
          field: 'status.conditions',
          message: 'Forbidden: updates may not remove a condition of type "Approved"',
        },
      ],
    })
  })

  it('approving changes neither the spec nor the certificate', async () => {
    const { admin } = open().as
    const csr = await file(admin, { name: 'spec-stays' })
    const forged = { ...csr, spec: { ...csr.spec, signerName: SERVING_SIGNER, username: 'me' } }
    const answer = await decide(admin, forged)
    expect(answer.status).toBe(200)
    expect(answer.body.spec).toEqual(csr.spec)
    expect(answer.body.status.certificate).toBeUndefined()
  })

  it('a PUT with labels keeps them', async () => {
    const { admin } = open().as
    const csr = await file(admin, { name: 'labelled', labels: { rack: '2' } })
    const conditions = [{ type: 'Approved', status: 'True', reason: 'Contract' }]
    const answer = await admin.call('PUT', csrPath('labelled', 'approval'), {
      body: { ...csr, status: { conditions } },
    })
    expect(answer.body.metadata.labels).toEqual({ rack: '2' })
  })

  it('a PUT without labels removes them, so the product must send them', async () => {
    const { admin } = open().as
    const csr = await file(admin, { name: 'bare', labels: { rack: '2' } })
    expect((await decide(admin, csr)).body.metadata.labels).toBeUndefined()
  })

  it('a PUT without spec still decides', async () => {
    const { admin } = open().as
    const csr = await file(admin, { name: 'no-spec' })
    const answer = await decide(admin, { metadata: csr.metadata })
    expect(answer.status).toBe(200)
    expect(answer.body.spec).toEqual(csr.spec)
  })

  onlyReal(() => {
    it.each([
      ['a status that is not True', { type: 'Approved', status: 'False' }],
      ['no status', { type: 'Approved' }],
      ['no type', { type: '', status: 'True' }],
    ])('a condition with %s is refused', async (_what, condition) => {
      const { admin } = open().as
      const csr = await file(admin)
      const answer = await admin.call('PUT', csrPath(csr.metadata.name, 'approval'), {
        body: { ...csr, status: { conditions: [condition] } },
      })
      expect(statusOf(answer)).toEqual(refusal(422, 'Invalid'))
      await isUndecided(csr.metadata.name)
    })
  })

  it('the name in the body must be the name in the path', async () => {
    const { admin } = open().as
    const csr = await file(admin, { name: 'path' })
    await file(admin, { name: 'body' })
    const answer = await admin.call('PUT', csrPath('body', 'approval'), { body: csr })
    expect(statusOf(answer)).toEqual(refusal(400, 'BadRequest'))
    await isUndecided('body')
  })

  it('a deleted request is refused as gone, and is not created again', async () => {
    const { admin } = open().as
    const csr = await file(admin, { name: 'gone' })
    await admin.call('DELETE', csrPath('gone'))
    // Up to Kubernetes 1.33 it is a conflict, after which the request is read anew.
    const gone = [refusal(404, 'NotFound'), refusal(409, 'Conflict')]
    expect(gone).toContainEqual(statusOf(await decide(admin, csr)))
    expect((await admin.call('GET', csrPath('gone'))).status).toBe(404)
  })

  it('the status subresource alone decides nothing', async () => {
    const { admin } = open().as
    const csr = await file(admin, { name: 'by-status' })
    const conditions = [{ type: 'Approved', status: 'True', reason: 'Contract' }]
    const answer = await admin.call('PUT', csrPath('by-status', 'status'), {
      body: { ...csr, status: { conditions } },
    })
    expect(statusOf(answer)).toEqual(refusal(422, 'Invalid'))
    expect(answer.body.message).toContain('updates may not add a condition of type "Approved"')
    await isUndecided('by-status')
  })

  it('the signer of each request decides who may approve it', async () => {
    const { admin, approver } = open().as
    const other = await file(admin, {
      name: 'a-user',
      signerName: USER_SIGNER,
      usages: ['client auth'],
    })
    const refused = await decide(approver, other)
    expect(statusOf(refused)).toEqual(refusal(403, 'Forbidden'))
    expect(refused.body.message).toBe(
      'certificatesigningrequests.certificates.k8s.io "a-user" is forbidden: ' +
        `user not permitted to approve requests with signerName "${USER_SIGNER}"`,
    )
    await isUndecided('a-user')
    const kubelet = await file(admin, { name: 'a-kubelet', signerName: SERVING_SIGNER })
    expect((await decide(approver, kubelet)).status).toBe(200)
  })
})
