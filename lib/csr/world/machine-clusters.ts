import { Groups } from '#lib/csr/groups.ts'

/** Where the Node is that a Machine is linked to; `none`: it is linked to none. */
export type NodePlace = 'here' | 'elsewhere' | 'none'

/**
 * Which clusters of Cluster API are this one. A management cluster's API server holds the Machines
 * of other clusters beside its own, or none of its own: what they say is of other machines.
 *
 * A cluster is this one while of its Machines that are linked to a Node more are linked to one that
 * is here than are not. One alone is not enough: a stranger who is let in once under the name of
 * another cluster's machine would have all the others of that cluster confirmed.
 */
export class MachineClusters {
  readonly #machines = new Groups()
  readonly #here = new Groups()
  readonly #elsewhere = new Groups()
  #count = 0

  /** @param cluster '' for one that cannot be told: never this one */
  isOwn(cluster: string): boolean {
    return cluster !== '' && this.#here.count(cluster) > this.#elsewhere.count(cluster)
  }

  /** Uids of the cluster's Machines. */
  machines(cluster: string): Iterable<string> {
    return this.#machines.get(cluster)
  }

  /** Machines of Cluster API, whatever their cluster. */
  get count(): number {
    return this.#count
  }

  set(uid: string, cluster: string, place: NodePlace): void {
    if (this.#placeOf(uid, cluster) === place) return
    this.#change(uid, cluster, () => {
      this.#machines.add(cluster, uid)
      if (place === 'here') this.#here.add(cluster, uid)
      if (place === 'elsewhere') this.#elsewhere.add(cluster, uid)
    })
  }

  delete(uid: string, cluster: string): void {
    this.#change(uid, cluster, () => {})
  }

  /** Null for a Machine that is not known. */
  #placeOf(uid: string, cluster: string): NodePlace | null {
    if (!this.#machines.includes(cluster, uid)) return null
    if (this.#here.includes(cluster, uid)) return 'here'
    return this.#elsewhere.includes(cluster, uid) ? 'elsewhere' : 'none'
  }

  /** The count is kept up: it is asked for with every row. */
  #change(uid: string, cluster: string, add: () => void): void {
    const sizeBefore = this.#machines.count(cluster)
    for (const groups of [this.#machines, this.#here, this.#elsewhere]) groups.delete(cluster, uid)
    add()
    this.#count += this.#machines.count(cluster) - sizeBefore
  }
}
