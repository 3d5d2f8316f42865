import type { Context } from '#lib/csr/checks/check-question.ts'
import { isYounger } from '#lib/csr/checks/node-checks.ts'
import { judge } from '#lib/csr/checks/verdict.ts'
import type { Claim } from '#lib/csr/claim.ts'
import { FILED_AGAIN_AFTER } from '#lib/csr/machine/deadlines.ts'
import { hasReported } from '#lib/csr/machine/node-status.ts'
import type { CheckCode, Node } from '#lib/csr/model.ts'
import { isPending } from '#lib/csr/status.ts'
import type { World } from '#lib/csr/world/world.ts'

/**
 * A pending client request that the kubelet filed before its Node was created: it has a credential
 * by now. Not while a kubelet may wait for it, or if a check not about Node or denials fails.
 */
export function isFromBeforeNode(claim: Claim, world: World, context: Context): boolean {
  const { nodeName, createdAt } = claim
  if (nodeName === null || context.now < createdAt + FILED_AGAIN_AFTER) return false
  const node = world.readable.nodes ? world.cluster.node(nodeName) : null
  if (node === null || !isBefore(claim, node)) return false
  return judge(claim, world, context).failing.every((code) => OF_LEFT_OVER.includes(code))
}

const OF_LEFT_OVER: readonly CheckCode[] = ['node.new', 'machine.denial']

/** Times (milliseconds) at which the answer above may change by time alone. */
export function fromBeforeNodeInstants(claims: readonly Claim[], node: Node | null): number[] {
  if (node === null) return []
  return claims
    .filter((claim) => isPending(claim.csr) && isBefore(claim, node))
    .map(({ createdAt }) => createdAt + FILED_AGAIN_AFTER)
}

/** A Node without any kubelet report was made by someone else, and proves nothing. */
function isBefore(claim: Claim, node: Node): boolean {
  return claim.kind === 'nodeBootstrapper' && isYounger(node, claim) && hasReported(node)
}
