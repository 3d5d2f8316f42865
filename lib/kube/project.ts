import type {
  ClusterOperator,
  Csr,
  CsrCondition,
  MachineObject,
  Node,
  NodeAddress,
  ReadyCondition,
} from '#lib/csr/model.ts'
import { KUBELET_PORT, PROPOSAL_NOTE, ROLE_LABEL, ROLE_LABEL_PREFIX } from '#lib/csr/names.ts'
import { proposalTarget } from '#lib/csr/proposal.ts'
import {
  type Fields,
  fieldsOf,
  listOf,
  optionalFields,
  optionalFlag,
  optionalNumber,
  optionalText,
  requiredText,
  textOr,
  textsOf,
} from '#lib/kube/shape.ts'
import { shared } from '#lib/kube/shared-text.ts'
import { keepForPut } from '#lib/kube/writable.ts'

/**
 * The API server's objects as ours: the one place that knows both. What is not named here
 * (managedFields, images, most labels) is dropped at the door. Each throws a ProjectionError.
 */

/** More than a person writes in the page; an annotation may have 256 KiB. */
const LONGEST_NOTE = 400

export function projectCsr(raw: unknown): Csr {
  const object = fieldsOf(raw, 'object')
  const metadata = fieldsOf(object.metadata, 'metadata')
  const spec = fieldsOf(object.spec, 'spec')
  const status = optionalFields(object.status, 'status')
  const csr: Csr = {
    ...identityOf(metadata),
    signerName: shared(requiredText(spec.signerName, 'spec.signerName')),
    requestor: {
      username: shared(textOr(spec.username, 'spec.username', '')),
      uid: shared(textOr(spec.uid, 'spec.uid', '')),
      groups: textsOf(spec.groups, 'spec.groups'),
      extra: projectExtra(spec.extra),
    },
    usages: textsOf(spec.usages, 'spec.usages'),
    expirationSeconds: optionalNumber(spec.expirationSeconds, 'spec.expirationSeconds'),
    request: requiredText(spec.request, 'spec.request'),
    conditions: listOf(status.conditions, 'status.conditions').map(projectCsrCondition),
    certificate: optionalText(status.certificate, 'status.certificate') || null,
  }
  if (proposalTarget(csr) === null) {
    keepForPut(csr, metadata)
    return csr
  }
  const annotations = optionalFields(metadata.annotations, 'metadata.annotations')
  const note = optionalText(annotations[PROPOSAL_NOTE], 'metadata.annotations') ?? ''
  return { ...csr, note: note.slice(0, LONGEST_NOTE) }
}

export function projectNode(raw: unknown): Node {
  const object = fieldsOf(raw, 'object')
  const metadata = fieldsOf(object.metadata, 'metadata')
  const spec = optionalFields(object.spec, 'spec')
  const status = optionalFields(object.status, 'status')
  const info = optionalFields(status.nodeInfo, 'status.nodeInfo')
  const endpoints = optionalFields(status.daemonEndpoints, 'status.daemonEndpoints')
  return {
    ...identityOf(metadata),
    deletedAt: optionalText(metadata.deletionTimestamp, 'metadata.deletionTimestamp'),
    roles: rolesOf(optionalFields(metadata.labels, 'metadata.labels')),
    version: shared(textOr(info.kubeletVersion, 'status.nodeInfo.kubeletVersion', '')),
    addresses: projectAddresses(status.addresses),
    kubeletPort: projectPort(endpoints.kubeletEndpoint),
    ready: projectReady(listOf(status.conditions, 'status.conditions')),
    unschedulable: optionalFlag(spec.unschedulable, 'spec.unschedulable'),
    taints: listOf(spec.taints, 'spec.taints').map(projectTaint),
  }
}

const OPENSHIFT_ROLE_LABEL = 'machine.openshift.io/cluster-api-machine-role'
const CLUSTER_API = 'cluster.x-k8s.io'
const CLUSTER_API_CONTROL_PLANE_LABEL = `${CLUSTER_API}/control-plane`

/** The two Machine APIs agree in all we read but the role and whose machines they are. */
export function projectMachine(apiGroup: string, raw: unknown): MachineObject {
  const object = fieldsOf(raw, 'object')
  const metadata = fieldsOf(object.metadata, 'metadata')
  const labels = optionalFields(metadata.labels, 'metadata.labels')
  const status = optionalFields(object.status, 'status')
  const openshiftRole = optionalText(labels[OPENSHIFT_ROLE_LABEL], 'metadata.labels')
  const controlPlane = CLUSTER_API_CONTROL_PLANE_LABEL in labels
  const namespace = requiredText(metadata.namespace, 'metadata.namespace')
  return {
    ...identityOf(metadata),
    apiGroup,
    namespace,
    cluster: apiGroup === CLUSTER_API ? clusterOf(namespace, object.spec) : null,
    deletedAt: optionalText(metadata.deletionTimestamp, 'metadata.deletionTimestamp'),
    phase: optionalText(status.phase, 'status.phase') || null,
    role: openshiftRole || (controlPlane ? 'control-plane' : null),
    nodeRef: projectNodeRef(status.nodeRef),
    addresses: projectAddresses(status.addresses),
  }
}

function clusterOf(namespace: string, spec: unknown): string {
  const { clusterName } = optionalFields(spec, 'spec')
  const name = textOr(clusterName, 'spec.clusterName', '')
  return name === '' ? '' : `${namespace}/${name}`
}

export function projectClusterOperator(raw: unknown): ClusterOperator {
  const object = fieldsOf(raw, 'object')
  const metadata = fieldsOf(object.metadata, 'metadata')
  const status = optionalFields(object.status, 'status')
  const conditions = listOf(status.conditions, 'status.conditions').map((condition) =>
    fieldsOf(condition, 'status.conditions'),
  )
  const available = conditions.find(({ type }) => type === 'Available')
  const degraded = conditions.find(({ type }) => type === 'Degraded')
  const isAvailable = available?.status === 'True'
  const trouble = isAvailable ? (degraded?.status === 'True' ? degraded : null) : available
  const { uid, name, resourceVersion } = identityOf(metadata)
  return {
    uid,
    name,
    resourceVersion,
    available: isAvailable,
    message: textOr(trouble?.message, 'status.conditions.message', ''),
  }
}

interface ObjectIdentity {
  readonly uid: string
  readonly name: string
  readonly resourceVersion: string
  readonly createdAt: string
}

function identityOf(metadata: Fields): ObjectIdentity {
  return {
    uid: requiredText(metadata.uid, 'metadata.uid'),
    name: requiredText(metadata.name, 'metadata.name'),
    resourceVersion: requiredText(metadata.resourceVersion, 'metadata.resourceVersion'),
    createdAt: requiredText(metadata.creationTimestamp, 'metadata.creationTimestamp'),
  }
}

function projectExtra(raw: unknown): Readonly<Record<string, readonly string[]>> {
  const entries = Object.entries(optionalFields(raw, 'spec.extra'))
  // fromEntries defines its keys: one named __proto__ stays a key.
  return Object.fromEntries(entries.map(([key, values]) => [key, textsOf(values, 'spec.extra')]))
}

function projectCsrCondition(raw: unknown): CsrCondition {
  const condition = fieldsOf(raw, 'status.conditions')
  return {
    type: requiredText(condition.type, 'status.conditions.type'),
    status: textOr(condition.status, 'status.conditions.status', ''),
    reason: textOr(condition.reason, 'status.conditions.reason', ''),
    message: textOr(condition.message, 'status.conditions.message', ''),
    lastUpdateTime: optionalText(condition.lastUpdateTime, 'status.conditions.lastUpdateTime'),
    lastTransitionTime: optionalText(
      condition.lastTransitionTime,
      'status.conditions.lastTransitionTime',
    ),
  }
}

/** As kubectl prints them: label suffixes and the old label's value, each once, sorted. */
function rolesOf(labels: Fields): readonly string[] {
  const roles = new Set<string>()
  for (const [label, value] of Object.entries(labels)) {
    if (label.startsWith(ROLE_LABEL_PREFIX)) roles.add(label.slice(ROLE_LABEL_PREFIX.length))
    if (label === ROLE_LABEL && typeof value === 'string') roles.add(value)
  }
  roles.delete('')
  return [...roles].sort().map(shared)
}

function projectAddresses(raw: unknown): readonly NodeAddress[] {
  return listOf(raw, 'status.addresses').map((entry) => {
    const fields = fieldsOf(entry, 'status.addresses')
    return {
      type: shared(textOr(fields.type, 'status.addresses.type', '')),
      address: textOr(fields.address, 'status.addresses.address', ''),
    }
  })
}

/** Nobody listens on port 0, nor beyond 65535: then it is the usual one. */
function projectPort(raw: unknown): number {
  const endpoint = optionalFields(raw, 'status.daemonEndpoints.kubeletEndpoint')
  const port = optionalNumber(endpoint.Port, 'status.daemonEndpoints.kubeletEndpoint.Port')
  const usable = port !== null && port > 0 && port <= 65_535
  return usable ? port : KUBELET_PORT
}

function projectReady(conditions: readonly unknown[]): ReadyCondition | null {
  for (const raw of conditions) {
    const condition = fieldsOf(raw, 'status.conditions')
    if (condition.type !== 'Ready') continue
    return {
      status: shared(textOr(condition.status, 'status.conditions.status', 'Unknown')),
      reason: shared(textOr(condition.reason, 'status.conditions.reason', '')),
      message: shared(textOr(condition.message, 'status.conditions.message', '')),
      since: optionalText(condition.lastTransitionTime, 'status.conditions.lastTransitionTime'),
    }
  }
  return null
}

/** `key=value:effect`, as kubectl describes it. */
function projectTaint(raw: unknown): string {
  const taint = fieldsOf(raw, 'spec.taints')
  const key = textOr(taint.key, 'spec.taints.key', '')
  const value = textOr(taint.value, 'spec.taints.value', '')
  const effect = textOr(taint.effect, 'spec.taints.effect', '')
  return shared(`${key}${value === '' ? '' : `=${value}`}:${effect}`)
}

function projectNodeRef(raw: unknown): MachineObject['nodeRef'] {
  if (raw === undefined || raw === null) return null
  const reference = fieldsOf(raw, 'status.nodeRef')
  const name = textOr(reference.name, 'status.nodeRef.name', '')
  if (name === '') return null
  return { name, uid: optionalText(reference.uid, 'status.nodeRef.uid') || null }
}
