import type { Node } from '#lib/csr/model.ts'
import { NEVER_REPORTED } from '#lib/csr/names.ts'
import type { NodeSummary } from '#lib/csr/rows/rows.ts'

/** Whether the Ready condition is True. */
export function isReady(node: Pick<Node, 'ready'>): boolean {
  return node.ready?.status === 'True'
}

/** Whether the kubelet has stopped posting its status: the control plane then says Unknown. */
export function isSilent(node: Pick<Node, 'ready'> | null): boolean {
  return node?.ready?.status === 'Unknown'
}

/** Whether the node's kubelet has ever posted a status. */
export function hasReported({ ready }: Pick<Node, 'ready'>): boolean {
  return ready !== null && ready.reason !== NEVER_REPORTED
}

/** kubectl's STATUS column: `Ready`, `NotReady,SchedulingDisabled`, `Unknown`, … */
export function nodeStatus(node: Pick<Node, 'ready' | 'unschedulable'>): string {
  const status = node.ready === null ? 'Unknown' : isReady(node) ? 'Ready' : 'NotReady'
  return node.unschedulable ? `${status},SchedulingDisabled` : status
}

/** kubectl's ROLES column. */
export function nodeRoles(roles: readonly string[]): string {
  return roles.length === 0 ? '<none>' : roles.join(',')
}

/** The Node's fields that a machine's row has. */
export function summarizeNode(node: Node): NodeSummary {
  const { ready } = node
  return {
    uid: node.uid,
    ready: isReady(node),
    status: nodeStatus(node),
    roles: node.roles,
    version: node.version,
    addresses: node.addresses,
    createdAt: node.createdAt,
    readySince: isReady(node) ? (ready?.since ?? null) : null,
    problem: ready === null || isReady(node) ? null : problem(ready.reason, ready.message),
  }
}

function problem(reason: string, message: string): string {
  return [reason, message].filter((part) => part !== '').join(': ')
}
