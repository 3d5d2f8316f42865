import type { Csr } from '#lib/csr/model.ts'
import { isPending } from '#lib/csr/status.ts'

/**
 * Whose turn it is when a request that is new is read. Null: it waits for no turn, for it was decided, and
 * others are judged by that.
 */
export function turnOf(csr: Csr): string | null {
  return isPending(csr) ? csr.requestor.username : null
}
