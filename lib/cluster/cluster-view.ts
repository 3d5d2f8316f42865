import { type RequestStore, Sources, type SourcesOptions } from '#lib/cluster/sources.ts'
import type { Claim } from '#lib/csr/claim/claim.ts'
import { createIntake } from '#lib/kube/watch/intake.ts'

/** The approver's own view of the cluster. */
export interface ClusterView extends Pick<Sources, 'whyNotKnown' | 'tooMany' | 'stop'> {
  /** RFC 3339 time of the last news of the kubelets' requests; null before any. */
  lastHeardAt(): string | null
}

export interface ClusterViewOptions
  extends Pick<SourcesOptions, 'world' | 'follow' | 'clock' | 'server' | 'askStore'> {
  /** A request is new or changed. All existing ones are reported before the view is trusted. */
  readonly onRequest: (claim: Claim) => void
  /** Called after each slice of work. */
  readonly onSlice: () => void
  readonly onError: (error: unknown) => void
}

/** Milliseconds of the event loop that one slice may take. */
const SLICE_MS = 4

/** Keeps the world equal to the API server, by the approver's rules. */
export function followCluster(options: ClusterViewOptions): ClusterView {
  const { world, clock, onRequest, onSlice, onError } = options
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

  const requests: RequestStore = {
    upsert(csr) {
      world.upsertCsr(csr)
      const claim = world.claim(csr.uid)
      if (claim !== null) onRequest(claim)
    },
    remove: (uid) => world.removeCsr(uid),
    // An alarm outlives its request, and counts against the machine.
    forget: () => {},
  }
  const sources = new Sources({ ...options, intake, requests, decider: 'approver' })

  return {
    whyNotKnown: () => sources.whyNotKnown(),
    tooMany: () => sources.tooMany(),
    lastHeardAt: () => sources.lastHeardAt('clientCsrs'),
    async stop() {
      stopped = true
      await sources.stop()
    },
  }
}
