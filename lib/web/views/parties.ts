import { isPerson, type Person } from '#lib/csr/policy/proposal.ts'
import type { JudgedRequest } from '#lib/csr/rows/rows.ts'
import { ONLOOKER, partiesOf, type ViewerName } from '#lib/csr/verdict/viewer-overlay.ts'

/** The people named in a listed request, with the number of these requests. */
export class Parties {
  readonly #names = new Map<string, number>()
  readonly #uids = new Map<string, number>()

  change(before: readonly JudgedRequest[], after: readonly JudgedRequest[]): void {
    for (const row of before) this.#count(row, -1)
    for (const row of after) this.#count(row, 1)
  }

  /** The viewer as far as lists depend on them: all people who are no party see the same lists. */
  standing(viewer: ViewerName): ViewerName {
    const { name, uid = '' } = viewer
    const isParty = !mayBeOnlooker(name) || this.#names.has(name) || this.#uids.has(uid)
    return isParty ? viewer : ONLOOKER
  }

  #count(row: JudgedRequest, by: 1 | -1): void {
    for (const { username, uid } of partiesOf(row)) {
      if (mayBeOnlooker(username)) add(this.#names, username, by)
      if (uid !== '') add(this.#uids, uid, by)
    }
  }
}

/**
 * False for nodes and bootstrap identities, which file most requests: they are parties without
 * being counted.
 */
function mayBeOnlooker(username: Person['username']): boolean {
  return isPerson({ username, groups: [] })
}

function add(counts: Map<string, number>, key: string, by: 1 | -1): void {
  const count = (counts.get(key) ?? 0) + by
  if (count === 0) counts.delete(key)
  else counts.set(key, count)
}
