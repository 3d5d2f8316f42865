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

/** Answers about one request or one machine, judged by the world of now. */
export interface RequestAnswers {
  machine(name: string, viewer: ViewerName): MachineDetail | null
  request(uid: string, viewer: ViewerName): RequestDetail | null
  /**
   * The row judged now, without `superseded` and `deadline`, which depend on the machine's other
   * requests: the cost does not grow with their number.
   */
  judged(uid: string): JudgedRequest | null
  /**
   * Whether the kubelet no longer waits for this pending request: looks at its machine's other
   * requests.
   */
  isSuperseded(uid: string): boolean
  /** The object that the API server sent, unchanged. */
  csr(uid: string): Csr | null
  /** Whether the request has been known here by this resourceVersion, now or a few changes ago. */
  wasKnownAs(uid: string, resourceVersion: string): boolean
  /** Known proposals to approve that request, in no order. */
  proposals(targetUid: string): Iterable<Proposal>
  /** Name of a request that exists, or was deleted a short while ago. */
  nameOf(uid: string): string | null
  /** The uid of the request that has this name now. */
  uidOf(name: string): string | null
}

export function answerRequests({
  world,
  context,
}: {
  readonly world: World
  readonly context: () => Context
}): RequestAnswers {
  return {
    machine: (name, viewer) => describeMachine(world, name, context(), viewer),
    request: (uid, viewer) => describeRequest(world, uid, context(), viewer),
    judged(uid) {
      const claim = world.claim(uid)
      return claim === null ? null : requestRow(claim, world, context(), false, null)
    },
    isSuperseded(uid) {
      const claim = world.claim(uid)
      if (claim === null || claim.nodeName === null || !isPending(claim.csr)) return false
      return isSuperseded(claim, world.requests.ofMachine(claim.nodeName), world, context())
    },
    csr: (uid) => world.claim(uid)?.csr ?? null,
    wasKnownAs: (uid, version) => world.claim(uid)?.versions.includes(version) ?? false,
    proposals: (targetUid) => world.proposals.of(targetUid),
    nameOf: (uid) => world.requests.nameOf(uid),
    uidOf: (name) => world.requests.uidOf(name),
  }
}
