import { KUBE_APISERVER_CLIENT_KUBELET, KUBELET_SERVING } from '#lib/csr/names.ts'
import { isHeldBack, isTrusted } from '#lib/csr/policy/trust.ts'
import { isPending } from '#lib/query/board-facts.ts'
import { isPartlyJudged } from '#lib/query/feed.ts'
import type { ApprovalGroups, HeldBack, PlannedMachine } from '#lib/query/preflight.ts'
import type { ListedRequest, ListedSnapshot } from '#lib/query/wire.ts'

export type WhyHeldBack = HeldBack['why'] | 'changed' | 'notPermitted' | 'partlyJudged'

export interface Held extends Omit<HeldBack, 'why'> {
  readonly why: WhyHeldBack
}

export interface Plan extends Omit<ApprovalGroups, 'heldBack'> {
  readonly heldBack: readonly Held[]
}

/**
 * The plan as it was when the dialog was opened, less what is no longer what was on screen. Nothing
 * is ever added to it: what arrives meanwhile is not part of the selection.
 */
export function planNow(
  opened: ApprovalGroups,
  snapshot: ListedSnapshot,
  mayApprove: (signerName: string) => boolean,
): Plan {
  const heldBack: Held[] = [...opened.heldBack]
  const keep = (planned: PlannedMachine): boolean => {
    const held = holds(planned, snapshot, mayApprove)
    if (held !== null) heldBack.push(held)
    return held === null
  }
  return {
    verified: opened.verified.filter(keep),
    plausible: opened.plausible.filter(keep),
    rebootstrapping: opened.rebootstrapping.filter(keep),
    heldBack,
  }
}

/** What holds a planned machine back by now; null while it is as it was. */
function holds(
  planned: PlannedMachine,
  snapshot: ListedSnapshot,
  mayApprove: (signerName: string) => boolean,
): Held | null {
  const name = planned.machine.name
  const machine = snapshot.machines.get(name) ?? null
  const hold = (why: WhyHeldBack, request: ListedRequest | null): Held => ({
    key: name,
    name,
    machine,
    request,
    why,
    reason: request?.reason ?? null,
  })
  if (machine === null) return hold('gone', null)
  for (const shown of planned.requests) {
    const now = machine.requests.find(({ uid }) => uid === shown.uid)
    if (now === undefined) return hold('changed', null)
    if (!isPending(now)) return hold('nothingPending', now)
    if (isHeldBack(now.verdict)) return hold(now.verdict, now)
    if (isPartlyJudged(snapshot)) return hold('partlyJudged', now)
    if (now.secondPerson !== null) return hold('secondPerson', now)
    if (!isTrusted(now, planned.trust)) return hold('changed', now)
  }
  const blocked = planned.requests.find(({ signerName }) => !mayApprove(signerName))
  return blocked === undefined ? null : hold('notPermitted', blocked)
}

/** The machines that will file a serving request once this has gone through. */
export function awaitsServing({ requests }: PlannedMachine): boolean {
  return (
    requests.some(({ signerName }) => signerName === KUBE_APISERVER_CLIENT_KUBELET) &&
    !requests.some(({ signerName }) => signerName === KUBELET_SERVING)
  )
}
