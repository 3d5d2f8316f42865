import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type MachineApprover,
  startMachineApprover,
} from '#e2e/approver/machine-approver-process.ts'
import { until } from '#sandbox/control-plane/wait-until.ts'
import { auditEntries } from '../fixtures/audit-log.ts'
import { conditionTypes, readCsr } from '../fixtures/kube-client.ts'
import { approvalCounts } from './approval-writes.ts'
import { type ApproverProcess, startApprover } from './approver-process.ts'
import { leads } from './installation.ts'
import { fileServing, joinMachine, machineAddresses, nodeAddresses } from './machines.ts'
import { policyText } from './policy-text.ts'
import { sharedSite } from './shared-site.ts'
import { LEASE, m } from './site.ts'

const COUNT = 30
/** Permission for the other approver to approve what ours leaves. */
const RULE = {
  name: 'not-theirs',
  message: 'Somebody else looks after these.',
  cel: '!request.nodeName.startsWith("theirs-")',
}

const site = sharedSite()

/** Number of approvals of each, from the API server's audit log. */
function writesOf(names: readonly string[]): readonly (number | undefined)[] {
  const counts = approvalCounts(site.cluster)
  return names.map((name) => counts.get(name))
}

/** Requests whose approval the API server could not answer, from the audit log. */
function unansweredApprovals(): ReadonlySet<string | undefined> {
  const unanswered = auditEntries(site.cluster, '"subresource":"approval"').filter(
    ({ stage, responseStatus: { code } }) =>
      stage !== 'RequestReceived' && code !== 200 && code !== 409,
  )
  return new Set(unanswered.map(({ objectRef }) => objectRef.name))
}

/**
 * Times at which the Lease's holder wrote to it, from the audit log, in milliseconds since the
 * epoch.
 */
function leaseWrites(): readonly number[] {
  return auditEntries(site.cluster, '"resource":"leases"')
    .filter(({ verb, requestURI }) => verb === 'update' && requestURI.startsWith(LEASE))
    .map(({ stageTimestamp }) => Date.parse(stageTimestamp))
}

describe('two replicas', () => {
  it('one replica leads; when it stops it releases the lease and the other begins at once', async () => {
    const first = await site.lead({ mode: 'act' })
    const second = await site.installation.start('two')
    expect(await second.metric(m('leader'))).toBe(0)
    expect(await first.stop('SIGTERM')).toBe(0)
    // Not the ended leader's Lease, which would have to expire first.
    const { body } = await site.admin.call<{ spec: { holderIdentity: string } }>('GET', LEASE)
    expect(body.spec.holderIdentity).not.toMatch(/^one/)
    await leads(second)
    await site.approved((await site.goodRequest()).metadata.name)
  })

  it('after the leader is killed at work the other replica continues within 20 s and approves nothing twice', async () => {
    const first = await site.lead({
      mode: 'act',
      limits: { perNode: 9, perRequestor: 99, total: 999 },
    })
    await site.installation.start('two')
    const machines = Array.from({ length: 40 }, site.fresh)
    for (const { nodeName, address } of machines) await site.join(nodeName, address)
    const filed = machines.map(({ nodeName, address }) => site.file(nodeName, address))
    const requests = await Promise.all(filed)
    await until(
      'the first approvals',
      async () => (await first.metric(m('decisions_total'), { outcome: 'approved' })) > 0,
    )
    await first.stop('SIGKILL')
    const killedAt = Date.now()
    const late = await site.goodRequest()
    await site.approved(late.metadata.name)
    const writes = leaseWrites()
    const [last = 0, next = 0] = [
      writes.findLast((at) => at <= killedAt),
      writes.find((at) => at > killedAt),
    ]
    expect(next - last).toBeLessThan(20_000)
    for (const { metadata } of requests) await site.approved(metadata.name)
    const names = [...requests, late].map(({ metadata }) => metadata.name)
    const counts = approvalCounts(site.cluster)
    expect(names.filter((name) => (counts.get(name) ?? 0) > 1)).toEqual([])
    // The API server may have stored writes that were under way, without an answer.
    const cutOff = unansweredApprovals()
    expect(names.filter((name) => !counts.has(name) && !cutOff.has(name))).toEqual([])
  })
})

describe('beside other approvers', () => {
  const approvers: ApproverProcess[] = []
  let theirs: MachineApprover | null = null

  beforeAll(async () => {
    const policy = join(site.cluster.dir, 'policy.yaml')
    writeFileSync(policy, policyText({ mode: 'act', clients: true, spec: { rules: [RULE] } }))
    const { admin: kubeconfig } = site.cluster.kubeconfigs
    for (const identity of ['one', 'two']) {
      const lease = `default/${identity}`
      const approver = await startApprover({ kubeconfig, policy, identity, lease })
      approvers.push(approver)
      await leads(approver)
      await until('ready', async () => (await approver.get('/readyz')).status === 200)
    }
  })

  afterAll(async () => {
    await theirs?.stop()
    await Promise.all(approvers.map((approver) => approver.stop('SIGKILL')))
  })

  /**
   * Makes a Machine that waits for its node, and that node's first request; returns the request's
   * name.
   */
  async function joins(nodeName: string, address: string): Promise<string> {
    await joinMachine(site.admin, nodeName, null, machineAddresses(nodeName, address))
    const asked = { nodeName, kind: 'client', dnsNames: [], ipAddresses: [] } as const
    return (await fileServing(site.admin, asked)).metadata.name
  }

  /** Expects one decision for each request, and no error of ours from another approver's. */
  async function expectCalm(names: readonly string[]): Promise<void> {
    for (const name of names) {
      expect(conditionTypes(await readCsr(site.admin, name))).toEqual(['Approved'])
    }
    for (const approver of approvers) {
      expect(await approver.metric(m('errors_total'), { kind: 'write' })).toBe(0)
    }
  }

  it('two independent approvers, and a person: every request is approved once, by one of them', async () => {
    const machines = Array.from(
      { length: COUNT },
      (_, n) => [`rack-${n}`, `10.78.0.${n + 1}`] as const,
    )
    for (const [name, ip] of machines) {
      await joinMachine(site.admin, name, nodeAddresses(name, ip), machineAddresses(name, ip))
    }
    const names = await Promise.all(
      machines.map(async ([nodeName, ip]) => {
        const request = { nodeName, dnsNames: [nodeName], ipAddresses: [ip] }
        const { name } = (await fileServing(site.admin, request)).metadata
        // A person approves some of them at about the same time; the later one gets a conflict.
        if (ip.endsWith('0')) {
          await site.cluster.kubectl(['certificate', 'approve', name]).catch(() => {})
        }
        return name
      }),
    )
    for (const name of names) await site.approved(name)
    await until('both to have said what came of each', async () => {
      const counted = approvers.map((approver) => approver.metric(m('decisions_total')))
      return (await Promise.all(counted)).every((count) => count > 0)
    })
    expect(writesOf(names)).toEqual(names.map(() => 1))
    await expectCalm(names)
  })

  it('OpenShift’s machine-approver with a rule of its own, and ours: every request is approved once', async () => {
    theirs = startMachineApprover(site.admin)
    const asked = ['both', 'theirs'].flatMap((prefix, network) =>
      Array.from({ length: COUNT }, (_, n) => joins(`${prefix}-${n}`, `10.79.${network}.${n + 1}`)),
    )
    const names = await Promise.all(asked)
    for (const name of names) await site.approved(name)
    await theirs.stop()
    expect(theirs.approved).toEqual(expect.arrayContaining(names.slice(COUNT)))
    expect(writesOf(names)).toEqual(names.map(() => 1))
    await expectCalm(names)
  })
})
