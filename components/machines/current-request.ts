import { isHeldBack } from '#lib/csr/policy/trust.ts'
import type { RequestDetail } from '#lib/csr/rows/rows.ts'

/**
 * The newest pending request, or else the newest decided one. Of several in one second the
 * held-back one counts. Superseded requests never count.
 */
export function currentRequest(requests: readonly RequestDetail[]): RequestDetail | null {
  const current = requests.filter(({ superseded }) => !superseded)
  const newest = current.find(({ verdict }) => verdict !== null) ?? current[0] ?? null
  const isHeld = ({ createdAt, verdict }: RequestDetail) =>
    createdAt === newest?.createdAt && isHeldBack(verdict)
  return current.find(isHeld) ?? newest
}
