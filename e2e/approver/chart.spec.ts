import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { until } from '#sandbox/control-plane/wait-until.ts'
import {
  accountToken,
  CSRS,
  type KubeClient,
  kubeClient,
  readCsr,
} from '../fixtures/kube-client.ts'
import { CHART, helm } from '../install/helm.ts'
import { tokenKubeconfig } from './approver-process.ts'
import { openSite, type Site } from './site.ts'

/**
 * The chart, installed by Helm on a real API server: which Pods it admits, and what a stolen token
 * is worth. No node runs Pods here; one does in e2e/install/installed.spec.ts.
 */

const NAMESPACE = 'approvers'
const NAME = 'team-countersign'
const ACCOUNT = `${NAME}-approver`
const DASHBOARD = `${NAME}-dashboard`
const DEPLOYMENTS = `/apis/apps/v1/namespaces/${NAMESPACE}/deployments`

interface Deployment {
  readonly spec: { readonly template: { readonly metadata: object; readonly spec: object } }
}

let site: Site
let account: KubeClient
const readDeployment = async (name = ACCOUNT) =>
  (await site.admin.call<Deployment>('GET', `${DEPLOYMENTS}/${name}`)).body.spec.template

beforeAll(async () => {
  site = await openSite()
  const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' }
  await site.admin.call('POST', '/api/v1/namespaces', {
    body: { metadata: { name: NAMESPACE, labels } },
  })
  const values = [
    ...['admissionPolicy.enabled=true', 'approver.kubelets.ask=false', 'dashboard.enabled=true'],
    ...['dashboard.publicUrl=https://countersign.example.com', 'dashboard.signIn={token}'],
    ...['people.viewers.groups={viewers}', 'people.approvers.groups={approvers}'],
  ]
  const { dir, server, ca, kubeconfigs } = site.cluster
  helm([
    ...['install', 'team', CHART, ...values.flatMap((value) => ['--set', value])],
    ...['--namespace', NAMESPACE, '--kubeconfig', kubeconfigs.admin],
  ])
  const token = await accountToken(site.admin, ACCOUNT, { namespace: NAMESPACE })
  account = kubeClient(tokenKubeconfig(dir, server, ca, token))
})
afterAll(async () => {
  await account?.close()
  await site?.end()
})

it.each([
  ['approver', ACCOUNT],
  ['dashboard', DASHBOARD],
])('a Pod of the %s is admitted where Pod Security "restricted" is enforced', async (_, name) => {
  const { metadata, spec } = await readDeployment(name)
  const create = (over: object) =>
    site.admin.call('POST', `/api/v1/namespaces/${NAMESPACE}/pods?dryRun=All`, {
      body: { metadata: { ...metadata, name: 'one' }, spec: { ...spec, ...over } },
    })
  expect(await create({})).toMatchObject({ status: 201 })
  expect(await create({ hostNetwork: true })).toMatchObject({ status: 403 })
})

describe('a thief of the account’s token', () => {
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

  it('a thief of the account’s token cannot approve a serving request that no node filed for itself', async () => {
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

  it('a thief of the account’s token can approve what a node files for itself, and deny nothing', async () => {
    const { metadata } = await site.goodRequest()
    expect(await decide(metadata.name, 'Denied')).toMatchObject({
      status: 422,
      message: expect.stringContaining('may not deny'),
    })
    expect(await decide(metadata.name, 'Approved')).toMatchObject({ status: 200 })
  })
})

it('an upgrade by Helm puts the policy’s own text back over a saved one', async () => {
  const path = `/api/v1/namespaces/${NAMESPACE}/configmaps/${NAME}-policy`
  const read = async () => {
    const { body } = await site.admin.call<{ data: Record<string, string> }>('GET', path)
    return body
  }
  const shipped = await read()
  expect(shipped).toMatchObject({
    metadata: {
      labels: { 'app.kubernetes.io/managed-by': 'Helm' },
      annotations: { 'meta.helm.sh/release-name': 'team' },
    },
  })
  const tight = `${shipped.data['policy.yaml']}  allowedNames: ["*.example.com"]\n`
  const data = { 'policy.yaml': tight, paused: 'true' }
  expect(await site.admin.call('PUT', path, { body: { ...shipped, data } })).toMatchObject({
    status: 200,
  })
  const { kubeconfigs } = site.cluster
  const upgrade = (...more: string[]) =>
    helm([
      ...['upgrade', 'team', CHART, '--reuse-values', ...more],
      ...['--namespace', NAMESPACE, '--kubeconfig', kubeconfigs.admin],
    ])
  expect(() => upgrade()).toThrow(/conflict/)
  expect((await read()).data).toEqual(data)
  upgrade('--force-conflicts')
  expect((await read()).data).toEqual({ ...shipped.data, paused: 'true' })
})
