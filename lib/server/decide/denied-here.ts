import type { RequestRow } from '#lib/csr/machine/rows.ts'
import type { Csr } from '#lib/csr/model.ts'
import { isDenied } from '#lib/csr/status.ts'

type Denied = Pick<RequestRow, 'uid' | 'name' | 'nodeName' | 'signerName'>

/**
 * What is being denied from here, or was, until the watch tells of it: a denial counts by what is known of
 * the cluster, and whoever has just said no is not to wait for that.
 */
export interface DeniedHere {
  /** Answers its undo, for what turns out not to be denied. */
  add(row: Denied): () => void
  /** Another request of the same machine and signer; null for none. The API server tells of the row itself. */
  against(row: Denied): Denied | null
}

export function keepDeniedHere(csr: (uid: string) => Csr | null): DeniedHere {
  const rows = new Set<Denied>()

  function forgetTold(): void {
    for (const row of rows) {
      const now = csr(row.uid)
      if (now === null || isDenied(now)) rows.delete(row)
    }
  }

  return {
    add(row) {
      forgetTold()
      // Another may deny the same at once, and what is not done of one is not taken from the other.
      const mine = { ...row }
      rows.add(mine)
      return () => rows.delete(mine)
    },
    against({ uid, nodeName, signerName }) {
      if (nodeName === null) return null
      forgetTold()
      const isOther = (row: Denied) =>
        row.uid !== uid && row.nodeName === nodeName && row.signerName === signerName
      return [...rows].find(isOther) ?? null
    },
  }
}
