import { randomUUID } from 'node:crypto'
import { cause, type Sentence } from '#lib/csr/cause.ts'
import type { Context } from '#lib/csr/machine/derive.ts'
import { requestRow } from '#lib/csr/machine/derive.ts'
import { describeMachine, describeRequest } from '#lib/csr/machine/detail.ts'
import type { JudgedRequest, MachineDetail, RequestDetail } from '#lib/csr/machine/rows.ts'
import type { Viewer, ViewerName } from '#lib/csr/machine/viewer-overlay.ts'
import type { Csr } from '#lib/csr/model.ts'
import type { AutomaticApprover } from '#lib/csr/policy/automatic-approver.ts'
import type { ExpectedMachine } from '#lib/csr/policy/expected-list.ts'
import type { Policy } from '#lib/csr/policy/policy.ts'
import { presentsNone } from '#lib/csr/world/evidence.ts'
import type { Proposal } from '#lib/csr/world/proposals.ts'
import { World } from '#lib/csr/world/world.ts'
import type {
  LiveCertificates,
  LiveCertificatesOptions,
} from '#lib/kube/kubelet/live-certificates.ts'
import { type AskedNetworks, keepReserved } from '#lib/kube/reads/reserved-keeper.ts'
import type { ServerNames } from '#lib/kube/reads/server-names.ts'
import type { Clock } from '#lib/kube/transport/clock.ts'
import { createIntake } from '#lib/kube/watch/intake.ts'
import type { Follow } from '#lib/kube/watch/world-sources.ts'
import { keepAccess, type Reviewed } from '#lib/server/feed/access.ts'
import { createBoard, type Rows } from '#lib/server/feed/board.ts'
import { createHistory, type History } from '#lib/server/feed/history.ts'
import {
  type MachineApproverReads,
  watchMachineApprover,
} from '#lib/server/feed/machine-approver-watch.ts'
import { keepNodesInView } from '#lib/server/feed/nodes-in-view.ts'
import { type Prerequisite, withheld } from '#lib/server/feed/prerequisites.ts'
import { keepProposers, type ReviewProposer } from '#lib/server/feed/proposers.ts'
import { createPump } from '#lib/server/feed/pump.ts'
import { followSources } from '#lib/server/feed/sources.ts'
import { createLiveViews, type LiveViews } from '#lib/server/views/live-views.ts'
import type { Cluster, Feed, StreamEvent } from '#lib/wire/wire.ts'

/** One moment of the feed; rows are never changed, so they may be kept. */
export interface Moment {
  readonly epoch: string
  readonly revision: number
  readonly cluster: Cluster
  readonly feed: Feed
  readonly rows: Rows
}

export type Readiness =
  | { readonly ready: true }
  /** What it waits for, and how that is doing; with the causes of a try that has failed. */
  | { readonly ready: false; readonly why: string; readonly causes: readonly Sentence[] }

/** The process's own view of the cluster, always running, whoever watches. */
export interface RunningFeed {
  readonly epoch: string
  /** The person this process acts as: on a laptop the one viewer. */
  readonly viewer: Viewer
  moment(): Moment
  /** The published rows as pages ask for them. */
  readonly views: LiveViews
  /** Whether what is shown is what the API server says now: nothing is decided otherwise. */
  isLive(): boolean
  /**
   * Whether what requests are judged by has not been lost: what a lost answer, which may outlast a
   * moment without the requests, is tried again on.
   */
  canJudge(): boolean
  readiness(): Readiness
  machine(name: string, viewer: ViewerName): MachineDetail | null
  request(uid: string, viewer: ViewerName): RequestDetail | null
  /**
   * One request judged at this moment, without what only its machine's other requests tell
   * (`superseded`, `deadline`): what it costs does not grow with their number.
   */
  judged(uid: string): JudgedRequest | null
  /** The very object that the API server sent. */
  csr(uid: string): Csr | null
  /** Whether the request has been known here by this resourceVersion, now or a few changes ago. */
  wasKnownAs(uid: string, resourceVersion: string): boolean
  /** Requests of kubelets of the last 24 hours, and what judging them anew needs. */
  readonly history: History
  /** What is known of proposals to approve that request, in no order. */
  proposals(targetUid: string): Iterable<Proposal>
  /** The name of a request that is there, or has not been gone for long. */
  nameOf(uid: string): string | null
  /** The uid of the request that has this name now. */
  uidOf(name: string): string | null
  /** Each call returns its own undo. Nobody is told when nothing changed. */
  subscribe(listener: (event: StreamEvent) => void): () => void
  /** Cuts all waiting short. */
  retryNow(): void
  /** Something that it waits for may be known now, or why it is not. */
  lookAgain(): void
  /** The page of the document shows something else now; and it may be known by now. */
  documentChanged(topic: 'policy' | 'expected'): void
  /** A page shows these Nodes: their kubelets are asked what they present. */
  showNodes(names: readonly string[]): void
  /** Another policy is in force: everything is judged again. */
  policyChanged(): void
  /** Another list of expected machines is in force; null for none. */
  setExpected(list: readonly ExpectedMachine[] | null): void
  /** What is known of this product's own approver has changed. */
  setApprover(approver: AutomaticApprover): void
  /** Whether the machine had that alarm. */
  dismissAlarm(machineName: string, uid: string): boolean
  /** What this identity may do seems to have changed. */
  reviewAccess(): void
  /** By its credential of now this process acts as another than the API server said before. */
  actorIs(username: string): void
  stop(): Promise<void>
}

export interface FeedOptions {
  readonly cluster: Pick<Cluster, 'name' | 'server' | 'user' | 'demo' | 'insecure'>
  /** Host of the API server: no machine may ask for it. */
  readonly apiServerHost: string
  /** What it answers as, by its certificate: no machine may ask for that either. */
  readonly apiServerNames: Pick<ServerNames, 'current' | 'subscribe'>
  /** The one in force; when it becomes another, `policyChanged` is called. */
  readonly policy: () => Policy
  /** Nothing is live before they are known; when one may have become so, `lookAgain` is called. */
  readonly prerequisites: readonly Prerequisite[]
  readonly follow: Follow
  readonly review: (signal: AbortSignal) => Promise<Reviewed>
  readonly reviewProposer: ReviewProposer
  /** Asked for before the feed is live for the first time, and again. */
  readonly serviceNetworks: AskedNetworks
  readonly machineApprover: MachineApproverReads
  /** Learns of machines what the API's objects do not tell; absent where nobody is asked. */
  readonly evidence?: (asking: Asking) => LiveCertificates
  /** Where they are asked; absent for the default port, and no other network. */
  readonly kubeletRules?: Parameters<World['setKubeletRules']>[0]
  readonly clock: Clock
  /** Rows changed: how many milliseconds ago the oldest event arrived, null before the feed is live. */
  readonly onPublished?: (ageMs: number | null) => void
  /** An object broke something: for the log. */
  readonly onError: (error: unknown) => void
}

/** For whom kubelets are asked. */
export type Asking = Pick<LiveCertificatesOptions, 'world' | 'besides' | 'onEvidence'>

export function startFeed(options: FeedOptions): RunningFeed {
  const { policy, clock, follow, onError } = options
  const epoch = randomUUID()
  const world = new World()
  const listeners = new Set<(event: StreamEvent) => void>()
  const views = createLiveViews({
    epoch,
    clock,
    send: (data) => tell({ event: 'changed', data }),
  })
  const board = createBoard({ world, context, onRows: views.take })

  let viewerName = ''
  const access = keepAccess({
    review: options.review,
    clock,
    onChange() {
      if (access.username === viewerName) tellCluster()
      else views.viewerChanged()
      viewerName = access.username
      pump.wake()
    },
    onFailed: () => pump.wake(),
  })
  const intake = createIntake({ passed: clock.passed, onArrival: () => pump.wake(), onError })
  const history = createHistory({ world, context })
  const sources = followSources({
    follow,
    intake,
    world,
    requests: history,
    now: clock.now,
    onOperators: tellCluster,
  })
  const machineApprover = watchMachineApprover({
    clock,
    reads: options.machineApprover,
    onChange(facts) {
      world.setMachineApprover(facts)
      tellCluster()
      pump.wake()
    },
    onBrake: tellCluster,
  })
  let published = sources.feed()
  let hasBeenLive = false

  const pump = createPump({
    clock,
    intake,
    board,
    hasBeenLive: () => hasBeenLive,
    onError,
    onPublished(ageMs) {
      // The first list is no event: how long it took says nothing about how we keep up.
      options.onPublished?.(published.state === 'live' ? ageMs : null)
    },
    onSlice() {
      publishFeed()
      evidence?.look()
      proposers.notice()
    },
  })
  const reserved = keepReserved({
    world,
    apiServerHost: options.apiServerHost,
    apiServerNames: options.apiServerNames,
    serviceNetworks: options.serviceNetworks,
    clock,
    onChange: () => pump.wake(),
  })
  const proposers = keepProposers({
    world,
    policy,
    review: options.reviewProposer,
    clock,
    onAnswer: () => pump.wake(),
  })
  const inView = keepNodesInView({
    told(name) {
      if (world.cluster.node(name) === null) return 'gone'
      const evidence = world.evidence(name, clock.now())
      if (presentsNone(evidence)) return 'none'
      return evidence?.live.outcome === 'presented' ? 'certificate' : 'nothing'
    },
    now: clock.now,
  })
  const evidence = options.evidence?.({
    world,
    besides: () => ({ unanswered: history.unanswered(), inView: inView.names() }),
    // Each slice is followed by a look, which takes the answer into the history as well.
    onEvidence: () => pump.wake(),
  })
  world.setAsksKubelets(evidence !== undefined)
  if (options.kubeletRules !== undefined) world.setKubeletRules(options.kubeletRules)
  const prerequisites: readonly Prerequisite[] = [
    // What it forbids would look allowed, and who is not on the list as if there were none.
    ...options.prerequisites,
    // Nobody could say what a person has asked for themselves.
    { name: 'identity', isKnown: isActorKnown, why: () => access.trouble },
    // A machine could ask for a Service's address, and nobody would see it.
    { name: 'services', isKnown: () => reserved.wasAsked, why: () => [] },
    // A machine could ask for what the API server answers as.
    { name: 'apiServer', isKnown: () => options.apiServerNames.current() !== null, why: () => [] },
  ]
  let askedAt: Feed | null = null

  /** "Live" waits until the rows have caught up with what was read; bad news does not. */
  function publishFeed(): void {
    const feed = sources.feed()
    machineApprover.operators(feed.sources.operators.state, sources.operators())
    machineApprover.brake(world.brake(clock.now()))
    const wasLive = published.state === 'live' || isCatchingUp(published)
    const lost = feed.state === 'live' && wasLive ? reasonLost() : null
    if (lost !== null) {
      publish(withheld(feed, lost, published))
      return
    }
    if (feed.state === 'live' && !wasLive) {
      if (!intake.isCurrent() || board.isBehind()) return
      askForTheRest(feed)
      const missing = firstUnknown()
      if (missing !== null) {
        publish(withheld(feed, missing, published))
        return
      }
      machineApprover.look()
    }
    publish(feed)
  }

  /** The reason why a live feed is live no longer although every source is live; null without one. */
  function reasonLost(): Pick<Prerequisite, 'why'> | null {
    const behind = intake.behind()
    if (behind !== null) {
      return { why: () => [cause('catchingUp', { seconds: Math.round(behind / 1_000) })] }
    }
    return prerequisites.find((it) => it.throughout === true && !it.isKnown()) ?? null
  }

  /** Once for each state of the sources: the API server answers by now. */
  function askForTheRest(feed: Feed): void {
    if (feed === askedAt) return
    askedAt = feed
    if (!isActorKnown()) access.refresh()
    if (!reserved.wasAsked) reserved.now()
  }

  function isActorKnown(): boolean {
    return access.access.reviewedAt !== null
  }

  function firstUnknown(): Prerequisite | null {
    return prerequisites.find(({ isKnown }) => !isKnown()) ?? null
  }

  function publish(feed: Feed): void {
    if (feed === published) return
    published = feed
    views.feedChanged()
    hasBeenLive ||= feed.state === 'live'
    tell({ event: 'feed', data: feed })
  }

  /** Half of a list taken in, a Node made anew would for a moment be none. */
  function isTakenIn(): boolean {
    return !intake.isMidway() && intake.behind() === null
  }

  function context(): Context {
    return { now: clock.now(), policy: policy() }
  }

  function cluster(): Cluster {
    return {
      ...options.cluster,
      asksKubelets: options.evidence !== undefined,
      user: access.username === '' ? options.cluster.user : access.username,
      access: access.access,
      operators: sources.operators(),
      machineApprover: { ...world.machineApprover, brake: world.brake(clock.now()) },
    }
  }

  function tellCluster(): void {
    views.touch('summary')
  }

  function tell(event: StreamEvent): void {
    for (const listener of listeners) listener(event)
  }

  access.refresh()
  return {
    epoch,
    get viewer() {
      const { approval, signers } = access.access
      const mayApprove = (signer: string) => approval && signers[signer] === true
      return { name: access.username, mayApprove }
    },
    moment: () => ({
      epoch,
      revision: board.revision,
      cluster: cluster(),
      feed: { ...published, lastHeardAt: sources.lastHeardAt() },
      rows: board.rows,
    }),
    views,
    isLive: () => published.state === 'live' && sources.isLive() && isTakenIn(),
    canJudge: () => sources.canJudge() && isTakenIn(),
    readiness() {
      const lost = sources.trouble()
      if (lost !== null) return { ready: false, why: lost, causes: [] }
      const { state, causes } = published
      if (state === 'live') return { ready: true }
      const missing = firstUnknown()
      return { ready: false, why: missing === null ? state : `${missing.name}: ${state}`, causes }
    },
    machine: (name, viewer) => describeMachine(world, name, context(), viewer),
    request: (uid, viewer) => describeRequest(world, uid, context(), viewer),
    judged(uid) {
      const claim = world.claim(uid)
      return claim === null ? null : requestRow(claim, world, context(), false, null)
    },
    csr: (uid) => world.claim(uid)?.csr ?? null,
    wasKnownAs: (uid, version) => world.claim(uid)?.versions.includes(version) ?? false,
    history,
    proposals: (targetUid) => world.proposals.of(targetUid),
    nameOf: (uid) => world.requests.nameOf(uid),
    uidOf: (name) => world.requests.uidOf(name),
    subscribe(listener) {
      listeners.add(listener)
      access.watch(true)
      return () => {
        listeners.delete(listener)
        access.watch(listeners.size > 0)
      }
    },
    retryNow: () => {
      sources.retryNow()
      access.refresh()
    },
    lookAgain: () => pump.wake(),
    documentChanged(topic) {
      views.touch(topic)
      pump.wake()
    },
    showNodes(names) {
      inView.show(names)
      evidence?.look()
    },
    policyChanged() {
      world.touchAll()
      views.touch('policy', 'expected')
      pump.wake()
    },
    setExpected(list) {
      world.setExpected(list)
      views.touch('expected', 'policy')
      pump.wake()
    },
    setApprover(approver) {
      world.setApprover(approver)
      views.touch('policy')
      pump.wake()
    },
    dismissAlarm(machineName, uid) {
      const dismissed = world.dismissAlarm(machineName, uid)
      if (dismissed) pump.wake()
      return dismissed
    },
    reviewAccess: () => access.refresh(),
    actorIs: access.become,
    async stop() {
      pump.stop()
      views.stop()
      reserved.stop()
      access.stop()
      proposers.stop()
      machineApprover.stop()
      await Promise.all([sources.stop(), evidence?.stop()])
    },
  }
}

function isCatchingUp({ causes }: Feed): boolean {
  return causes.some(({ code }) => code === 'catchingUp')
}
