/** The chart, installed by Helm as a platform team does, with every object that its values name. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { Authority } from '#sandbox/authority.ts'
import type { Cluster } from '#sandbox/control-plane/control-plane.ts'
import { until } from '#sandbox/control-plane/wait-until.ts'
import { OIDC_PREFIX } from '#sandbox/openid/authentication-configuration.ts'
import { CLIENT_ID, PROVIDER_NAME } from '#sandbox/openid/openid-provider.ts'
import { helmBinary, type Values } from './helm.ts'
import { NODE_NAME } from './pod-node.ts'
import { CHARTS, REGISTRY } from './registry.ts'
import type { ProviderFacts } from './stand.ts'

const execute = promisify(execFile)

export const NAMESPACE = 'countersign'
export const RELEASE = 'team'
const NAME = `${RELEASE}-countersign`
export const APPROVER = `${NAME}-approver`
export const DASHBOARD = `${NAME}-dashboard`
export const POLICY = `${NAME}-policy`
/** ClusterRoleBinding of `people.viewers`. */
export const VIEWERS = `${NAME}-viewers`
export const PUBLIC_NAME = 'countersign.test'
export const PUBLIC_URL = `https://${PUBLIC_NAME}`
/** Address of an install behind an ingress. */
export const OTHER_NAME = `other.${PUBLIC_NAME}`
export const OTHER_URL = `https://${OTHER_NAME}`
export const OPENSHIFT_USER = 1_000_680_000
const IMAGE = 'countersign'
const TAG = 'e2e'
/** Name of the image in the registry. */
export const IMAGE_NAME = `${IMAGE}:${TAG}`

/** Values of both programs: no node but this one runs Pods. */
export const ON_NODE = {
  image: { repository: `${REGISTRY}/${IMAGE}`, tag: TAG },
  approver: { nodeSelector: { 'kubernetes.io/hostname': NODE_NAME } },
} as const

/** A provider at which people sign in, and the digest of the image in the registry. */
interface Supplies {
  readonly provider: ProviderFacts
  readonly digest: string
}

export function teamValues({ provider: { issuer }, digest }: Supplies, expected: string): Values {
  return {
    ...ON_NODE,
    image: { repository: ON_NODE.image.repository, digest },
    admissionPolicy: { enabled: true },
    expected: { csv: expected },
    dashboard: {
      enabled: true,
      publicUrl: PUBLIC_URL,
      signIn: ['oidc', 'token'],
      oidc: {
        issuer,
        clientId: CLIENT_ID,
        existingSecret: 'provider',
        existingCaConfigMap: 'provider-ca',
        name: PROVIDER_NAME,
        scopes: ['openid', 'offline_access'],
      },
      tls: { existingSecret: 'pages-tls' },
      exposure: 'none',
      nodeSelector: ON_NODE.approver.nodeSelector,
      record: { volume: { size: '1Gi' } },
    },
    people: {
      viewers: { groups: [`${OIDC_PREFIX}viewers`] },
      approvers: { groups: [`${OIDC_PREFIX}platform-admins`] },
    },
  }
}

/**
 * Installs, upgrades and removes the release. Each call resolves when Helm has ended: its objects
 * are ready, or gone.
 */
export interface Release {
  /** Throws where its installation failed. */
  isInstalled(): Promise<boolean>
  install(values: Values): Promise<void>
  upgrade(values: Values): Promise<void>
  rollback(revision: number): Promise<void>
  /** Works also without a release. */
  uninstall(): Promise<void>
}

/** The chart of an admin who cloned nothing. */
const FROM_REGISTRY = [`${CHARTS}/countersign`, '--plain-http']
const WAIT = ['--wait', '--timeout', '3m']

export function releaseIn(cluster: Cluster, namespace: string): Release {
  const onCluster = ['--namespace', namespace, '--kubeconfig', cluster.kubeconfigs.admin]
  // Not synchronous, because the provider is in this process.
  async function run(args: readonly string[], values?: Values): Promise<void> {
    const from = values === undefined ? [] : ['--values', '-']
    const ended = execute(helmBinary(), [...args, ...WAIT, ...from, ...onCluster])
    ended.child.stdin?.end(values === undefined ? '' : JSON.stringify(values))
    await ended.catch(async ({ message }) => {
      const states = await cluster.kubectl(['describe', 'pods', '-n', namespace])
      throw new Error(`${message}\n${states}`)
    })
  }
  return {
    async isInstalled() {
      const list = ['list', '--output=json', ...onCluster]
      const { stdout } = await execute(helmBinary(), list)
      const [found] = JSON.parse(stdout) as readonly { status: string; revision: string }[]
      if (found?.revision === '1' && found.status !== 'deployed') {
        throw new Error(`The release is ${found.status}.`)
      }
      return found !== undefined
    },
    install: (values) => run(['install', RELEASE, ...FROM_REGISTRY], values),
    upgrade: (values) => run(['upgrade', RELEASE, ...FROM_REGISTRY, '--reuse-values'], values),
    rollback: (revision) => run(['rollback', RELEASE, String(revision)]),
    uninstall: () => run(['uninstall', RELEASE, '--ignore-not-found']),
  }
}

/** Creates the namespace, and what the values name: secrets, the provider's CA, a volume. */
export async function prepareNamespace(
  cluster: Cluster,
  { clientSecret, ca }: ProviderFacts,
  recordFolder: string,
): Promise<void> {
  const { certificate, privateKey } = new Authority('pages-ca', Date.now()).issueWithKey({
    commonName: PUBLIC_NAME,
    servesAt: { name: PUBLIC_NAME, ip: '127.0.0.1' },
    now: Date.now(),
  })
  const inNamespace = (name: string) => ({ name, namespace: NAMESPACE })
  const items = [
    ...openShiftUser(),
    {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: {
        name: NAMESPACE,
        labels: { 'pod-security.kubernetes.io/enforce': 'restricted' },
      },
    },
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: inNamespace('provider'),
      stringData: { 'client-secret': clientSecret },
    },
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: inNamespace('provider-ca'),
      data: { 'ca.crt': ca },
    },
    {
      apiVersion: 'v1',
      kind: 'Secret',
      type: 'kubernetes.io/tls',
      metadata: inNamespace('pages-tls'),
      stringData: { 'tls.crt': certificate, 'tls.key': privateKey },
    },
    {
      apiVersion: 'v1',
      kind: 'PersistentVolume',
      metadata: { name: 'record' },
      spec: {
        capacity: { storage: '1Gi' },
        accessModes: ['ReadWriteOnce'],
        hostPath: { path: recordFolder },
      },
    },
  ]
  await cluster.apply(items)
  await until('Pods to be given their user', async () => (await userOfNewPod(cluster)) !== '')
}

/**
 * User that a Pod would get from the API server; '' until the policy is in force, and while the
 * namespace has no service account.
 */
function userOfNewPod(cluster: Cluster): Promise<string> {
  const securityContext = {
    ...{ allowPrivilegeEscalation: false, runAsNonRoot: true, capabilities: { drop: ['ALL'] } },
    seccompProfile: { type: 'RuntimeDefault' },
  }
  const pod = {
    ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'one', namespace: NAMESPACE } },
    spec: { containers: [{ name: 'one', image: 'one', securityContext }] },
  }
  const user = '-o=jsonpath={.spec.securityContext.runAsUser}'
  const create = ['create', '--dry-run=server', user, '-f', '-']
  return cluster.kubectl(create, { input: JSON.stringify(pod) }).catch(() => '')
}

/**
 * Gives the namespace's Pods a user of their own, as OpenShift does: only its group is in the
 * image.
 */
function openShiftUser(): readonly object[] {
  const name = 'namespace-user'
  const apiVersion = 'admissionregistration.k8s.io/v1'
  const user = `Object.spec.securityContext{ runAsUser: ${OPENSHIFT_USER}, fsGroup: ${OPENSHIFT_USER} }`
  const rule = { operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods'] }
  const namespaceSelector = { matchLabels: { 'kubernetes.io/metadata.name': NAMESPACE } }
  return [
    {
      apiVersion,
      kind: 'MutatingAdmissionPolicy',
      metadata: { name },
      spec: {
        matchConstraints: { namespaceSelector, resourceRules: [rule] },
        reinvocationPolicy: 'Never',
        mutations: [
          {
            patchType: 'ApplyConfiguration',
            applyConfiguration: {
              expression: `Object{ spec: Object.spec{ securityContext: ${user} } }`,
            },
          },
        ],
      },
    },
    {
      apiVersion,
      kind: 'MutatingAdmissionPolicyBinding',
      metadata: { name },
      spec: { policyName: name },
    },
  ]
}
