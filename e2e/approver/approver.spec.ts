import { describe, expect, it } from 'vitest'
import { until } from '#sandbox/control-plane/wait-until.ts'
import { callsByParty } from '../fixtures/audit-callers.ts'
import { auditEntries } from '../fixtures/audit-log.ts'
import { execCredential } from '../fixtures/exec-credential.ts'
import { accountToken, CSRS, csrPath, kubeClient } from '../fixtures/kube-client.ts'
import { startApprover } from './approver-process.ts'
import { APPROVER_USERNAME, leads, POLICY_PLACE } from './installation.ts'
import {
  decideByHand,
  deleteNode,
  fileServing,
  joinNode,
  nextSecond,
  nodeAddresses,
  readdress,
  relink,
} from './machines.ts'
import { sharedSite } from './shared-site.ts'
import { m } from './site.ts'

const REVIEWS = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews'

/** Another account whose credential the approver's kubeconfig gets in one test. */
const SUCCESSOR = 'system:serviceaccount:default:successor'

const site = sharedSite()
const began = Date.now()

describe('acting, with only the rights of its manifest', () => {
  it('the approver approves a good serving request, which is issued, and names the policy', async () => {
    const approver = await site.lead({ name: 'rack2', mode: 'act' })
    const request = await site.goodRequest()
    const csr = await site.approved(request.metadata.name)
    const [condition] = csr.status?.conditions ?? []
    expect(condition).toMatchObject({ type: 'Approved', reason: 'CountersignAutoApprove' })
    expect(condition?.message).toMatch(/^Approved automatically by policy rack2@[0-9a-f]{12} as /)
    expect(condition?.message).toContain(APPROVER_USERNAME)
    await site.issued(request.metadata.name)
    expect(await site.event(request.metadata.uid, 'AutoApproved')).toMatchObject({
      regarding: { kind: 'CertificateSigningRequest', name: request.metadata.name },
    })
    await expect.poll(() => approver.metric(m('decisions_total'), { outcome: 'approved' })).toBe(1)
    await expect.poll(() => approver.metric(m('time_to_approve_seconds_count'))).toBe(1)
    expect((await approver.get('/readyz')).status).toBe(200)
  })

  it('the approver writes its own Event where another client has forged one in its name before', async () => {
    const policy = { name: 'rack2', mode: 'act' } as const
    const first = await site.lead(policy)
    const known = await site.goodRequest()
    // The text is the same for every request, so any client can predict the next Event's name.
    const { note, metadata } = await site.event(known.metadata.uid, 'AutoApproved')
    await first.stop()
    const request = await site.goodRequest()
    const { name, uid } = request.metadata
    const forged = await site.forge(metadata.name.replace(known.metadata.uid, uid), {
      reason: 'AutoApproved',
      regarding: {
        apiVersion: 'certificates.k8s.io/v1',
        kind: 'CertificateSigningRequest',
        name,
        uid,
      },
      note: 'Left to a person.',
    })
    const approver = await site.lead(policy, { identity: 'two' })
    await site.approved(name)
    const own = await until('its own Event', async () =>
      (await site.events(uid)).find(({ metadata }) => metadata.name !== forged),
    )
    expect(own.note).toBe(note)
    expect(own.metadata.name).toMatch(new RegExp(`^${forged}-[0-9a-f]{16}$`))
    const taken = () => approver.log.find(({ event }) => event === 'eventNameTaken')
    expect(await until('a line of the log', taken)).toMatchObject({ name: forged })
  })

  it('a restarted process does not repeat the Events of the one before, except under another policy', async () => {
    const { nodeName, address } = site.fresh()
    await joinNode(site.admin, nodeName, nodeAddresses(nodeName, address))
    const plausible = await site.file(nodeName, address)
    const { uid } = plausible.metadata
    const first = await site.lead({ mode: 'act' })
    await site.event(uid, 'LeftToAPerson')
    await first.stop()
    const next = await site.lead({ mode: 'act' }, { identity: 'two' })
    const left = () => next.log.find((entry) => entry.event === 'left' && entry.uid === uid)
    await until('it to be left again', left)
    // Events are written in turn: a later one shows that this request was handled.
    const good = await site.goodRequest()
    await site.event(good.metadata.uid, 'AutoApproved')
    expect(await site.events(uid)).toHaveLength(1)
    await next.stop()
    const other = await site.lead({ mode: 'act', limits: { total: 99 } }, { identity: 'three' })
    await until('another Event', async () => (await site.events(uid)).length === 2)
    const later = await site.goodRequest()
    await site.event(later.metadata.uid, 'AutoApproved')
    const taken = [...next.log, ...other.log].filter(({ event }) => event === 'eventNameTaken')
    expect(taken).toEqual([])
  })

  it('the approver leaves a machine’s requests after a person’s denial, until the cluster has deleted the denied one', async () => {
    const { nodeName, address } = site.fresh()
    await site.join(nodeName, address)
    const refused = await decideByHand(site.admin, await site.file(nodeName, address), 'Denied')
    const approver = await site.lead({ mode: 'act' })
    const again = await site.file(nodeName, address, { keyName: 'again' })
    await site.approved((await site.goodRequest()).metadata.name)
    expect((await site.event(again.metadata.uid, 'LeftToAPerson')).note).toContain('machine.denial')
    const left = { because: 'suspicious', check: 'machine.denial' }
    await expect.poll(() => approver.metric(m('left_requests'), left)).toBe(1)
    expect(await site.conditions(again.metadata.name)).toEqual([])

    await site.admin.call('DELETE', `${CSRS}/${refused.metadata.name}`)
    await site.approved(again.metadata.name)
  })

  it('the approver may not approve for another signer', async () => {
    const client = kubeClient(site.installation.kubeconfig)
    const may = async (name: string) => {
      const { body } = await client.call<{ status: { allowed: boolean } }>('POST', REVIEWS, {
        body: {
          kind: 'SelfSubjectAccessReview',
          spec: {
            resourceAttributes: {
              group: 'certificates.k8s.io',
              resource: 'signers',
              verb: 'approve',
              name,
            },
          },
        },
      })
      return body.status.allowed
    }
    expect(await may('kubernetes.io/kubelet-serving')).toBe(true)
    expect(await may('kubernetes.io/kube-apiserver-client-kubelet')).toBe(false)
    expect(await may('kubernetes.io/kube-apiserver-client')).toBe(false)
    expect(await may('kubernetes.io/*')).toBe(false)
    const { nodeName, address } = site.fresh()
    await joinNode(site.admin, nodeName, nodeAddresses(nodeName, address))
    const request = await fileServing(site.admin, { nodeName, kind: 'renewal' })
    const approval = `${CSRS}/${request.metadata.name}/approval`
    const condition = { type: 'Approved', status: 'True', reason: 'x', message: 'x' }
    const body = { ...request, status: { conditions: [condition] } }
    expect((await client.call('PUT', approval, { body })).status).toBe(403)
    await client.close()
  })
})

describe('a machine that changes', () => {
  const suspicious = (check: string) => ({ because: 'suspicious', check })

  it('a request stays pending whose Node was deleted and created again while it waited', async () => {
    const approver = await site.lead({ mode: 'shadow' })
    const { nodeName, address } = site.fresh()
    await site.join(nodeName, address)
    const request = await site.file(nodeName, address)
    await until('it to be judged', async () => (await approver.metric(m('pending_requests'))) === 1)
    await expect.poll(() => approver.metric(m('left_requests'))).toBe(0)
    await deleteNode(site.admin, nodeName)
    await nextSecond()
    const node = await joinNode(site.admin, nodeName, nodeAddresses(nodeName, address))
    await relink(site.admin, nodeName, node)
    await site.installation.writePolicy({ mode: 'act' })
    await site.approved((await site.goodRequest()).metadata.name)
    await expect.poll(() => approver.metric(m('left_requests'), suspicious('node.known'))).toBe(1)
    expect(await site.conditions(request.metadata.name)).toEqual([])
    // A new request of the new Node is approved.
    await site.approved((await site.file(nodeName, address, { keyName: 'new' })).metadata.name)
  })

  it('the next request of a Node stays pending when its addresses become another node’s, or ones that its Machine lacks', async () => {
    const approver = await site.lead({ mode: 'act' })
    const [victim, thief, mover] = [site.fresh(), site.fresh(), site.fresh()]
    for (const { nodeName, address } of [victim, thief, mover]) {
      await site.join(nodeName, address)
      await site.approved((await site.file(nodeName, address)).metadata.name)
    }
    const again = async (of: typeof thief, address: string) => {
      const own = nodeAddresses(of.nodeName, of.address)
      await readdress(site.admin, of.nodeName, [...own, { type: 'InternalIP', address }])
      const over = { ipAddresses: [of.address, address], keyName: `${of.nodeName}-again` }
      return site.file(of.nodeName, of.address, over)
    }
    const hostile = [await again(thief, victim.address), await again(mover, '10.79.7.7')]
    await site.approved((await site.goodRequest()).metadata.name)
    await expect.poll(() => approver.metric(m('left_requests'), suspicious('sans.foreign'))).toBe(1)
    await expect
      .poll(() => approver.metric(m('left_requests'), suspicious('identity.machine')))
      .toBe(1)
    for (const { metadata } of hostile) {
      expect(await site.conditions(metadata.name)).toEqual([])
    }
  })
})

it('the approver uses the current credential, names it in the condition, and logs the ids of the API server’s log', async () => {
  const { cluster, installation } = site
  await cluster.kubectl(['create', 'serviceaccount', 'successor'])
  const rights = ['--clusterrole=cluster-admin', '--serviceaccount=default:successor']
  await cluster.kubectl(['create', 'clusterrolebinding', 'successor', ...rights])
  const { kubeconfig, show } = execCredential(installation.kubeconfig, `${cluster.dir}/shown`)
  await installation.writePolicy({ mode: 'act' })
  const approver = await startApprover({ kubeconfig, policy: POLICY_PLACE })
  try {
    await leads(approver)
    expect(await approvedBy()).toEqual([APPROVER_USERNAME, APPROVER_USERNAME])
    show(await accountToken(site.admin, 'successor'))
    expect(await approvedBy()).toEqual([SUCCESSOR, SUCCESSOR])
    const logged = () => approver.log.filter(({ event }) => event === 'approved')
    await expect.poll(() => logged().length).toBeGreaterThanOrEqual(2)
    for (const { name, auditId } of logged()) {
      const writes = auditEntries(cluster, csrPath(`${name}`, 'approval'))
      expect(writes.map(({ auditID }) => auditID)).toContain(auditId)
    }
  } finally {
    await approver.stop()
  }
})

it('every call in the API server’s log is by a known identity', () => {
  const parties = { approvers: [APPROVER_USERNAME, SUCCESSOR] }
  const calls = callsByParty(site.cluster, parties, began)
  expect(calls.get('approver')).toBeGreaterThan(0)
})

/** Approver of the next request: by the condition, and by the audit log. */
async function approvedBy(): Promise<readonly (string | undefined)[]> {
  const { metadata } = await site.goodRequest()
  const [condition] = (await site.approved(metadata.name)).status?.conditions ?? []
  const writes = auditEntries(site.cluster, csrPath(metadata.name, 'approval'))
  return [/ as (\S+)/.exec(condition?.message ?? '')?.[1], writes.at(-1)?.user.username]
}
