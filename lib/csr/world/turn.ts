import type { Csr } from '#lib/csr/model.ts'
import { isPending } from '#lib/csr/status.ts'

/**
 * The requestor whose turn a new request waits for; null for a decided request, which is read at
 * once because other requests are judged by it.
 */
export function turnOf(csr: Csr): string | null {
  return isPending(csr) ? csr.requestor.username : null
}
