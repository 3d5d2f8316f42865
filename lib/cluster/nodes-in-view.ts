import { SHOWN_MS } from '#lib/kube/kubelet/kubelet-survey.ts'
import { OF_PEOPLE } from '#lib/refusals/limits.ts'

/** Last answer of a Node's kubelet; `none`: without a certificate, `gone`: no such Node. */
export type KubeletStatus = 'none' | 'certificate' | 'nothing' | 'gone'

interface Shown {
  /** Time until which the Node is in view, milliseconds since the epoch. */
  readonly end: number
  /** Keys of the people whose pages have shown it. */
  readonly people: Set<string>
}

/** Nodes that a page shows: their kubelets are asked what they present. */
export function keepNodesInView({
  statusOf,
  now,
}: {
  readonly statusOf: (name: string) => KubeletStatus
  readonly now: () => number
}) {
  /** Nodes in view by name; the one shown last comes last. */
  const shown = new Map<string, Shown>()
  /**
   * Nodes without a certificate, also out of view: their exec and logs stay "unavailable", not
   * "unknown".
   */
  const without = new Set<string>()
  // Each Node costs a handshake a minute.
  const most = OF_PEOPLE.nodesInView.inAll

  function review(): void {
    for (const name of shown.keys()) if (statusOf(name) === 'none') without.add(name)
    for (const name of without) if (isOver(statusOf(name))) without.delete(name)
    for (const [name, { end }] of shown) if (end <= now()) shown.delete(name)
    for (const name of without) {
      if (without.size <= most) break
      without.delete(name)
    }
  }

  /** Beyond the limit, the person with the most loses the one shown longest ago. */
  function forgetOldest(): void {
    const all = [...shown].flatMap(([name, { people }]) =>
      [...people].map((person) => ({ name, person, people })),
    )
    const ofPeople = [...Map.groupBy(all, ({ person }) => person).values()]
    while (shown.size > most) {
      const theirs = ofPeople.reduce((most, some) => (some.length > most.length ? some : most))
      const oldest = theirs.shift()
      if (oldest === undefined) return
      oldest.people.delete(oldest.person)
      if (oldest.people.size === 0) shown.delete(oldest.name)
    }
  }

  return {
    /**
     * Marks Nodes as in view for `SHOWN_MS`. Names without a Node are harmless. `person`: key of the
     * person whose page shows them.
     */
    show(names: readonly string[], person: string): void {
      review()
      for (const name of names) {
        const people = shown.get(name)?.people ?? new Set()
        shown.delete(name)
        shown.set(name, { end: now() + SHOWN_MS, people: people.add(person) })
      }
      if (shown.size > most) forgetOldest()
    },
    /** Nodes in view, and those that were found without a certificate, until they present one. */
    names(): Iterable<string> {
      review()
      return new Set([...shown.keys(), ...without])
    },
  }
}

/** Whether the Node need not be asked again: it has a certificate, or it is gone. */
function isOver(status: KubeletStatus): boolean {
  return status === 'certificate' || status === 'gone'
}
