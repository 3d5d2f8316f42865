/** Nodes whose kubelets a person wants to know of: those that a page shows. */
export interface NodesInView {
  /** They are in view now, and count as such for `IN_VIEW_MS`. Names of no Node are harmless. */
  show(names: readonly string[]): void
  /** Those in view now; and who was found without a certificate, until it presents one. */
  names(): Iterable<string>
}

/** What a Node's kubelet has told; `gone`: there is no such Node. */
export type Told = 'none' | 'certificate' | 'nothing' | 'gone'

export interface NodesInViewOptions {
  readonly told: (name: string) => Told
  readonly now: () => number
}

/** A page says so once a minute. */
export const IN_VIEW_MS = 90_000
/** Of all pages together, and of those without a certificate, the latest: each is a handshake a minute. */
const MOST = 400

export function keepNodesInView({ told, now }: NodesInViewOptions): NodesInView {
  /** Until when, in milliseconds since the epoch; the latest last. */
  const until = new Map<string, number>()
  /** Else what does not work would be "not known" again as soon as nobody looks. */
  const without = new Set<string>()

  function review(): void {
    for (const name of until.keys()) if (told(name) === 'none') without.add(name)
    for (const name of without) if (isOver(told(name))) without.delete(name)
    for (const [name, end] of until) if (end <= now()) until.delete(name)
    keepLatest(without)
  }

  return {
    show(names) {
      review()
      for (const name of names) {
        until.delete(name)
        until.set(name, now() + IN_VIEW_MS)
      }
      keepLatest(until)
    },
    names() {
      review()
      return new Set([...until.keys(), ...without])
    },
  }
}

/** One that does not answer just now has not got one by that. */
function isOver(told: Told): boolean {
  return told === 'certificate' || told === 'gone'
}

function keepLatest(names: Map<string, unknown> | Set<string>): void {
  for (const name of names.keys()) {
    if (names.size <= MOST) return
    names.delete(name)
  }
}
