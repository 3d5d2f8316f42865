import { isHeldBack } from '#lib/csr/policy/trust.ts'
import type { RequestDetail } from '#lib/query/domain-types.ts'

/**
 * The newest pending request, and of several of one second the held-back one; else the newest
 * decided one. A superseded request tells nothing of its machine.
 */
export function currentRequest(requests: readonly RequestDetail[]): RequestDetail | null {
  const current = requests.filter(({ superseded }) => !superseded)
  const newest = current.find(({ verdict }) => verdict !== null) ?? current[0] ?? null
  const isHeld = ({ createdAt, verdict }: RequestDetail) =>
    createdAt === newest?.createdAt && isHeldBack(verdict)
  return current.find(isHeld) ?? newest
}
