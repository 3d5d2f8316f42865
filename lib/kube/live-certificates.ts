import { EVIDENCE_LASTS, type KubeletPlace, type LiveCertificate } from '#lib/csr/evidence.ts'
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

/** A burst of changes is one look; short beside the second that an approval may take. */
const LOOK_MS = 100

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
  let cancelLook: (() => void) | null = null
  let cancelWake = () => {}

  function lookSoon(): void {
    if (!stopping.signal.aborted) cancelLook ??= clock.after(LOOK_MS, lookNow)
  }

  function lookNow(): void {
    cancelLook?.()
    cancelLook = null
    cancelWake()
    if (stopping.signal.aborted) return
    const candidates = candidatesOf(world)
    const now = clock.now()
    const forgetAt = forget(candidates, now)
    const plan = planAsking({
      candidates: candidates.values(),
      asked,
      asking: new Set(asking.keys()),
      now,
    })
    for (const candidate of plan.ask) ask(candidate, now)
    const wakeAt = Math.min(plan.againAt ?? Infinity, forgetAt)
    if (Number.isFinite(wakeAt)) cancelWake = clock.after(wakeAt - now, lookNow)
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

  function ask({ name, where }: Candidate, now: number): void {
    asked.set(name, { nodeUid: where.nodeUid, at: now })
    asking.set(
      name,
      learn(where).then(({ live, from }) => {
        asking.delete(name)
        if (stopping.signal.aborted) return
        // The world takes it only if the Node is still the same, at the same addresses.
        world.setEvidence(name, { where, askedAt: now, ca: from, live })
        onEvidence()
        lookNow()
      }),
    )
  }

  async function learn(
    where: KubeletPlace,
  ): Promise<{ readonly live: LiveCertificate; readonly from: string | null }> {
    if (where.addresses.length === 0) return { live: { outcome: 'noAddress' }, from: null }
    const authority = await ca.current(stopping.signal)
    if (authority === null) return { live: { outcome: 'noCa' }, from: null }
    const live = await dial(where, authority.certificates, stopping.signal)
    return { live, from: authority.from }
  }

  return {
    look: lookSoon,
    async stop() {
      stopping.abort()
      cancelLook?.()
      cancelWake()
      await Promise.all(asking.values())
    },
  }
}
