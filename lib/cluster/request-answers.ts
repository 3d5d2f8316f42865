import type { Context } from '#lib/csr/machine/derive.ts'
import { requestRow } from '#lib/csr/machine/derive.ts'
import { describeMachine, describeRequest } from '#lib/csr/machine/detail.ts'
import type { Csr } from '#lib/csr/model.ts'
import type { JudgedRequest, MachineDetail, RequestDetail } from '#lib/csr/rows/rows.ts'
import { isSuperseded } from '#lib/csr/stage/superseded.ts'
import { isPending } from '#lib/csr/status.ts'
import type { ViewerName } from '#lib/csr/verdict/viewer-overlay.ts'
import type { Proposal } from '#lib/csr/world/proposals.ts'
import type { World } from '#lib/csr/world/world.ts'

export type RequestAnswers = ReturnType<typeof answerRequests>

/** Answers about one request or one machine, judged by the world of now. */
export function answerRequests({
  world,
  context,
}: {
  readonly world: World
  readonly context: () => Context
}) {
  return {
    machine: (name: string, viewer: ViewerName): MachineDetail | null =>
      describeMachine(world, name, context(), viewer),
    request: (uid: string, viewer: ViewerName): RequestDetail | null =>
      describeRequest(world, uid, context(), viewer),
    /**
     * The row judged now, without `superseded` and `deadline`, which depend on the machine's other
     * requests: the cost does not grow with their number.
     */
    judged(uid: string): JudgedRequest | null {
      const claim = world.claim(uid)
      return claim === null ? null : requestRow(claim, world, context(), false, null)
    },
    /**
     * Whether the kubelet no longer waits for this pending request: looks at its machine's other
     * requests.
     */
    isSuperseded(uid: string): boolean {
      const claim = world.claim(uid)
      return claim !== null && isPending(claim.csr) && isSuperseded(claim, world, context())
    },
    /** The object that the API server sent, unchanged. */
    csr: (uid: string): Csr | null => world.claim(uid)?.csr ?? null,
    /** Whether the request has been known here by this resourceVersion, now or a few changes ago. */
    wasKnownAs: (uid: string, version: string): boolean =>
      world.claim(uid)?.versions.includes(version) ?? false,
    /** Known proposals to approve that request, in no order. */
    proposals: (targetUid: string): Iterable<Proposal> => world.proposals.of(targetUid),
    /** Name of a request that exists, or was deleted a short while ago. */
    nameOf: (uid: string): string | null => world.requests.nameOf(uid),
    /** The uid of the request that has this name now. */
    uidOf: (name: string): string | null => world.requests.uidOf(name),
  }
}
