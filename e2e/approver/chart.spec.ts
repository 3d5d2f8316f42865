import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { type IncomingMessage, request } from 'node:http'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { until } from '#sandbox/control-plane/wait-until.ts'
import { npmScript } from '#sandbox/npm-script.ts'
import { CSRS, type KubeClient, kubeClient, readCsr } from '../fixtures/kube-client.ts'
import { CHART, helm } from '../install/helm.ts'
import { tokenKubeconfig } from './approver-process.ts'
import { policyText } from './policy-text.ts'
import { openSite, type Site } from './site.ts'

/**
 * The chart, installed by Helm on a real API server. No node runs Pods here: the image is unpacked on
 * this machine, and its command runs in it, with the account and the command line of the Pod.
 */

const NAMESPACE = 'approvers'
const NAME = 'team-countersign'
const ACCOUNT = `${NAME}-approver`
const DASHBOARD = `${NAME}-dashboard`
const CONFIG_MAP = `/api/v1/namespaces/${NAMESPACE}/configmaps/${NAME}-policy`
const PUBLIC_URL = 'https://countersign.example.com'
const BOB = `system:serviceaccount:${NAMESPACE}:bob`
/** Folder of the record's volume. */
const RECORD = 'var/lib/countersign'
const DEPLOYMENTS = `/apis/apps/v1/namespaces/${NAMESPACE}/deployments`

interface Deployment {
  readonly spec: { readonly template: { readonly metadata: object; readonly spec: PodSpec } }
}
interface PodSpec {
  readonly containers: readonly [
    {
      readonly command: readonly string[]
      readonly args: readonly string[]
      readonly env: readonly { readonly name: string; readonly value?: string }[]
    },
  ]
}

/** A uid as OpenShift gives one to each namespace; only its group is in the image. */
const USER = '1000680000:0'
const ACCOUNT_FILES = 'var/run/secrets/kubernetes.io/serviceaccount'

const run = promisify(execFile)
const isRoot = process.getuid?.() === 0

let site: Site
let account: KubeClient
let token: string
let port: number
let ports: { readonly pages: number; readonly probes: number; readonly metrics: number }
let folder: string
let approver: ChildProcess | null = null

function onCluster(...args: readonly string[]): string {
  const { admin } = site.cluster.kubeconfigs
  return helm([...args, '--namespace', NAMESPACE, '--kubeconfig', admin])
}

const readDeployment = async (name = ACCOUNT) =>
  (await site.admin.call<Deployment>('GET', `${DEPLOYMENTS}/${name}`)).body.spec.template

const tokenOf = async (name: string) => {
  const args = ['create', 'token', name, '-n', NAMESPACE, '--duration=2h']
  return (await site.cluster.kubectl(args)).trim()
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'chart-'))
  const [own = 0, pages = 0, probes = 0, metrics = 0] = await freePorts(4)
  port = own
  ports = { pages, probes, metrics }
  site = await openSite()
  const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' }
  await site.admin.call('POST', '/api/v1/namespaces', {
    body: { metadata: { name: NAMESPACE, labels } },
  })
  const values = [
    ...['admissionPolicy.enabled=true', 'approver.kubelets.ask=false', `approver.port=${port}`],
    ...['dashboard.enabled=true', `dashboard.publicUrl=${PUBLIC_URL}`, 'dashboard.signIn={token}'],
    ...['dashboard.record.volume.size=1Gi', 'dashboard.listenAddress=127.0.0.1'],
    ...Object.entries(ports).map(([name, number]) => `dashboard.ports.${name}=${number}`),
    ...['people.viewers.groups={viewers}', `people.viewers.users={${BOB}}`],
    'people.approvers.groups={approvers}',
  ]
  onCluster('install', 'team', CHART, ...values.flatMap((value) => ['--set', value]))
  token = await tokenOf(ACCOUNT)
  const { dir, server, ca } = site.cluster
  account = kubeClient(tokenKubeconfig(dir, server, ca, token))
})
afterAll(async () => {
  approver?.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
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

/** Milliseconds: tracing and compressing take a minute on a quiet machine. */
const IMAGE_MS = 1_200_000

it('an image made twice is the same image, and has no shell', { timeout: IMAGE_MS }, async () => {
  const one = await makeImage(join(folder, 'one'))
  const two = await makeImage(join(folder, 'two'))
  expect(one.digest).toMatch(/^sha256:/)
  expect(two.digest).toBe(one.digest)
  expect(two.bytes.equals(one.bytes)).toBe(true)
  const root = await unpack(one.archive, join(folder, 'root'))
  for (const command of ['countersign', 'countersign-approver']) {
    expect(existsSync(join(root, 'usr/local/bin', command))).toBe(true)
  }
  expect(one.bytes.length).toBeLessThan(70_000_000)
  expect(
    ['bin/sh', 'usr/bin/sh', 'bin/bash'].filter((path) => existsSync(join(root, path))),
  ).toEqual([])
})

// Only root may change the root of a process.
it.skipIf(!isRoot)(
  'the image runs as installed, and says what it would approve; an upgrade lets it act, and keeps the kill switch',
  async () => {
    const { spec } = await readDeployment()
    approver = startPod(spec, join(folder, 'root'), token)
    await until('the image to be ready', async () => {
      const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => null)
      return answer?.status === 200
    })
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
  },
)

// Only root may change the root of a process.
it.skipIf(!isRoot)(
  'the dashboard runs in the image as installed, and a viewer signs in',
  async () => {
    const { spec } = await readDeployment(DASHBOARD)
    const dashboard = startPod(spec, join(folder, 'root'), await tokenOf(DASHBOARD))
    try {
      await until('the dashboard to be ready', async () => {
        const answer = await fetch(`http://127.0.0.1:${ports.probes}/readyz`).catch(() => null)
        return answer?.status === 200
      })
      const page = await asBrowser('GET', '/', { accept: 'text/html' })
      expect(page.status).toBe(200)
      expect(page.body).toContain('<html')
      await site.cluster.kubectl(['create', 'serviceaccount', 'bob', '-n', NAMESPACE])
      const token = await tokenOf('bob')
      const signedIn = await asBrowser('POST', '/api/session', {}, JSON.stringify({ token }))
      expect(signedIn.status).toBe(201)
      expect(JSON.parse(signedIn.body)).toMatchObject({
        person: { name: BOB },
        access: { mayView: true },
      })
    } finally {
      dashboard.kill('SIGTERM')
      await once(dashboard, 'exit')
    }
  },
)

it('uninstalled, it leaves nothing behind', async () => {
  const ended = approver === null ? [0, null] : once(approver, 'exit')
  approver?.kill('SIGTERM')
  expect(await ended).toEqual([0, null])
  onCluster('uninstall', 'team')
  const kinds =
    'all,ingresses,serviceaccounts,configmaps,roles,rolebindings,clusterroles,clusterrolebindings,networkpolicies,poddisruptionbudgets,validatingadmissionpolicies,validatingadmissionpolicybindings'
  const left = await site.cluster.kubectl([
    ...['get', kinds, '--all-namespaces', '--selector', 'app.kubernetes.io/instance=team'],
    ...['--output', 'name', '--ignore-not-found'],
  ])
  expect(left.trim()).toBe('')
})

interface MadeImage {
  readonly archive: string
  readonly digest: string
  readonly bytes: Buffer
}

/** Makes the image as an admin does. */
async function makeImage(output: string): Promise<MadeImage> {
  const { command, args, ...options } = npmScript('image', ['--output', output])
  const { stdout: printed } = await run(command, args, options)
  const archive = /^archive +(\S+)/m.exec(printed)?.[1] ?? ''
  const digest = /^digest +(\S+)/m.exec(printed)?.[1] ?? ''
  return { archive, digest, bytes: readFileSync(archive) }
}

/** Unpacks the layers of an OCI archive, as a container runtime does. */
async function unpack(archive: string, root: string): Promise<string> {
  const layout = `${root}.layout`
  for (const path of [root, layout]) mkdirSync(path)
  await run('tar', ['-xf', archive, '-C', layout])
  const blob = (digest: string) => join(layout, 'blobs', digest.replace(':', '/'))
  const json = (path: string) => JSON.parse(readFileSync(path, 'utf8'))
  const { layers } = json(blob(json(join(layout, 'index.json')).manifests[0].digest))
  for (const { digest } of layers) await run('tar', ['-xzf', blob(digest), '-C', root])
  return root
}

/** Starts the container's command in its image, as the Pod would: its uid, files, environment. */
function startPod(pod: PodSpec, root: string, token: string): ChildProcess {
  const [container] = pod.containers
  const downward: Readonly<Record<string, string>> = { POD_NAME: 'team-0', POD_IP: '127.0.0.1' }
  const named = container.env.map(({ name, value }) => [name, value ?? downward[name] ?? ''])
  const { hostname, port: serverPort } = new URL(site.cluster.server)
  const account = mkdtempSync(join(folder, 'account-'))
  chmodSync(account, 0o755)
  writeFileSync(join(account, 'token'), token)
  cpSync(site.cluster.ca, join(account, 'ca.crt'))
  for (const path of [ACCOUNT_FILES, RECORD]) mkdirSync(join(root, path), { recursive: true })
  // The image's files cannot be written to; a volume for the record can.
  const script = [
    'mount --bind "$0" "$0"',
    'mount -o remount,bind,ro "$0"',
    `mount --bind "$1" "$0/${ACCOUNT_FILES}"`,
    `mount -t tmpfs -o mode=1777 record "$0/${RECORD}"`,
    'shift',
    'exec chroot "$@"',
  ].join(' && ')
  const args = container.args.map((arg) =>
    arg.replace(/\$\((\w+)\)/g, (_, name: string) => downward[name] ?? ''),
  )
  const command = [`--userspec=${USER}`, root, ...container.command, ...args]
  return spawn('unshare', ['--mount', 'sh', '-c', script, root, account, ...command], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      NODE_ENV: 'production',
      PATH: '/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      KUBERNETES_SERVICE_HOST: hostname,
      KUBERNETES_SERVICE_PORT: serverPort,
      ...Object.fromEntries(named),
    },
  })
}

/** Calls the dashboard as its ingress does for a browser: under its public address. */
async function asBrowser(
  method: string,
  path: string,
  headers: Readonly<Record<string, string>>,
  body = '',
): Promise<{ readonly status: number | undefined; readonly body: string }> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  const sent = request({
    host: '127.0.0.1',
    port: ports.pages,
    method,
    path,
    headers: {
      host: new URL(PUBLIC_URL).host,
      ...(body !== '' && { origin: PUBLIC_URL, 'content-type': 'application/json' }),
      ...headers,
    },
  })
  sent.on('response', resolve).on('error', reject).end(body)
  const answer = await promise
  return { status: answer.statusCode, body: await text(answer) }
}

/** Ports of this machine that nobody listens at, all different. */
async function freePorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'))
  await Promise.all(servers.map((server) => once(server, 'listening')))
  const numbers = servers.map((server) => (server.address() as AddressInfo).port)
  for (const server of servers) server.close()
  await Promise.all(servers.map((server) => once(server, 'close')))
  return numbers
}
