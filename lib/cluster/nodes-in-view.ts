import { SHOWN_MS } from '#lib/kube/kubelet/kubelet-survey.ts'

/** Nodes that a page shows: their kubelets are asked what they present. */
export interface NodesInView {
  /** Marks Nodes as in view for `SHOWN_MS`. Names without a Node are harmless. */
  show(names: readonly string[]): void
  /** Nodes in view, and those that were found without a certificate, until they present one. */
  names(): Iterable<string>
}

/** Last answer of a Node's kubelet; `none`: without a certificate, `gone`: no such Node. */
export type KubeletStatus = 'none' | 'certificate' | 'nothing' | 'gone'

export function keepNodesInView({
  statusOf,
  now,
}: {
  readonly statusOf: (name: string) => KubeletStatus
  readonly now: () => number
}): NodesInView {
  /** Times until which each Node is in view, in milliseconds since the epoch; the latest last. */
  const until = new Map<string, number>()
  /**
   * Nodes without a certificate, also out of view: their exec and logs stay "unavailable", not
   * "unknown".
   */
  const without = new Set<string>()

  function review(): void {
    for (const name of until.keys()) if (statusOf(name) === 'none') without.add(name)
    for (const name of without) if (isOver(statusOf(name))) without.delete(name)
    for (const [name, end] of until) if (end <= now()) until.delete(name)
    keepLatest(without)
  }

  return {
    show(names) {
      review()
      for (const name of names) {
        until.delete(name)
        until.set(name, now() + SHOWN_MS)
      }
      keepLatest(until)
    },
    names() {
      review()
      return new Set([...until.keys(), ...without])
    },
  }
}

/** Whether the Node need not be asked again: it has a certificate, or it is gone. */
function isOver(status: KubeletStatus): boolean {
  return status === 'certificate' || status === 'gone'
}

function keepLatest(names: Map<string, unknown> | Set<string>): void {
  for (const name of names.keys()) {
    // Most Nodes in view of all pages together, the latest ones: each costs a handshake a minute.
    if (names.size <= 400) return
    names.delete(name)
  }
}
