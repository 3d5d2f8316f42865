import { VERDICTS } from '#lib/csr/model.ts'
import { KUBE_APISERVER_CLIENT_KUBELET, KUBELET_SERVING } from '#lib/csr/names.ts'
import { isHeldBack, isTrusted, trustOf } from '#lib/csr/policy/trust.ts'
import type { JudgedRequest, NextStep, RequestRow } from '#lib/csr/rows/rows.ts'
import { milliseconds } from '#lib/csr/time.ts'

/**
 * Whether the request waits: kubectl's CONDITION text is exactly `Pending` while no decision and no
 * failure exists.
 */
export function isPendingRow({ status }: Pick<RequestRow, 'status'>): boolean {
  return status === 'Pending'
}

/**
 * Whether the request was approved: kubectl's CONDITION text begins with the decision that stands.
 */
export function isApprovedRow({ status }: Pick<RequestRow, 'status'>): boolean {
  return status.startsWith('Approved')
}

export function isIssuedRow({ status }: Pick<RequestRow, 'status'>): boolean {
  return status.includes('Issued')
}

export function isDeniedRow({ status }: Pick<RequestRow, 'status'>): boolean {
  return status.startsWith('Denied')
}

type Pending = Pick<RequestRow, 'signerName' | 'superseded' | 'verdict'>

/**
 * The request that the next step is about: the newest pending one of the step's signer, as the
 * kubelet has only its key. For `review` it is the newest held-back one; a sound request may have
 * the same second.
 */
export function nextRequestOf<Request extends Pending>(
  next: NextStep | null,
  pending: readonly Request[],
): Request | null {
  const signerName = next === null ? null : SIGNERS[next]
  const ofSigner =
    signerName === null ? pending : pending.filter((one) => one.signerName === signerName)
  const isHeld = ({ superseded, verdict }: Request) => !superseded && isHeldBack(verdict)
  return (next === 'review' ? pending.find(isHeld) : undefined) ?? newestOf(ofSigner)
}

const SIGNERS: Readonly<Record<NextStep, string | null>> = {
  approveClient: KUBE_APISERVER_CLIENT_KUBELET,
  approveServing: KUBELET_SERVING,
  review: null,
}

/** The first request that is not superseded, otherwise the first. `pending`: newest first. */
export function newestOf<Request extends Pending>(pending: readonly Request[]): Request | null {
  return pending.find(({ superseded }) => !superseded) ?? pending[0] ?? null
}

/**
 * Whether an approval of the newest may include the older one. Keys differ, as a kubelet makes a
 * new one each time. A request of another requestor may be a stranger's, who asked for the name
 * first.
 */
export function isDuplicateOf(older: Asked, newest: Asked): boolean {
  return (
    older.superseded &&
    older.signerName === newest.signerName &&
    older.requestor === newest.requestor
  )
}

type Asked = Pick<RequestRow, 'signerName' | 'requestor' | 'superseded'>

/** Duplicates of the newest among pending requests that pass the same checks: one click takes them too. */
export function duplicatesAmong<Request extends Asked & Pick<RequestRow, 'verdict' | 'reason'>>(
  newest: Request,
  pending: readonly Request[],
): readonly Request[] {
  const trust = trustOf(newest)
  if (trust === null) return []
  return pending.filter((one) => isDuplicateOf(one, newest) && isTrusted(one, trust))
}

/**
 * The pending requests that the machine waits for: the newest, and others of the same second.
 * `requests`: newest first.
 */
export function awaitedAmong(requests: readonly JudgedRequest[]): readonly JudgedRequest[] {
  const awaited: JudgedRequest[] = []
  for (const request of requests) {
    if (request.verdict === null || request.superseded) continue
    if (awaited[0] !== undefined && timeOf(request) < timeOf(awaited[0])) break
    awaited.push(request)
  }
  return awaited
}

/** The request by whose verdict a machine is judged; null for none. */
export function leastTrusted<Request extends Pick<RequestRow, 'verdict'>>(
  awaited: readonly Request[],
): Request | null {
  const trust = ({ verdict }: Request) => (verdict === null ? -1 : VERDICTS.indexOf(verdict))
  return awaited.reduce<Request | null>(
    (least, one) => (least === null || trust(one) > trust(least) ? one : least),
    null,
  )
}

function timeOf({ createdAt }: JudgedRequest): number {
  return milliseconds(createdAt) ?? 0
}
