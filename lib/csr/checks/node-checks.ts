import { fail, ofMachine, pass, seen, unknown } from '#lib/csr/checks/check-question.ts'
import type { Claim } from '#lib/csr/claim/claim.ts'
import type { Node } from '#lib/csr/model.ts'
import { isReady, nodeStatus } from '#lib/csr/rows/node-status.ts'
import { milliseconds } from '#lib/csr/time.ts'
import type { World } from '#lib/csr/world/world.ts'

/** Checks against the Node of the requested name. */

export const nodeNew = ofMachine<'node.new'>('noName', (name, { world, policy, claim }) => {
  const values = { node: name }
  if (!world.readable.nodes) return unknown('nodesUnreadable', { values })
  const node = world.cluster.node(name)
  // The unreadable Node may be Ready: assume the worst.
  if (node === null && world.isNodeAside(name)) return fail('aside', { values })
  if (node === null) return pass('new', { values })

  const { createdAt, ready } = node
  const since = ready?.since ?? createdAt
  const known = { node: name, ready: ready?.status ?? 'Unknown', since, createdAt }
  const observed = (outcome: 'fail' | 'unknown') => [seen('Node', nodeStatus(node), outcome, name)]
  if (isReady(node)) {
    const finding = isYounger(node, claim) ? 'leftOver' : 'takeover'
    return fail(finding, { observed: observed('fail'), values: known })
  }
  return policy.allowRebootstrap
    ? unknown('rebootstrapping', { observed: observed('unknown'), values: known })
    : fail('rebootstrapForbidden', { observed: observed('fail'), values: known })
})

export const nodeKnown = ofMachine<'node.known'>('noName', (name, { world, claim }) => {
  const values = { node: name }
  if (!world.readable.nodes) return unknown('nodesUnreadable', { values })
  const node = world.cluster.node(name)
  if (node === null) return fail(world.isNodeAside(name) ? 'aside' : 'missing', { values })
  const standing = standingOf(node, claim)
  const rest = { values: { ...values, createdAt: node.createdAt } }
  const observed = (outcome: 'pass' | 'fail') => [seen('Node', node.uid, outcome, name)]
  if (standing === 'known') return pass('known', { ...rest, observed: observed('pass') })
  return fail(standing, { ...rest, observed: observed('fail') })
})

/** Whether the Node existed before the request and is not being deleted. */
export function standingOf(node: Node, claim: Claim): 'known' | 'deleting' | 'younger' {
  if (node.deletedAt !== null) return 'deleting'
  // A younger Node was made again while the request waited: the Node that asked is gone.
  return isYounger(node, claim) ? 'younger' : 'known'
}

export function isYounger(node: Node, claim: Claim): boolean {
  return (milliseconds(node.createdAt) ?? 0) > claim.createdAt
}

/**
 * Why a pending client request may not be for a new machine (that has any of `names`), or null. A
 * Machine or list confirms one key a name: none after a Node, a nodeRef or an approved request.
 */
export function maybeJoined(
  names: readonly string[],
  world: World,
): 'joinedBefore' | 'approvedBefore' | 'nodesUnreadable' | null {
  const { readable, cluster, requests } = world
  if (!readable.nodes) return 'nodesUnreadable'
  const hasJoined = (name: string) =>
    cluster.node(name) !== null || world.isNodeAside(name) || cluster.machinesOf(name).length > 0
  if (names.some(hasJoined)) return 'joinedBefore'
  return names.some((name) => requests.hasApprovedClient(name)) ? 'approvedBefore' : null
}

const LOCAL_NAMES = ['localhost', 'localhost.localdomain']

export const nodeLocalhost = ofMachine<'node.localhost'>('noName', (name) => {
  const values = { node: name }
  return LOCAL_NAMES.includes(name)
    ? fail('localhost', { observed: [seen('CN', name, 'fail')], values })
    : pass('named', { values })
})
