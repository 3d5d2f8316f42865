import type { Csr } from '#lib/csr/model.ts'
import type { RequestRow } from '#lib/csr/rows/rows.ts'
import { isDenied } from '#lib/csr/status.ts'

type Denied = Pick<RequestRow, 'uid' | 'name' | 'nodeName' | 'signerName'>

/**
 * This server's denials until the watch reports them, as denials count by the known cluster state,
 * and a person's denial must count at once.
 */
export class DeniedHere {
  readonly #rows = new Set<Denied>()
  readonly #csr: (uid: string) => Csr | null

  constructor(csr: (uid: string) => Csr | null) {
    this.#csr = csr
  }

  /** Adds a denial; returns its undo, for a write that fails. */
  add(row: Denied): () => void {
    this.#forgetTold()
    // Another order may deny the same request: each one has its own entry to undo.
    const mine = { ...row }
    this.#rows.add(mine)
    return () => this.#rows.delete(mine)
  }

  /** The denial of another request of the same machine and signer; null for none. */
  against({ uid, nodeName, signerName }: Denied): Denied | null {
    if (nodeName === null) return null
    this.#forgetTold()
    const isOther = (row: Denied) =>
      row.uid !== uid && row.nodeName === nodeName && row.signerName === signerName
    return [...this.#rows].find(isOther) ?? null
  }

  #forgetTold(): void {
    for (const row of this.#rows) {
      const now = this.#csr(row.uid)
      if (now === null || isDenied(now)) this.#rows.delete(row)
    }
  }
}
