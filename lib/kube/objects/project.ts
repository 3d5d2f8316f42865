import type {
  V1CertificateSigningRequest,
  V1CertificateSigningRequestCondition,
  V1CertificateSigningRequestSpec,
  V1CertificateSigningRequestStatus,
  V1DaemonEndpoint,
  V1Node,
  V1NodeAddress,
  V1NodeCondition,
  V1NodeDaemonEndpoints,
  V1NodeSpec,
  V1NodeStatus,
  V1NodeSystemInfo,
  V1ObjectMeta,
  V1ObjectReference,
  V1Taint,
} from '@kubernetes/client-node'
import type {
  ClusterOperator,
  Csr,
  CsrCondition,
  CutFields,
  MachineObject,
  Node,
  NodeAddress,
  ReadyCondition,
} from '#lib/csr/model.ts'
import {
  APPROVED,
  DENIED,
  FAILED,
  KUBELET_PORT,
  PROPOSAL_NOTE,
  ROLE_LABEL,
  ROLE_LABEL_PREFIX,
} from '#lib/csr/names.ts'
import { proposalTarget } from '#lib/csr/policy/proposal.ts'
import { MOST_BUNDLE_CHARACTERS } from '#lib/csr/reading/certificate.ts'
import { beginning } from '#lib/csr/reading/cut-text.ts'
import { MOST_REQUEST_BYTES, requestFingerprint } from '#lib/csr/reading/pkcs10.ts'
import { type BoundedReader, createBoundedReader } from '#lib/kube/objects/bounds.ts'
import { keepForPut } from '#lib/kube/objects/writable.ts'
import {
  type Fields,
  fieldsOf,
  listOf,
  optionalFields,
  optionalFlag,
  optionalNumber,
  optionalText,
  requiredText,
  textsOf,
  type Unread,
} from '#lib/kube/transport/shape.ts'
import { shared } from '#lib/kube/transport/shared-text.ts'

/**
 * Translates the API server's objects to ours, the only file that knows both. Unlisted fields are
 * dropped, stored texts bounded (lib/kube/objects/bounds.ts). Each function throws a ProjectionError.
 */

export function projectCsr(raw: unknown): Csr {
  const object = fieldsOf<V1CertificateSigningRequest>(raw, 'object')
  const metadata = fieldsOf<V1ObjectMeta>(object.metadata, 'metadata')
  const spec = fieldsOf<V1CertificateSigningRequestSpec>(object.spec, 'spec')
  const status = optionalFields<V1CertificateSigningRequestStatus>(object.status, 'status')
  const read = createBoundedReader()
  const csr: Csr = {
    ...identityOf(metadata, read),
    signerName: read.word(requiredText(spec.signerName, 'spec.signerName'), 'spec.signerName', ''),
    requestor: {
      username: read.word(spec.username, 'spec.username', ''),
      uid: read.word(spec.uid, 'spec.uid', ''),
      groups: read.texts(spec.groups, 'spec.groups'),
      extra: projectExtra(spec.extra, read),
    },
    usages: read.texts(spec.usages, 'spec.usages'),
    expirationSeconds: optionalNumber(spec.expirationSeconds, 'spec.expirationSeconds'),
    ...projectRequest(requiredText(spec.request, 'spec.request')),
    conditions: projectCsrConditions(status.conditions, read),
    certificate: projectCertificate(status.certificate),
    ...cutOf(read),
  }
  if (proposalTarget(csr) === null) {
    keepForPut(csr, metadata)
    return csr
  }
  const annotations = optionalFields(metadata.annotations, 'metadata.annotations')
  return { ...csr, note: read.words(annotations[PROPOSAL_NOTE], 'metadata.annotations') }
}

/** Base64 length of the longest request that is read. */
const LONGEST_REQUEST = Math.ceil(MOST_REQUEST_BYTES / 3) * 4
/** Stored beginning of a longer request, to show what it is. */
const SHOWN_REQUEST = 4_096

function projectRequest(request: string): Pick<Csr, 'request' | 'oversized'> {
  if (request.length <= LONGEST_REQUEST) return { request }
  const bytes = Buffer.byteLength(request, 'base64')
  return {
    request: beginning(request, SHOWN_REQUEST),
    oversized: { fingerprint: requestFingerprint(request), bytes },
  }
}

function projectCertificate(raw: unknown): string | null {
  const certificate = optionalText(raw, 'status.certificate') || null
  if (certificate === null || certificate.length <= MOST_BUNDLE_CHARACTERS) return certificate
  // One character more than is read, so that the certificate stays unreadable.
  return beginning(certificate, MOST_BUNDLE_CHARACTERS + 1)
}

function cutOf({ cut }: BoundedReader): { readonly cut?: CutFields } {
  return cut.length === 0 ? {} : { cut }
}

export function projectNode(raw: unknown): Node {
  const object = fieldsOf<V1Node>(raw, 'object')
  const metadata = fieldsOf<V1ObjectMeta>(object.metadata, 'metadata')
  const spec = optionalFields<V1NodeSpec>(object.spec, 'spec')
  const status = optionalFields<V1NodeStatus>(object.status, 'status')
  const info = optionalFields<V1NodeSystemInfo>(status.nodeInfo, 'status.nodeInfo')
  const endpoints = optionalFields<V1NodeDaemonEndpoints>(
    status.daemonEndpoints,
    'status.daemonEndpoints',
  )
  const read = createBoundedReader()
  return {
    ...identityOf(metadata, read),
    deletedAt: read.nameOr(metadata.deletionTimestamp, 'metadata.deletionTimestamp', null),
    roles: rolesOf(optionalFields(metadata.labels, 'metadata.labels'), read),
    version: read.word(info.kubeletVersion, 'status.nodeInfo.kubeletVersion', ''),
    addresses: projectAddresses(status.addresses, read),
    providerID: read.nameOr(spec.providerID, 'spec.providerID', null) || null,
    clusterApiMachine: projectClusterApiMachine(metadata.annotations, read),
    kubeletPort: projectPort(endpoints.kubeletEndpoint),
    ready: projectReady(listOf(status.conditions, 'status.conditions'), read),
    unschedulable: optionalFlag(spec.unschedulable, 'spec.unschedulable'),
    taints: read.list(listOf(spec.taints, 'spec.taints'), 'spec.taints', (taint) =>
      projectTaint(taint, read),
    ),
    ...cutOf(read),
  }
}

const OPENSHIFT_ROLE_LABEL = 'machine.openshift.io/cluster-api-machine-role'
const CLUSTER_API = 'cluster.x-k8s.io'
const CLUSTER_API_CONTROL_PLANE_LABEL = `${CLUSTER_API}/control-plane`

/** Null unless the annotations name all three. */
function projectClusterApiMachine(raw: unknown, read: BoundedReader): Node['clusterApiMachine'] {
  const annotations = optionalFields(raw, 'metadata.annotations')
  const named = (key: string) =>
    read.nameOr(annotations[`${CLUSTER_API}/${key}`], 'metadata.annotations', '')
  const namespace = named('cluster-namespace')
  const cluster = named('cluster-name')
  const name = named('machine')
  return namespace && cluster && name ? { namespace, cluster, name } : null
}

/** The two Machine APIs differ only in role and cluster. */
export function projectMachine(apiGroup: string, raw: unknown): MachineObject {
  const object = fieldsOf(raw, 'object')
  const metadata = fieldsOf<V1ObjectMeta>(object.metadata, 'metadata')
  const labels = optionalFields(metadata.labels, 'metadata.labels')
  const spec = optionalFields(object.spec, 'spec')
  const status = optionalFields(object.status, 'status')
  const read = createBoundedReader()
  const openshiftRole = read.nameOr(labels[OPENSHIFT_ROLE_LABEL], 'metadata.labels', null)
  const controlPlane = CLUSTER_API_CONTROL_PLANE_LABEL in labels
  const namespace = read.name(metadata.namespace, 'metadata.namespace')
  return {
    ...identityOf(metadata, read),
    apiGroup,
    namespace,
    cluster: apiGroup === CLUSTER_API ? clusterOf(namespace, spec, read) : null,
    deletedAt: read.nameOr(metadata.deletionTimestamp, 'metadata.deletionTimestamp', null),
    phase: read.nameOr(status.phase, 'status.phase', null) || null,
    role: openshiftRole || (controlPlane ? 'control-plane' : null),
    providerID: read.nameOr(spec.providerID, 'spec.providerID', null) || null,
    nodeRef: projectNodeRef(status.nodeRef, read),
    addresses: projectAddresses(status.addresses, read),
    ...cutOf(read),
  }
}

function clusterOf(namespace: string, { clusterName }: Fields, read: BoundedReader): string {
  const name = read.nameOr(clusterName, 'spec.clusterName', '')
  return name === '' ? '' : `${namespace}/${name}`
}

export function projectClusterOperator(raw: unknown): ClusterOperator {
  const object = fieldsOf(raw, 'object')
  const metadata = fieldsOf<V1ObjectMeta>(object.metadata, 'metadata')
  const status = optionalFields(object.status, 'status')
  const conditions = listOf(status.conditions, 'status.conditions').map((condition) =>
    fieldsOf(condition, 'status.conditions'),
  )
  const available = conditions.find(({ type }) => type === 'Available')
  const degraded = conditions.find(({ type }) => type === 'Degraded')
  const isAvailable = available?.status === 'True'
  const trouble = isAvailable ? (degraded?.status === 'True' ? degraded : null) : available
  const read = createBoundedReader()
  const { uid, name, resourceVersion } = identityOf(metadata, read)
  return {
    uid,
    name,
    resourceVersion,
    available: isAvailable,
    message: read.words(trouble?.message, 'status.conditions.message'),
  }
}

function identityOf(metadata: Unread<V1ObjectMeta>, read: BoundedReader) {
  return {
    uid: read.name(metadata.uid, 'metadata.uid'),
    name: read.name(metadata.name, 'metadata.name'),
    resourceVersion: read.name(metadata.resourceVersion, 'metadata.resourceVersion'),
    createdAt: read.name(metadata.creationTimestamp, 'metadata.creationTimestamp'),
  }
}

/** One object for the usual request, whose requestor has none. */
const NO_EXTRA: Csr['requestor']['extra'] = {}

/** Values of all keys share one bound. */
function projectExtra(raw: unknown, read: BoundedReader): Csr['requestor']['extra'] {
  const entries = Object.entries(optionalFields(raw, 'spec.extra'))
  const pairs = entries.flatMap(([key, values]) =>
    textsOf(values, 'spec.extra').map((value) => [key, value] as const),
  )
  const word = (text: string) => read.word(text, 'spec.extra', '')
  const kept = read.list(pairs, 'spec.extra', ([key, value]) => [word(key), word(value)] as const)
  if (kept.length === 0) return NO_EXTRA
  const byKey = Map.groupBy(kept, ([key]) => key)
  // fromEntries defines own keys, even one named `__proto__`.
  return Object.fromEntries([...byKey].map(([key, all]) => [key, all.map((one) => one[1])]))
}

const DECIDING: ReadonlySet<unknown> = new Set([APPROVED, DENIED, FAILED])

/** Deciding conditions come first, so that no number of others can push one out. */
function projectCsrConditions(raw: unknown, read: BoundedReader): readonly CsrCondition[] {
  const all = listOf(raw, 'status.conditions').map((each) =>
    fieldsOf<V1CertificateSigningRequestCondition>(each, 'status.conditions'),
  )
  const deciding = all.filter(({ type }) => DECIDING.has(type))
  const others = all.filter(({ type }) => !DECIDING.has(type))
  return read.list([...deciding, ...others], 'status.conditions', (condition) => ({
    type: read.name(condition.type, 'status.conditions.type'),
    status: read.nameOr(condition.status, 'status.conditions.status', ''),
    reason: read.nameOr(condition.reason, 'status.conditions.reason', ''),
    message: read.words(condition.message, 'status.conditions.message'),
    lastUpdateTime: read.nameOr(condition.lastUpdateTime, 'status.conditions.lastUpdateTime', null),
    lastTransitionTime: read.nameOr(
      condition.lastTransitionTime,
      'status.conditions.lastTransitionTime',
      null,
    ),
  }))
}

/** Roles as kubectl prints them: label suffixes and the old label's value, unique and sorted. */
function rolesOf(labels: Fields, read: BoundedReader): readonly string[] {
  const roles = new Set([optionalText(labels[ROLE_LABEL], 'metadata.labels') ?? ''])
  // Keys only: a kubelet may set 120,000 labels, whose entries take 70 ms.
  for (const label of Object.keys(labels)) {
    if (label.startsWith(ROLE_LABEL_PREFIX)) roles.add(label.slice(ROLE_LABEL_PREFIX.length))
  }
  roles.delete('')
  return read.texts([...roles].sort(), 'metadata.labels')
}

function projectAddresses(raw: unknown, read: BoundedReader): readonly NodeAddress[] {
  return read.list(listOf(raw, 'status.addresses'), 'status.addresses', (entry) => {
    const fields = fieldsOf<V1NodeAddress>(entry, 'status.addresses')
    return {
      type: read.word(fields.type, 'status.addresses.type', ''),
      address: read.nameOr(fields.address, 'status.addresses', ''),
    }
  })
}

/** The default port unless the Node's port is within 1 to 65535. */
function projectPort(raw: unknown): number {
  const endpoint = optionalFields<V1DaemonEndpoint>(raw, 'status.daemonEndpoints.kubeletEndpoint')
  const port = optionalNumber(endpoint.Port, 'status.daemonEndpoints.kubeletEndpoint.Port')
  const usable = port !== null && port > 0 && port <= 65_535
  return usable ? port : KUBELET_PORT
}

function projectReady(conditions: readonly unknown[], read: BoundedReader): ReadyCondition | null {
  for (const raw of conditions) {
    const condition = fieldsOf<V1NodeCondition>(raw, 'status.conditions')
    if (condition.type !== 'Ready') continue
    return {
      status: read.word(condition.status, 'status.conditions.status', 'Unknown'),
      reason: read.word(condition.reason, 'status.conditions.reason', ''),
      message: shared(read.words(condition.message, 'status.conditions.message')),
      since: read.nameOr(
        condition.lastTransitionTime,
        'status.conditions.lastTransitionTime',
        null,
      ),
    }
  }
  return null
}

/** `key=value:effect`, as kubectl describes it. */
function projectTaint(raw: unknown, read: BoundedReader): string {
  const taint = fieldsOf<V1Taint>(raw, 'spec.taints')
  const key = optionalText(taint.key, 'spec.taints.key') ?? ''
  const value = optionalText(taint.value, 'spec.taints.value') ?? ''
  const effect = optionalText(taint.effect, 'spec.taints.effect') ?? ''
  return read.word(`${key}${value === '' ? '' : `=${value}`}:${effect}`, 'spec.taints', '')
}

function projectNodeRef(raw: unknown, read: BoundedReader): MachineObject['nodeRef'] {
  if (raw === undefined || raw === null) return null
  const reference = fieldsOf<V1ObjectReference>(raw, 'status.nodeRef')
  const name = read.nameOr(reference.name, 'status.nodeRef.name', '')
  if (name === '') return null
  return { name, uid: read.nameOr(reference.uid, 'status.nodeRef.uid', null) || null }
}
