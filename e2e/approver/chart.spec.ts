import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { until } from '#sandbox/control-plane/wait-until.ts'
import { CSRS, type KubeClient, kubeClient, readCsr } from '../fixtures/kube-client.ts'
import { CHART, helm } from '../install/helm.ts'
import { type ApproverProcess, startApprover, tokenKubeconfig } from './approver-process.ts'
import { leads } from './installation.ts'
import { policyText } from './policy-text.ts'
import { openSite, type Site } from './site.ts'

/**
 * The chart, installed by Helm on a real API server. No node runs Pods here: the process is started
 * on this machine, with the account and the command line that the chart gives it.
 */

const NAMESPACE = 'approvers'
const NAME = 'team-countersign'
const ACCOUNT = `${NAME}-approver`
const CONFIG_MAP = `/api/v1/namespaces/${NAMESPACE}/configmaps/${NAME}-policy`
const DEPLOYMENT = `/apis/apps/v1/namespaces/${NAMESPACE}/deployments/${ACCOUNT}`

interface Deployment {
  readonly spec: { readonly template: { readonly metadata: object; readonly spec: PodSpec } }
}
interface PodSpec {
  readonly containers: readonly [{ readonly args: readonly string[] }]
}

let site: Site
let account: KubeClient
let approver: ApproverProcess | null = null

function onCluster(...args: readonly string[]): string {
  const { admin } = site.cluster.kubeconfigs
  return helm([...args, '--namespace', NAMESPACE, '--kubeconfig', admin])
}

const readDeployment = async () =>
  (await site.admin.call<Deployment>('GET', DEPLOYMENT)).body.spec.template

beforeAll(async () => {
  site = await openSite()
  const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' }
  await site.admin.call('POST', '/api/v1/namespaces', {
    body: { metadata: { name: NAMESPACE, labels } },
  })
  onCluster('install', 'team', CHART, '--set', 'admissionPolicy.enabled=true')
  const token = await site.cluster.kubectl([
    ...['create', 'token', ACCOUNT, '-n', NAMESPACE, '--duration=2h'],
  ])
  const { dir, server, ca } = site.cluster
  account = kubeClient(tokenKubeconfig(dir, server, ca, token.trim()))
})
afterAll(async () => {
  await approver?.stop('SIGKILL')
  await account?.close()
  await site?.end()
})

it('its Pods are admitted where the namespace enforces Pod Security "restricted"', async () => {
  const { metadata, spec } = await readDeployment()
  const create = (over: object) =>
    site.admin.call('POST', `/api/v1/namespaces/${NAMESPACE}/pods?dryRun=All`, {
      body: { metadata: { ...metadata, name: 'one' }, spec: { ...spec, ...over } },
    })
  expect(await create({})).toMatchObject({ status: 201 })
  expect(await create({ hostNetwork: true })).toMatchObject({ status: 403 })
})

describe('whoever has the account’s token', () => {
  /** Answer of the API server to a condition that the account writes, or would write. */
  async function decide(
    name: string,
    type: string,
    dryRun = '',
  ): Promise<{ status: number; message?: string }> {
    const request = await readCsr(site.admin, name)
    const condition = { type, status: 'True', reason: 'Test', message: 'by hand' }
    const { status, body } = await account.call('PUT', `${CSRS}/${name}/approval${dryRun}`, {
      body: { ...request, status: { conditions: [condition] } },
    })
    return { status, ...(body.message !== undefined && { message: body.message }) }
  }

  it('cannot approve a serving request that no node filed for itself', async () => {
    const { nodeName, address } = site.fresh()
    const as = {
      username: 'mallory',
      uid: '',
      groups: ['system:nodes', 'system:authenticated'],
      extra: {},
    }
    await site.cluster.kubectl([
      ...[
        'create',
        'clusterrole',
        'filer',
        '--verb=create',
        '--resource=certificatesigningrequests',
      ],
    ])
    await site.cluster.kubectl([
      ...['create', 'clusterrolebinding', 'filer', '--clusterrole=filer', '--user=mallory'],
    ])
    const { metadata } = await site.file(nodeName, address, { requestor: as })
    const refused = await until('the admission policy to be in force', async () => {
      const answer = await decide(metadata.name, 'Approved', '?dryRun=All')
      return answer.status === 200 ? null : answer
    })
    expect(refused.message).toContain('may approve only what a node files for itself')
  })

  it('can approve what a node files for itself, and deny nothing', async () => {
    const { metadata } = await site.goodRequest()
    expect(await decide(metadata.name, 'Denied')).toMatchObject({
      status: 422,
      message: expect.stringContaining('may not deny'),
    })
    expect(await decide(metadata.name, 'Approved')).toMatchObject({ status: 200 })
  })
})

it('as installed it says what it would approve; an upgrade lets it act, and keeps the kill switch', async () => {
  const { spec } = await readDeployment()
  const option = (name: string) =>
    spec.containers[0].args.find((arg) => arg.startsWith(`--${name}=`))?.split('=')[1] ?? ''
  const { dir } = site.cluster
  approver = await startApprover({
    kubeconfig: `${dir}/approver-service-account.kubeconfig`,
    policy: option('policy'),
    lease: option('lease'),
    identity: 'team',
  })
  await leads(approver)
  const request = await site.goodRequest()
  await site.told(request.metadata.uid, 'WouldApprove')
  expect(await site.conditions(request.metadata.name)).toEqual([])

  const pause = (paused: string) =>
    site.admin.call('PATCH', CONFIG_MAP, {
      contentType: 'application/merge-patch+json',
      body: { data: { paused } },
    })
  await pause('true')
  const document = JSON.stringify({ policy: { document: policyText({ mode: 'act' }) } })
  const { admin } = site.cluster.kubeconfigs
  helm(
    [
      ...['upgrade', 'team', CHART, '--namespace', NAMESPACE, '--kubeconfig', admin],
      ...['--reuse-values', '--values', '-'],
    ],
    { input: document },
  )
  const { body } = await site.admin.call<{ data: Readonly<Record<string, string>> }>(
    'GET',
    CONFIG_MAP,
  )
  expect(body.data).toEqual({ paused: 'true', 'policy.yaml': policyText({ mode: 'act' }) })
  await pause('false')
  await site.approved(request.metadata.name)
})

it('uninstalled, it leaves nothing behind', async () => {
  await approver?.stop()
  onCluster('uninstall', 'team')
  const kinds =
    'all,serviceaccounts,configmaps,roles,rolebindings,clusterroles,clusterrolebindings,networkpolicies,poddisruptionbudgets,validatingadmissionpolicies,validatingadmissionpolicybindings'
  const left = await site.cluster.kubectl([
    ...['get', kinds, '--all-namespaces', '--selector', 'app.kubernetes.io/instance=team'],
    ...['--output', 'name', '--ignore-not-found'],
  ])
  expect(left.trim()).toBe('')
})
