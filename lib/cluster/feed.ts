import { randomUUID } from 'node:crypto'
import { type AllRows, createBoard, type RowChange } from '#lib/cluster/board.ts'
import { History } from '#lib/cluster/history.ts'
import type { KeptRequest } from '#lib/cluster/kept-requests.ts'
import {
  type MachineApproverWatchOptions,
  watchMachineApprover,
} from '#lib/cluster/machine-approver-watch.ts'
import { keepNodesInView } from '#lib/cluster/nodes-in-view.ts'
import { OperatorsWatch } from '#lib/cluster/operators-watch.ts'
import type { Prerequisite } from '#lib/cluster/prerequisites.ts'
import { keepProposers, type Proposers, type ReviewProposer } from '#lib/cluster/proposers.ts'
import { type FeedReadiness, PublishedFeed } from '#lib/cluster/published-feed.ts'
import { createPump } from '#lib/cluster/pump.ts'
import { answerRequests, type RequestAnswers, verdictBefore } from '#lib/cluster/request-answers.ts'
import { RETRY_GAP_MS } from '#lib/cluster/retry.ts'
import {
  type Follow,
  type RequestStore,
  Sources,
  type SourcesOptions,
} from '#lib/cluster/sources.ts'
import { viewRights } from '#lib/cluster/view-rights.ts'
import { OTHERS_AWAITED_MS } from '#lib/cluster/why-not-known.ts'
import { presentsNone } from '#lib/csr/kubelets/evidence.ts'
import { approvedAgainst } from '#lib/csr/machine/approved-against.ts'
import type { Context } from '#lib/csr/machine/derive.ts'
import { requestRow } from '#lib/csr/machine/derive.ts'
import type { AutomaticApprover } from '#lib/csr/policy/automatic-approver.ts'
import type { ExpectedMachine } from '#lib/csr/policy/expected-list.ts'
import type { Policy } from '#lib/csr/policy/policy.ts'
import type { JudgedRequest } from '#lib/csr/rows/rows.ts'
import { isPending } from '#lib/csr/status.ts'
import { type AlarmName, Alarms, type RaisedAlarm } from '#lib/csr/world/alarms.ts'
import { World } from '#lib/csr/world/world.ts'
import type { KubeletSurvey, KubeletSurveyOptions } from '#lib/kube/kubelet/kubelet-survey.ts'
import type {
  LiveCertificates,
  LiveCertificatesOptions,
} from '#lib/kube/kubelet/live-certificates.ts'
import type { Right } from '#lib/kube/reads/access-reviews.ts'
import { type AskedNetworks, keepReserved } from '#lib/kube/reads/reserved-keeper.ts'
import type { Clock } from '#lib/kube/transport/clock.ts'
import { createGaps } from '#lib/kube/transport/gaps.ts'
import type { ServerNames } from '#lib/kube/transport/server-names.ts'
import { createIntake } from '#lib/kube/watch/intake.ts'
import type { ClusterTitle } from '#lib/wire/session-answers.ts'
import type { Changed, Topic } from '#lib/wire/topics.ts'
import type { ClusterFacts, Feed, StreamEvent } from '#lib/wire/wire.ts'

/** One moment of the feed; rows are never changed, so they may be kept. */
export interface Moment {
  readonly epoch: string
  readonly revision: number
  /** Facts of the cluster, the same for every viewer. */
  readonly cluster: ClusterFacts
  readonly feed: Feed
  readonly rows: AllRows
}

/** The process's own view of the cluster, always running, whether or not a page is open. */
export interface RunningFeed extends RequestAnswers {
  readonly epoch: string
  moment(): Moment
  /** Whether the rows equal the API server's state; otherwise no decision is allowed. */
  isLive(): boolean
  /**
   * Whether Nodes, Machines and the other inputs of a judgement are current. A write whose answer was
   * lost is tried again by this alone, also while the requests themselves reconnect.
   */
  canJudge(): boolean
  readiness(): FeedReadiness
  /** Requests of kubelets of the last 24 hours, with the inputs for judging them again. */
  readonly history: Omit<History, keyof RequestStore>
  /**
   * Takes a review of a proposer's right that a decision has made: the request's row shows the
   * answer.
   */
  proposerReviewed: Proposers['take']
  /** Subscribes a listener; each call returns its own undo. Without a change there is no event. */
  subscribe(listener: (event: StreamEvent) => void): () => void
  /** Ends every wait before a retry. */
  retryNow(): void
  /** Checks the prerequisites again: one may be known now, or its trouble another. */
  lookAgain(): void
  /**
   * Tells that the document's state has changed: its page is read again, and prerequisites are
   * checked.
   */
  documentChanged(topic: 'policy' | 'expected'): void
  /** Tells that a page shows these Nodes: their kubelets are asked what they present. */
  showNodes(names: readonly string[]): void
  /**
   * Tells that a page shows what all kubelets present: each is asked. `again`: answers older than a
   * minute are renewed next, once in `RETRY_GAP_MS` for all people.
   */
  showKubelets(again: boolean): void
  /** Tells that another policy is in force: everything is judged again. */
  policyChanged(): void
  /** Puts another list of expected machines in force; null for none. */
  setExpected(list: readonly ExpectedMachine[] | null): void
  /** Takes the state of this product's own approver. */
  setApprover(approver: AutomaticApprover): void
  /** Dismisses an alarm and returns it; null where there was none. */
  dismissAlarm(name: AlarmName): RaisedAlarm | null
  /** Raises an alarm, unless a person has dismissed it. */
  raiseAlarm(alarm: RaisedAlarm): void
  /** Puts back alarms that an earlier process had, oldest last, and dismissals. */
  restoreAlarms(raised: readonly RaisedAlarm[], dismissed: readonly AlarmName[]): void
  /**
   * Tells that another person views through an unchanged session: every row may differ for them.
   */
  viewerChanged(): void
  /** Rights with which a person sees by themselves what is read here. */
  viewRights(): readonly Right[]
  /** Tells that the cluster's name or versions are others now. */
  clusterRenamed(): void
  /** Tells that a viewer's rights have changed. */
  rightsChanged(): void
  stop(): Promise<void>
}

/** Takes all that the feed publishes, and shows it to people. */
export interface FeedViews {
  /** Applies published changes of rows. */
  take(changes: readonly RowChange[]): void
  /** Takes what the kubelets of all Nodes present. */
  takeFindings: SurveyQuestions['onFindings']
  /** Counts an alarm that newer ones dropped. */
  noteDroppedAlarm(): void
  /** Records a change of these topics. */
  touch(topics: Iterable<Topic>): void
  /** Records that another person views: every row and detail may differ for them. */
  viewerChanged(): void
  /** Records a change of the feed's state. */
  feedChanged(): void
  stop(): void
}

export interface FeedOptions<Views extends FeedViews = FeedViews> {
  readonly views: (feed: {
    readonly epoch: string
    readonly clock: Clock
    readonly send: (changed: Changed) => void
  }) => Views
  readonly cluster: Pick<ClusterFacts, 'server' | 'insecure'>
  /** The cluster's name and versions; `clusterRenamed` announces others. */
  readonly title: () => ClusterTitle
  /** Host of the API server: no machine may ask for that name. */
  readonly apiServerHost: string
  /** Names in the API server's certificate: no machine may ask for those either. */
  readonly apiServerNames: Pick<ServerNames, 'current' | 'subscribe'>
  /** Policy in force; `policyChanged` announces another one. */
  readonly policy: () => Policy
  /** The feed goes live once all are known; `lookAgain` checks them again. */
  readonly prerequisites: readonly Prerequisite[]
  readonly follow: Follow
  readonly askStore: SourcesOptions['askStore']
  /**
   * Hears whether there are listeners: when the first one comes, and when the last one has left.
   */
  readonly onWatched?: (isWatched: boolean) => void
  readonly reviewProposer: ReviewProposer
  /** The networks of Services: asked for before the feed is live for the first time, and again. */
  readonly serviceNetworks: AskedNetworks
  readonly clientFlow: MachineApproverWatchOptions['clientFlow']
  /** Asks kubelets for the certificates they present; absent where kubelets are not asked. */
  readonly evidence?: (asking: KubeletQuestions) => LiveCertificates
  /** Asks the kubelet of every Node, for a page; absent where kubelets are not asked. */
  readonly survey?: (asking: SurveyQuestions) => KubeletSurvey
  /** Ports and networks where kubelets are asked; absent for the defaults. */
  readonly kubeletRules?: Parameters<World['setKubeletRules']>[0]
  readonly clock: Clock
  /**
   * Hears that rows changed: how many milliseconds ago the oldest event arrived, null before the
   * feed is live.
   */
  readonly onPublished?: (ageMs: number | null) => void
  /** Hears which rows changed while the feed is live. */
  readonly onLiveRows?: (changes: readonly RowChange[]) => void
  /** Hears of a decided request that was deleted: no row may have shown its decision. */
  readonly onDecidedGone?: (last: JudgedRequest) => void
  /** Hears of a raised alarm, which no row may show: newer ones may drop it at once. */
  readonly onAlarm?: (alarm: RaisedAlarm) => void
  /** Hears of an alarm that newer ones dropped, and that no person has dismissed. */
  readonly onAlarmDropped?: (alarm: RaisedAlarm) => void
  /** Hears of a request that the history keeps. */
  readonly onKept?: (kept: KeptRequest) => void
  /** Hears of the feed's state. */
  readonly onState?: (state: Feed['state']) => void
  /** Logs an error that an object caused. */
  readonly onError: (error: unknown) => void
}

/** Machines whose kubelets are asked. */
export type KubeletQuestions = Pick<LiveCertificatesOptions, 'world' | 'besides' | 'onEvidence'>

/** Machines whose kubelets a page wants asked, and the taker of the findings. */
export type SurveyQuestions = Pick<KubeletSurveyOptions, 'world' | 'onFindings'>

export function startFeed<Views extends FeedViews>(
  options: FeedOptions<Views>,
): RunningFeed & { readonly views: Views } {
  const { policy, clock, follow, onError } = options
  const epoch = randomUUID()
  const alarms = new Alarms({
    onRaised: (alarm) => options.onAlarm?.({ ...alarm, since: clock.now() }),
    onDropped(alarm) {
      views.noteDroppedAlarm()
      options.onAlarmDropped?.(alarm)
    },
  })
  const world = new World(undefined, alarms)
  const listeners = new Set<(event: StreamEvent) => void>()
  const views = options.views({
    epoch,
    clock,
    send: (data) => tell({ event: 'changed', data }),
  })
  const board = createBoard({
    world,
    context,
    passed: clock.passed,
    onRows(changes) {
      views.take(changes)
      if (published.isLive) options.onLiveRows?.(changes)
      // The first list is no event: how long it took says nothing about how we keep up.
      options.onPublished?.(published.isLive ? pump.ageMs() : null)
    },
    onError,
  })

  const intake = createIntake({ passed: clock.passed, onArrival: () => pump.wake(), onError })
  const history = new History({
    world,
    context,
    onKept: options.onKept,
    onApproved(claim) {
      // Half of a list of Nodes would make a sound request look odd. A row raises the alarm later.
      const isRead = sources.whyNotRead() === null && !intake.isMidway()
      const isKnown = published.isLive && isRead
      const judged = isKnown ? verdictBefore(claim, world, history, context()) : null
      if (judged === null) return
      const alarm = approvedAgainst(requestRow(claim, world, context(), false, null), judged)
      if (alarm !== null) world.raiseAlarm(alarm)
    },
  })
  const answers = answerRequests({ world, history, context })
  const { server } = options.cluster
  const sources = new Sources({
    follow,
    intake,
    world,
    requests: {
      upsert: (csr, isLive) => history.upsert(csr, isLive),
      remove(uid, isLive) {
        try {
          const claim = isLive ? world.claim(uid) : null
          if (claim !== null && !isPending(claim.csr)) {
            options.onDecidedGone?.(requestRow(claim, world, context(), false, null))
          }
        } finally {
          // A request that stayed would count as a use of its key until a restart.
          history.remove(uid, isLive)
        }
      },
      forget() {
        history.forget()
        world.forgetAlarms()
      },
    },
    decider: 'person',
    server,
    askStore: options.askStore,
    clock,
    onState: () => published.sourcesChanged(),
    onStore: () => pump.wake(),
  })
  const operators = new OperatorsWatch({
    follow,
    intake,
    clock,
    onState: () => published.sourcesChanged(),
    onOperators: tellCluster,
  })
  const machineApprover = watchMachineApprover({
    clock,
    clientFlow: options.clientFlow,
    onChange(facts) {
      world.setMachineApprover(facts)
      tellCluster()
      pump.wake()
    },
    onBrake: tellCluster,
  })
  const cancelWait = clock.after(OTHERS_AWAITED_MS, () => pump.wake())
  const pump = createPump({
    clock,
    intake,
    derived: board,
    // An empty page shows the first rows. Its feed is not live, so nothing can be decided by them.
    worksMidway: () => !published.hasBeenLive && !board.fillsScreen(),
    onError,
    onSlice() {
      machineApprover.operators(operators.state.state, operators.current)
      machineApprover.brake(world.brake(clock.now()))
      published.look()
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
    statusOf(name) {
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
  const beginsAgain = createGaps(clock, RETRY_GAP_MS)
  const survey = options.survey?.({
    world,
    onFindings: views.takeFindings,
  })
  world.setMachineNamespaces(policy().machineNamespaces)
  world.setAsksKubelets(evidence !== undefined)
  if (options.kubeletRules !== undefined) world.setKubeletRules(options.kubeletRules)
  const published = new PublishedFeed({
    sources,
    operators,
    intake,
    isBehind: board.isBehind,
    requestCount: () => world.requestCount,
    prerequisites: [
      // Without the policy or the list, a forbidden or unlisted machine would look allowed.
      ...options.prerequisites,
      // A request for a Service's address could not be recognized.
      { name: 'services', isKnown: () => reserved.wasAsked, ask: reserved.now, why: () => [] },
      // A request for a name of the API server could not be recognized.
      {
        name: 'apiServer',
        isKnown: () => options.apiServerNames.current() !== null,
        why: () => [],
      },
    ],
    onLive: machineApprover.look,
    onPublish(feed) {
      views.feedChanged()
      options.onState?.(feed.state)
      if (published.hasBeenLive) cancelWait()
      tell({ event: 'feed', data: feed })
    },
  })

  function context(): Context {
    return { now: clock.now(), policy: policy() }
  }

  function cluster(): ClusterFacts {
    return {
      ...options.cluster,
      ...options.title(),
      asksKubelets: options.evidence !== undefined,
      operators: operators.current,
      machineApprover: { ...world.machineApprover, brake: world.brake(clock.now()) },
    }
  }

  function tellCluster(): void {
    views.touch(['summary'])
  }

  function tell(event: StreamEvent): void {
    for (const listener of listeners) listener(event)
  }

  return {
    epoch,
    moment: () => ({
      epoch,
      revision: board.revision,
      cluster: cluster(),
      feed: { ...published.current, lastHeardAt: sources.lastHeardAt(sources.telling()) },
      rows: board.rows,
    }),
    views,
    isLive: () => published.isLive && sources.whyNotKnown() === null,
    canJudge: () => sources.whyNotJudged() === null,
    readiness: () => published.readiness(),
    ...answers,
    history,
    proposerReviewed: proposers.take,
    subscribe(listener) {
      listeners.add(listener)
      if (listeners.size === 1) options.onWatched?.(true)
      return () => {
        if (listeners.delete(listener) && listeners.size === 0) options.onWatched?.(false)
      }
    },
    retryNow() {
      sources.retryNow()
      operators.retryNow()
    },
    lookAgain: () => pump.wake(),
    documentChanged(topic) {
      views.touch([topic])
      pump.wake()
    },
    showNodes(names) {
      inView.show(names)
      evidence?.look()
    },
    showKubelets: (again) => survey?.watch(again && beginsAgain(null)),
    policyChanged() {
      world.setMachineNamespaces(policy().machineNamespaces)
      world.touchAll()
      views.touch(['policy', 'expected'])
      pump.wake()
    },
    setExpected(list) {
      world.setExpected(list)
      views.touch(['expected', 'policy'])
      pump.wake()
    },
    setApprover(approver) {
      world.setApprover(approver)
      views.touch(['policy'])
      pump.wake()
    },
    dismissAlarm(name) {
      const dismissed = world.dismissAlarm(name)
      if (dismissed !== null) pump.wake()
      return dismissed
    },
    raiseAlarm(alarm) {
      world.raiseAlarm(alarm)
      pump.wake()
    },
    restoreAlarms(raised, dismissed) {
      for (const alarm of raised) world.restoreAlarm(alarm)
      for (const name of dismissed) world.restoreDismissal(name)
      pump.wake()
    },
    viewerChanged() {
      views.viewerChanged()
      pump.wake()
    },
    viewRights: () => viewRights(sources.delivered, operators),
    clusterRenamed: tellCluster,
    rightsChanged() {
      tellCluster()
      pump.wake()
    },
    async stop() {
      cancelWait()
      pump.stop()
      views.stop()
      reserved.stop()
      proposers.stop()
      machineApprover.stop()
      await Promise.all([sources.stop(), operators.stop(), evidence?.stop(), survey?.stop()])
    },
  }
}
