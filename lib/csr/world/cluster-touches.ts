import type { MachineObject } from '#lib/csr/model.ts'
import type { ClusterIndex } from '#lib/csr/world/cluster-index.ts'
import type { Touches } from '#lib/csr/world/touches.ts'

/** Touches the rows that a change of a Node or Machine affects, before and after the change. */
export class ClusterTouches {
  readonly #cluster: ClusterIndex
  readonly #touches: Touches

  constructor(cluster: ClusterIndex, touches: Touches) {
    this.#cluster = cluster
    this.#touches = touches
  }

  node(name: string, change: () => void): void {
    const keysBefore = this.#cluster.nodeKeys(name)
    const establishedBefore = this.#cluster.establishedAt(name)
    const existedBefore = this.#cluster.node(name) !== null
    const linkedBefore = this.#linkedTo(name)
    this.#changeClusters(change)
    this.#touches.machine(name)
    if (linkedBefore !== this.#linkedTo(name)) {
      for (const uid of this.#cluster.machinesReferringTo(name)) this.#machine(uid)
    }
    this.#touches.askingForEither(keysBefore, this.#cluster.nodeKeys(name))
    const sameAge = establishedBefore === this.#cluster.establishedAt(name)
    const cameOrWent = existedBefore !== (this.#cluster.node(name) !== null)
    if (!sameAge || cameOrWent) this.#touches.lookalikes(name)
    if (!cameOrWent) return
    this.#touches.askingUnder(name)
    this.namesakes(name)
  }

  /** Touches the machine of that name, and the other names of its Machine. */
  namesakes(name: string): void {
    this.#touches.machine(name)
    const expecting = this.#cluster.machinesNamed(name).map(({ uid }) => uid)
    for (const uid of [...expecting, ...this.#cluster.machinesReferringTo(name)]) {
      for (const other of this.#cluster.namesOf(uid)) this.#touches.machine(other)
    }
  }

  machineObject({ uid }: MachineObject, change: () => void): void {
    this.#machine(uid)
    this.#changeClusters(change)
    this.#machine(uid)
  }

  /**
   * Applies the change. When a cluster becomes this one or ceases to be, all its Machines are
   * touched.
   */
  #changeClusters(change: () => void): void {
    const ownBefore = this.#cluster.ownClusters
    const withMoreBefore = this.#withMore()
    change()
    if (withMoreBefore !== this.#withMore()) this.#touches.serving()
    const own = this.#cluster.ownClusters
    for (const cluster of new Set([...ownBefore, ...own])) {
      if (ownBefore.has(cluster) === own.has(cluster)) continue
      for (const uid of this.#cluster.machinesIn(cluster)) this.#believed(uid)
    }
  }

  #linkedTo(name: string): string {
    const uids = [...this.#cluster.machinesReferringTo(name)]
    return uids.filter((uid) => this.#cluster.isLinked(uid)).join()
  }

  #withMore(): string {
    const machines = this.#cluster.machinesWithMore().map(({ uid }) => uid)
    return [...this.#cluster.nodesWithMore(), ...machines].join()
  }

  /** Touches the machines of a Machine's names: one that is not believed shows only there. */
  #machine(uid: string): void {
    if (this.#cluster.isBelieved(uid)) this.#believed(uid)
    else for (const name of this.#cluster.namesOf(uid)) this.#touches.machine(name)
  }

  #believed(uid: string): void {
    this.#touches.askingFor(this.#cluster.machineKeys(uid))
    for (const name of this.#cluster.namesOf(uid)) {
      this.#touches.machine(name)
      this.#touches.lookalikes(name)
      this.#touches.askingUnder(name)
    }
  }
}
