import type { RowChange } from '#lib/cluster/board.ts'
import { isKubeletSigner, KUBE_APISERVER_CLIENT_KUBELET } from '#lib/csr/names.ts'
import { isApprovedRow, isIssuedRow } from '#lib/csr/rows/next-request.ts'
import type { JudgedRequest } from '#lib/csr/rows/rows.ts'
import { milliseconds } from '#lib/csr/time.ts'

/** A step of a joining machine that a change of rows shows, with its duration. */
export interface JoinTime {
  /** From filing to approval, from approval to certificate, from the first request to Ready. */
  readonly step: 'approve' | 'issue' | 'ready'
  /** The signer; other signers than the kubelets' are counted as one. */
  readonly signer: string
  readonly seconds: number
  /** For `ready`: uid of the Node, which may become Ready again later. */
  readonly node?: string
}

/** Age from which a step was not observed as it happened, such as after a relist. */
const FRESH_MS = 60_000

/** Steps in these changes. Times of the API server have whole seconds. */
export function* joinTimes(changes: readonly RowChange[], now: number): Generator<JoinTime> {
  for (const change of changes) {
    if (change.kind === 'request') {
      if (change.after !== null) yield* requestTimes(change.before, change.after, now)
      continue
    }
    const { kind, before, after } = change
    if (kind === 'alarm' || after === null) continue
    const known = new Map(before?.requests.map((request) => [request.uid, request]))
    for (const request of after.requests) {
      if (known.get(request.uid) === request) continue
      yield* requestTimes(known.get(request.uid) ?? null, request, now)
    }
    const readyAt = milliseconds(after.joinedAt)
    if (readyAt === null || before?.joinedAt === after.joinedAt) continue
    const filed = after.requests.map(({ createdAt }) => milliseconds(createdAt) ?? readyAt)
    if (now - readyAt > FRESH_MS) continue
    const seconds = secondsBetween(Math.min(readyAt, ...filed), readyAt)
    const node = after.node?.uid ?? after.name
    yield { step: 'ready', signer: KUBE_APISERVER_CLIENT_KUBELET, seconds, node }
  }
}

function* requestTimes(
  before: JudgedRequest | null,
  after: JudgedRequest,
  now: number,
): Generator<JoinTime> {
  const createdAt = milliseconds(after.createdAt)
  const approvedAt = isApprovedRow(after) ? milliseconds(after.decidedAt) : null
  if (createdAt === null || approvedAt === null) return
  // A request that appears in the list may be an old one.
  if (before === null && now - approvedAt > FRESH_MS) return
  const signer = isKubeletSigner(after.signerName) ? after.signerName : 'other'
  if (before === null || !isApprovedRow(before)) {
    yield { step: 'approve', signer, seconds: secondsBetween(createdAt, approvedAt) }
  }
  if (isIssuedRow(after) && (before === null || !isIssuedRow(before))) {
    yield { step: 'issue', signer, seconds: secondsBetween(approvedAt, now) }
  }
}

function secondsBetween(from: number, to: number): number {
  return Math.max(0, to - from) / 1_000
}
