import { expect, it } from 'vitest'
import { makeRequest } from '#lib/csr/fixtures/make-csr.ts'
import {
  CSRS,
  contract,
  csrPath,
  file,
  refusal,
  requestBody,
  SERVING_SIGNER,
  statusOf,
} from './contract.ts'

const REVIEWS = '/apis/authorization.k8s.io/v1/subjectaccessreviews'
const UID = '0e6bd2f4-6a53-4bd3-9f0e-2f1f3a4b5c6d'
const signerFor = (uid: string) => `countersign.dev/approval-proposal.${uid}`

/**
 * The API server's behaviour behind the rule of two people: docs/decisions, "The first of two
 * people".
 */
contract('proposing', (open) => {
  it('a request with a signer of no controller and with a uid in its name is accepted', async () => {
    const { admin } = open().as
    const target = await file(admin, { name: 'proposed', signerName: SERVING_SIGNER })
    const { request } = target.spec
    const answer = await admin.call('POST', CSRS, {
      body: {
        apiVersion: 'certificates.k8s.io/v1',
        kind: 'CertificateSigningRequest',
        metadata: {
          generateName: 'countersign-proposal-',
          annotations: { 'countersign.dev/note': 'on the rack list' },
        },
        spec: {
          request,
          signerName: signerFor(target.metadata.uid),
          usages: ['digital signature'],
        },
      },
    })
    expect(answer.status).toBe(201)
    expect(answer.body.metadata.name).toMatch(/^countersign-proposal-.+/)
    expect(answer.body.metadata.annotations['countersign.dev/note']).toBe('on the rack list')
    // Compared to the letter: a repeated request must come back unchanged.
    expect(answer.body.spec.request).toBe(request)
  })

  it('the proposer is stamped, whatever the body says', async () => {
    const { admin } = open().as
    const csr = await file(admin, {
      name: 'forged',
      signerName: signerFor(UID),
      spec: { username: 'alice', uid: 'alice-1', groups: ['system:masters'], extra: { a: ['b'] } },
    })
    const who = await admin.call('POST', '/apis/authentication.k8s.io/v1/selfsubjectreviews', {
      body: { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' },
    })
    expect(csr.spec.username).toBe(who.body.status.userInfo.username)
    expect(csr.spec.uid ?? '').not.toBe('alice-1')
    expect(csr.spec.extra?.a).toBeUndefined()
  })

  it('the proposer and the content never change; the annotation can', async () => {
    const { admin } = open().as
    const csr = await file(admin, { name: 'kept', signerName: signerFor(UID) })
    const spec = {
      ...csr.spec,
      username: 'alice',
      groups: ['system:authenticated'],
      request: makeRequest({ nodeName: 'another' }),
      signerName: signerFor(UID.replaceAll('0', '1')),
    }
    const metadata = { ...csr.metadata, annotations: { 'countersign.dev/note': 'another' } }
    const put = await admin.call('PUT', csrPath('kept'), { body: { ...csr, metadata, spec } })
    expect(put.status).toBe(200)
    expect(put.body.spec).toEqual(csr.spec)
    expect(put.body.metadata.creationTimestamp).toBe(csr.metadata.creationTimestamp)
    expect(put.body.metadata.annotations).toEqual(metadata.annotations)
  })

  it('all proposals for one uid are listed by their signer, and no others', async () => {
    const { admin } = open().as
    const uid = UID.replaceAll('6', '7')
    for (const name of ['listed-1', 'listed-2']) {
      await file(admin, { name, signerName: signerFor(uid) })
    }
    await file(admin, { name: 'unlisted', signerName: signerFor(UID) })
    const selector = encodeURIComponent(`spec.signerName=${signerFor(uid)}`)
    const { status, body } = await admin.call('GET', `${CSRS}?fieldSelector=${selector}&limit=500`)
    expect(status).toBe(200)
    const names = body.items.map((item: { metadata: { name: string } }) => item.metadata.name)
    expect(names.sort()).toEqual(['listed-1', 'listed-2'])
  })

  it.each(['approver', 'viewer'] as const)('%s may not file without the right to', async (who) => {
    const answer = await open().as[who].call('POST', CSRS, {
      body: requestBody({ signerName: signerFor(UID) }),
    })
    expect(statusOf(answer)).toEqual(refusal(403, 'Forbidden'))
    expect(answer.body.message).toContain(
      `User "${who}" cannot create resource "certificatesigningrequests" ` +
        'in API group "certificates.k8s.io" at the cluster scope',
    )
  })

  const may = async (user: string, groups: string[], resourceAttributes: object) => {
    const answer = await open().as.admin.call('POST', REVIEWS, {
      body: {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SubjectAccessReview',
        spec: { user, groups, resourceAttributes },
      },
    })
    expect(answer.status).toBe(201)
    return answer.body.status.allowed
  }
  const group = 'certificates.k8s.io'
  const sign = { verb: 'approve', group, resource: 'signers', name: SERVING_SIGNER }
  const update = {
    verb: 'update',
    group,
    resource: 'certificatesigningrequests',
    subresource: 'approval',
  }

  it.each([
    ['approver', [], true],
    ['viewer', [], false],
    ['nobody', [], false],
    ['system:bootstrap:abcdef', ['system:bootstrappers'], false],
    ['somebody', ['system:masters'], true],
  ] as const)(
    'rights of %s (%j) are answered to users who may ask: %s',
    async (user, groups, allowed) => {
      expect(await may(user, [...groups], sign)).toBe(allowed)
      expect(await may(user, [...groups], update)).toBe(allowed)
    },
  )

  it.each(['approver', 'viewer'] as const)(
    '%s may not ask about other users’ rights',
    async (who) => {
      const answer = await open().as[who].call('POST', REVIEWS, {
        body: {
          apiVersion: 'authorization.k8s.io/v1',
          kind: 'SubjectAccessReview',
          spec: { user: 'admin', groups: [], resourceAttributes: update },
        },
      })
      expect(statusOf(answer)).toEqual(refusal(403, 'Forbidden'))
      expect(answer.body.message).toContain(
        `User "${who}" cannot create resource "subjectaccessreviews" ` +
          'in API group "authorization.k8s.io" at the cluster scope',
      )
    },
  )
})
