import type { Cause } from '#lib/csr/cause.ts'
import type { Claim } from '#lib/csr/claim.ts'
import type { Csr } from '#lib/csr/model.ts'
import { KUBELET_SOURCES, type KubeletSource } from '#lib/csr/names.ts'
import type { World } from '#lib/csr/world/world.ts'
import type { Clock } from '#lib/kube/transport/clock.ts'
import { createIntake } from '#lib/kube/watch/intake.ts'
import type { ReflectorState } from '#lib/kube/watch/reflector.ts'
import { connecting, readableFrom } from '#lib/kube/watch/source-states.ts'
import {
  areOthersAwaited,
  type Follow,
  followWorld,
  type WorldSource,
} from '#lib/kube/watch/world-sources.ts'
import { inEnglish } from '#lib/messages/english.ts'

/** Reason that the view cannot be trusted. */
export interface Trouble {
  readonly what: string
  /** Causes to report. */
  readonly causes: readonly Cause[]
}

export function troubleWords({ what, causes }: Trouble): string {
  return causes.length === 0 ? what : `${what}: ${inEnglish(causes)}`
}

/** The approver's own view of the cluster. */
export interface ClusterView {
  /** Reason against deciding from the view; null while it equals the API server's state. */
  trouble(): Trouble | null
  /** The kubelet source with too many requests, which stops every approval; null for none. */
  tooMany(): KubeletSource | null
  /** RFC 3339 time at which the requests were last confirmed. */
  lastHeardAt(): string | null
  stop(): Promise<void>
}

export interface ClusterViewOptions {
  readonly world: World
  readonly follow: Follow
  readonly clock: Clock
  /** A request is new or changed. All existing ones are reported before the view is trusted. */
  readonly onRequest: (claim: Claim) => void
  /** Called after each slice of work. */
  readonly onSlice: () => void
  readonly onError: (error: unknown) => void
}

const NEEDED = [
  ...KUBELET_SOURCES,
  ...(['nodes', 'openshiftMachines', 'clusterApiMachines'] as const),
]

/** Milliseconds of the event loop that one slice may take. */
const SLICE_MS = 4

/**
 * Keeps the world equal to the API server. Stricter than the dashboard: the kubelets' requests,
 * Nodes and Machines must all be live (or the cluster has no Machines), or nothing is decided. Of a
 * kubelet signer with too many requests none is here: a second use of a key may be among them, and so
 * may approvals that the brake counts.
 */
export function followCluster(options: ClusterViewOptions): ClusterView {
  const { world, follow, clock, onRequest, onSlice, onError } = options
  const initial = connecting(new Date(clock.now()).toISOString())
  const states: Record<WorldSource, ReflectorState> = {
    clientCsrs: initial,
    servingCsrs: initial,
    otherCsrs: initial,
    nodes: initial,
    openshiftMachines: initial,
    clusterApiMachines: initial,
  }
  const startedAt = clock.passed()
  let stopped = false
  let isPlanned = false
  const intake = createIntake({ passed: clock.passed, onArrival: plan, onError })

  function plan(): void {
    if (stopped || isPlanned) return
    isPlanned = true
    clock.after(0, slice)
  }

  function slice(): void {
    isPlanned = false
    if (stopped) return
    const until = performance.now() + SLICE_MS
    intake.work(() => performance.now() < until)
    // A half-read list would show machines without their requests.
    if (!intake.isMidway()) onSlice()
    if (!intake.isEmpty()) plan()
  }

  function takeIn(csr: Csr): void {
    world.upsertCsr(csr)
    const claim = world.claim(csr.uid)
    if (claim !== null) onRequest(claim)
  }

  function setState(kind: WorldSource, state: ReflectorState): void {
    states[kind] = state
    world.setReadable(
      readableFrom(states.nodes, [states.openshiftMachines, states.clusterApiMachines]),
    )
  }

  const reflectors = followWorld({
    follow,
    intake,
    world,
    csrs: () => ({ upsert: takeIn, remove: (uid) => world.removeCsr(uid) }),
    onState: setState,
  })

  /** Live both by what has been read and by the reflector's current state. */
  function isLive(kind: WorldSource): boolean {
    return states[kind].state === 'live' && reflectors[kind].state.state === 'live'
  }

  /** The cluster has no such Machines. */
  function isDoneWithout(kind: (typeof NEEDED)[number]): boolean {
    const isMachines = kind === 'openshiftMachines' || kind === 'clusterApiMachines'
    return isMachines && states[kind].state === 'absent'
  }

  return {
    trouble() {
      if (intake.isMidway()) return troubleOf('a list is being read')
      if (intake.behind() !== null) return troubleOf('what has arrived is being taken in')
      for (const kind of NEEDED) {
        if (isLive(kind) || isDoneWithout(kind)) continue
        const { state, causes } = reflectors[kind].state
        return troubleOf(`${kind}: ${state}`, causes)
      }
      if (areOthersAwaited(states.otherCsrs, clock.passed() - startedAt)) {
        return troubleOf('otherCsrs: connecting')
      }
      return null
    },
    tooMany: () => KUBELET_SOURCES.find((kind) => states[kind].state === 'tooMany') ?? null,
    lastHeardAt: () => reflectors.clientCsrs.state.lastHeardAt,
    async stop() {
      stopped = true
      await Promise.all(Object.values(reflectors).map((reflector) => reflector.stop()))
    },
  }
}

export function troubleOf(what: string, causes: readonly Cause[] = []): Trouble {
  return { what, causes }
}
