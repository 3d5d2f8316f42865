import { expect, it } from 'vitest'
import {
  CLIENT_SIGNER,
  CSRS,
  contract,
  csrPath,
  decide,
  file,
  refusal,
  SERVING_SIGNER,
  statusOf,
  USER_SIGNER,
} from './contract.ts'

const REVIEWS = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews'
const WHO = '/apis/authentication.k8s.io/v1/selfsubjectreviews'

contract('rights', (open) => {
  const may = async (identity: 'admin' | 'viewer' | 'approver' | 'nobody', wanted: object) => {
    const answer = await open().as[identity].call('POST', REVIEWS, {
      body: {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SelfSubjectAccessReview',
        spec: { resourceAttributes: wanted },
      },
    })
    expect(answer.status).toBe(201)
    return answer.body.status.allowed
  }
  const approve = (name: string) => ({
    verb: 'approve',
    group: 'certificates.k8s.io',
    resource: 'signers',
    name,
  })
  const approval = {
    verb: 'update',
    group: 'certificates.k8s.io',
    resource: 'certificatesigningrequests',
    subresource: 'approval',
  }

  it.each([
    ['certificatesigningrequests', 'certificates.k8s.io', CSRS],
    ['nodes', '', '/api/v1/nodes'],
    ['machines', 'machine.openshift.io', '/apis/machine.openshift.io/v1beta1/machines'],
    ['clusteroperators', 'config.openshift.io', '/apis/config.openshift.io/v1/clusteroperators'],
    ['clusterversions', 'config.openshift.io', '/apis/config.openshift.io/v1/clusterversions'],
  ])('viewers may read %s, and other users are refused', async (resource, group, path) => {
    const { viewer, approver, nobody } = open().as
    expect((await viewer.call('GET', path)).status).toBe(200)
    expect((await approver.call('GET', path)).status).toBe(200)
    const answer = await nobody.call('GET', path)
    expect(statusOf(answer)).toEqual(refusal(403, 'Forbidden'))
    const qualified = group === '' ? resource : `${resource}.${group}`
    expect(answer.body.message).toBe(
      `${qualified} is forbidden: User "nobody" cannot list resource "${resource}" ` +
        `in API group "${group}" at the cluster scope`,
    )
    expect(answer.body.details).toEqual({ ...(group ? { group } : {}), kind: resource })
  })

  it('a single object is refused by its name', async () => {
    const answer = await open().as.nobody.call('GET', csrPath('secret'))
    expect(statusOf(answer)).toEqual(refusal(403, 'Forbidden'))
    expect(answer.body.message).toBe(
      'certificatesigningrequests.certificates.k8s.io "secret" is forbidden: ' +
        'User "nobody" cannot get resource "certificatesigningrequests" ' +
        'in API group "certificates.k8s.io" at the cluster scope',
    )
  })

  it('a viewer decides nothing', async () => {
    const { admin, viewer } = open().as
    const csr = await file(admin, { name: 'viewed', signerName: SERVING_SIGNER })
    const answer = await decide(viewer, csr)
    expect(statusOf(answer)).toEqual(refusal(403, 'Forbidden'))
    expect(answer.body.message).toBe(
      'certificatesigningrequests.certificates.k8s.io "viewed" is forbidden: ' +
        'User "viewer" cannot update resource "certificatesigningrequests/approval" ' +
        'in API group "certificates.k8s.io" at the cluster scope',
    )
  })

  it.each([
    ['admin', true, true, true],
    ['approver', true, true, false],
    ['viewer', false, false, false],
    ['nobody', false, false, false],
  ] as const)(
    'the rights of %s to update approvals: %s; for kubelet signers: %s, for others: %s',
    async (who, ...expected) => {
      const [updates, kubelets, others] = expected
      expect(await may(who, approval)).toBe(updates)
      expect(await may(who, approve(CLIENT_SIGNER))).toBe(kubelets)
      expect(await may(who, approve(SERVING_SIGNER))).toBe(kubelets)
      expect(await may(who, approve(USER_SIGNER))).toBe(others)
    },
  )

  it('signer names are matched literally: the domain with a star is another name', async () => {
    expect(await may('approver', approve(SERVING_SIGNER))).toBe(true)
    expect(await may('approver', approve('kubernetes.io/*'))).toBe(false)
    expect(await may('approver', approve('kubernetes.io/kubelet'))).toBe(false)
    expect(await may('admin', approve('kubernetes.io/*'))).toBe(true)
  })

  it.each(['viewer', 'approver', 'nobody'] as const)(
    'the self review tells %s its own name',
    async (who) => {
      const { status, body } = await open().as[who].call('POST', WHO, {
        body: { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' },
      })
      expect(status).toBe(201)
      expect(body.kind).toBe('SelfSubjectReview')
      expect(body.status.userInfo.username).toBe(who)
      expect(body.status.userInfo.groups).toContain('system:authenticated')
    },
  )

  it('an unknown token is Unauthorized', async () => {
    const answer = await open().withToken('stale').call('GET', CSRS)
    expect(statusOf(answer)).toEqual(refusal(401, 'Unauthorized'))
  })

  it('a client without a credential is anonymous, and learns that', async () => {
    const answer = await open().withToken('').call('GET', CSRS)
    expect(statusOf(answer)).toEqual(refusal(403, 'Forbidden'))
    expect(answer.body.message).toContain('User "system:anonymous" cannot list resource')
  })

  it('impersonation needs the right to', async () => {
    const as = { username: 'somebody' }
    const answer = await open().as.viewer.call('GET', CSRS, { as })
    expect(statusOf(answer)).toEqual(refusal(403, 'Forbidden'))
    expect(answer.body.message).toContain('User "viewer" cannot impersonate')
  })
})
