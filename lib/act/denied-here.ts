import type { Csr } from '#lib/csr/model.ts'
import type { RequestRow } from '#lib/csr/rows/rows.ts'
import { isDenied } from '#lib/csr/status.ts'

type Denied = Pick<RequestRow, 'uid' | 'name' | 'nodeName' | 'signerName'>

/**
 * This server's denials until the watch reports them, as denials count by the known cluster state,
 * and a person's denial must count at once.
 */
export interface DeniedHere {
  /** Adds a denial; returns its undo, for a write that fails. */
  add(row: Denied): () => void
  /** The denial of another request of the same machine and signer; null for none. */
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
      // Another order may deny the same request: each one has its own entry to undo.
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
