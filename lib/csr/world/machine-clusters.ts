import { Groups } from '#lib/csr/world/groups.ts'

/** Location of the Node that a Machine is linked to; `none`: the Machine has no nodeRef. */
export type NodePlace = 'here' | 'elsewhere' | 'none'

/**
 * Cluster API clusters that are this one: most of their linked Machines have their Node here. One
 * is not enough: a stranger let in under one name would confirm all others of a managed cluster.
 */
export class MachineClusters {
  readonly #machines = new Groups()
  readonly #here = new Groups()
  readonly #elsewhere = new Groups()
  #count = 0

  /** @param cluster '' for an unknown cluster, which is never this one */
  isOwn(cluster: string): boolean {
    return cluster !== '' && this.#here.count(cluster) > this.#elsewhere.count(cluster)
  }

  /** Uids of the cluster's Machines. */
  machines(cluster: string): Iterable<string> {
    return this.#machines.get(cluster)
  }

  /** Number of Cluster API Machines of all clusters. */
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

  /** Null for an unknown Machine. */
  #placeOf(uid: string, cluster: string): NodePlace | null {
    if (!this.#machines.includes(cluster, uid)) return null
    if (this.#here.includes(cluster, uid)) return 'here'
    return this.#elsewhere.includes(cluster, uid) ? 'elsewhere' : 'none'
  }

  /** Keeps the count current: every row reads it. */
  #change(uid: string, cluster: string, add: () => void): void {
    const sizeBefore = this.#machines.count(cluster)
    for (const groups of [this.#machines, this.#here, this.#elsewhere]) groups.delete(cluster, uid)
    add()
    this.#count += this.#machines.count(cluster) - sizeBefore
  }
}
