import {
  EVIDENCE_LASTS,
  type Evidence,
  type KubeletPlace,
  kubeletPlace,
  type LiveCertificate,
} from '#lib/csr/evidence.ts'
import type { World } from '#lib/csr/world.ts'
import type { Clock } from '#lib/kube/clock.ts'
import type { KubeletCaKeeper } from '#lib/kube/kubelet-ca.ts'
import { type Asked, type Candidate, candidatesOf, planAsking } from '#lib/kube/live-schedule.ts'

export interface LiveCertificates {
  /** Something in the world has changed. Returns at once; looks a little later. */
  look(): void
  /** Resolves when no connection is open any more. */
  stop(): Promise<void>
}

export interface LiveCertificatesOptions {
  readonly world: Pick<World, 'requests' | 'cluster' | 'setEvidence'>
  readonly ca: KubeletCaKeeper
  /** `dialKubelet`. Must not reject. */
  readonly dial: (
    where: KubeletPlace,
    ca: readonly string[],
    signal: AbortSignal,
  ) => Promise<LiveCertificate>
  readonly clock: Clock
  /** The world has learned something: rows may have to be derived again. */
  readonly onEvidence: () => void
}

/** Whether `COUNTERSIGN_LIVE_CERTIFICATES` lets kubelets be asked: on unless it says `off`. */
export function readLiveSetting(
  env: Readonly<Record<string, string | undefined>>,
): { readonly on: boolean } | { readonly problem: string } {
  const text = env.COUNTERSIGN_LIVE_CERTIFICATES || 'on'
  if (text === 'on' || text === 'off') return { on: text === 'on' }
  return { problem: `COUNTERSIGN_LIVE_CERTIFICATES is "on" or "off", not "${text}".` }
}

/**
 * A burst of changes is one look, which takes some milliseconds with ten thousand requests; short
 * beside the second that an approval may take.
 */
const LOOK_MS = 200
const MOST_AT_ONCE = 4

/**
 * Asks the kubelets of Nodes whose serving requests wait what they present, and tells the world. A
 * few at a time, each at most once a minute. What was learned of a Node for which nothing waits any
 * more is dropped when it no longer counts.
 */
export function keepLiveCertificates(options: LiveCertificatesOptions): LiveCertificates {
  const { world, ca, dial, clock, onEvidence } = options
  const stopping = new AbortController()
  const asked = new Map<string, Asked>()
  const asking = new Map<string, Promise<void>>()
  /** Of the last look, the next one last. */
  let queue: Candidate[] = []
  let cancelLook: (() => void) | null = null
  let cancelWake = () => {}

  function lookSoon(): void {
    if (!stopping.signal.aborted) cancelLook ??= clock.after(LOOK_MS, lookNow)
  }

  function lookNow(): void {
    cancelLook?.()
    cancelLook = null
    cancelWake()
    const candidates = candidatesOf(world)
    const now = clock.now()
    const forgetAt = forget(candidates, now)
    const { due, againAt } = planAsking({ candidates: candidates.values(), asked, asking, now })
    queue = [...due].reverse()
    askMore()
    const wakeAt = Math.min(againAt ?? Infinity, forgetAt)
    if (Number.isFinite(wakeAt)) cancelWake = clock.after(wakeAt - now, lookNow)
  }

  function askMore(): void {
    while (asking.size < MOST_AT_ONCE) {
      const candidate = queue.pop()
      if (candidate === undefined) return
      ask(candidate.name)
    }
  }

  /** Answers when the next one is to be forgotten. */
  function forget(candidates: ReadonlyMap<string, Candidate>, now: number): number {
    let next = Number.POSITIVE_INFINITY
    for (const [name, { at }] of asked) {
      if (candidates.has(name) || asking.has(name)) continue
      if (at + EVIDENCE_LASTS > now) {
        next = Math.min(next, at + EVIDENCE_LASTS)
        continue
      }
      asked.delete(name)
      world.setEvidence(name, null)
    }
    return next
  }

  function ask(name: string): void {
    const node = world.cluster.node(name)
    if (node === null) return
    const where = kubeletPlace(node)
    const askedAt = clock.now()
    asked.set(name, { nodeUid: node.uid, at: askedAt })
    asking.set(
      name,
      learn(where).then((learned) => {
        asking.delete(name)
        if (stopping.signal.aborted) return
        // The world takes it only if the Node is still the same, at the same addresses.
        world.setEvidence(name, { where, askedAt, ...learned })
        onEvidence()
        askMore()
        // When they are to be asked again is only known now.
        if (asking.size === 0) lookSoon()
      }),
    )
  }

  async function learn(where: KubeletPlace): Promise<Pick<Evidence, 'live' | 'ca'>> {
    const authority = await ca.current(stopping.signal)
    if (authority === null || where.addresses.length === 0) {
      // Without a dial nothing else would get its turn before thousands of these are through.
      await new Promise((resolve) => setImmediate(resolve))
      return { live: { outcome: authority === null ? 'noCa' : 'noAddress' }, ca: null }
    }
    const live = await dial(where, authority.certificates, stopping.signal)
    return { live, ca: authority.from }
  }

  return {
    look: lookSoon,
    async stop() {
      stopping.abort()
      queue = []
      cancelLook?.()
      cancelWake()
      await Promise.all(asking.values())
    },
  }
}
