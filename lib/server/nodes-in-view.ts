/** Nodes whose kubelets a person wants to know of: those that a page shows. */
export interface NodesInView {
  /** They are in view now, and count as such for `IN_VIEW_MS`. Names of no Node are harmless. */
  show(names: readonly string[]): void
  /** Those in view now; and who was found without a certificate stays until it has one. */
  names(): Iterable<string>
}

export interface NodesInViewOptions {
  /** Whether what is known of that Node says that nothing reaches its exec and logs. */
  readonly isBroken: (name: string) => boolean
  readonly now: () => number
}

/** A page says so once a minute. */
export const IN_VIEW_MS = 90_000
/** Of all pages together, the latest: each is a handshake a minute. */
const MOST = 400

export function keepNodesInView({ isBroken, now }: NodesInViewOptions): NodesInView {
  /** Until when, in milliseconds since the epoch; the latest last. */
  const until = new Map<string, number>()
  return {
    show(names) {
      for (const name of names) {
        until.delete(name)
        until.set(name, now() + IN_VIEW_MS)
      }
      for (const name of until.keys()) {
        if (until.size <= MOST) break
        until.delete(name)
      }
    },
    *names() {
      for (const [name, end] of until) {
        // Else what does not work would be "not known" again as soon as nobody looks.
        if (end > now() || isBroken(name)) yield name
        else until.delete(name)
      }
    },
  }
}
