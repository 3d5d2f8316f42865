import { randomUUID } from 'node:crypto'
import {
  AskedKubelets,
  type AskedKubeletsOptions,
  type KubeletAskers,
} from '#lib/cluster/asked-kubelets.ts'
import { type AllRows, createBoard, type RowChange } from '#lib/cluster/board.ts'
import { FollowedWorld, type FollowedWorldOptions } from '#lib/cluster/followed-world.ts'
import { KeptDay } from '#lib/cluster/kept-day.ts'
import type { KeptRequest } from '#lib/cluster/kept-requests.ts'
import {
  type MachineApproverWatchOptions,
  watchMachineApprover,
} from '#lib/cluster/machine-approver-watch.ts'
import { OperatorsWatch } from '#lib/cluster/operators-watch.ts'
import { allPrerequisites, type GivenPrerequisites } from '#lib/cluster/prerequisites.ts'
import { keepProposers, type Proposers, type ReviewProposer } from '#lib/cluster/proposers.ts'
import { type FeedReadiness, PublishedHealth } from '#lib/cluster/published-health.ts'
import { answerRequests, type RequestAnswers } from '#lib/cluster/request-answers.ts'
import { type RowNews, watchRowNews } from '#lib/cluster/row-news.ts'
import type { RequestStore } from '#lib/cluster/sources.ts'
import { VerdictsBefore, verdictAtEnd, verdictNeverShown } from '#lib/cluster/verdict-before.ts'
import { viewRights } from '#lib/cluster/view-rights.ts'
import {
  OTHERS_AWAITED_MS,
  whyNotJudged,
  whyNotKnown,
  whyNotRead,
} from '#lib/cluster/why-not-known.ts'
import type { Claim } from '#lib/csr/claim/claim.ts'
import type { Context } from '#lib/csr/machine/derive.ts'
import { requestRow } from '#lib/csr/machine/derive.ts'
import type { Csr } from '#lib/csr/model.ts'
import type { AutomaticApprover } from '#lib/csr/policy/automatic-approver.ts'
import type { ExpectedMachine } from '#lib/csr/policy/expected-list.ts'
import type { Policy } from '#lib/csr/policy/policy.ts'
import type { JudgedRequest } from '#lib/csr/rows/rows.ts'
import { isPending } from '#lib/csr/status.ts'
import { type AlarmName, Alarms, type RaisedAlarm } from '#lib/csr/world/alarms.ts'
import { World } from '#lib/csr/world/world.ts'
import type { Right } from '#lib/kube/reads/access-reviews.ts'
import type { Clock } from '#lib/kube/transport/clock.ts'
import type { ClusterTitle } from '#lib/wire/session-answers.ts'
import type { Changed, Topic } from '#lib/wire/topics.ts'
import type { RecordedVerdict } from '#lib/wire/views.ts'
import type { ClusterFacts, FeedHealth, StreamEvent } from '#lib/wire/wire.ts'

/** One moment of the feed; rows are never changed, so they may be kept. */
export interface Moment {
  readonly epoch: string
  readonly revision: number
  /** Facts of the cluster, the same for every viewer. */
  readonly cluster: ClusterFacts
  readonly feed: FeedHealth
  readonly rows: AllRows
}

/** The process's own view of the cluster, always running, whether or not a page is open. */
export type RunningFeed<Views extends FeedViews = FeedViews> = RequestAnswers &
  Omit<LiveFeed<Views>, 'answers' | 'day'> & {
    /** Requests of kubelets of the last 24 hours, with the inputs for judging them again. */
    readonly day: Omit<KeptDay, keyof RequestStore>
  }

/** Takes all that the feed publishes, and shows it to people. */
export interface FeedViews {
  /** Applies published changes of rows. */
  take(changes: readonly RowChange[]): void
  /** Takes what the kubelets of all Nodes present. */
  takeFindings: AskedKubeletsOptions['onFindings']
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

export interface FeedOptions<Views extends FeedViews = FeedViews>
  extends KubeletAskers,
    Pick<
      FollowedWorldOptions,
      | 'apiServerHost'
      | 'apiServerNames'
      | 'askStore'
      | 'clock'
      | 'follow'
      | 'onError'
      | 'serviceNetworks'
    > {
  readonly views: (feed: {
    readonly epoch: string
    readonly clock: Clock
    readonly send: (changed: Changed) => void
  }) => Views
  readonly cluster: Pick<ClusterFacts, 'server' | 'insecure'>
  /** The cluster's name and versions; `clusterRenamed` announces others. */
  readonly title: () => ClusterTitle
  /** Policy in force; `policyChanged` announces another one. */
  readonly policy: () => Policy
  /** The feed goes live once all are known; `lookAgain` checks them again. */
  readonly prerequisites: GivenPrerequisites
  /**
   * Hears whether there are listeners: when the first one comes, and when the last one has left.
   */
  readonly onWatched?: (isWatched: boolean) => void
  readonly reviewProposer: ReviewProposer
  readonly clientFlow: MachineApproverWatchOptions['clientFlow']
  /** Ports and networks where kubelets are asked; absent for the defaults. */
  readonly kubeletRules?: Parameters<World['setKubeletRules']>[0]
  /**
   * Hears that rows changed: how many milliseconds ago the oldest event arrived, null before the
   * feed is live.
   */
  readonly onPublished?: (ageMs: number | null) => void
  /** Hears which rows changed while the feed is live. */
  readonly onLiveRows?: (changes: readonly RowChange[]) => void
  /** Hears what is new in rows, each event once, also those of a time without a live feed. */
  readonly onNews?: (news: readonly RowNews[]) => void
  /** Hears of a raised alarm, which no row may show: newer ones may drop it at once. */
  readonly onAlarm?: (alarm: RaisedAlarm) => void
  /** Hears of an alarm that newer ones dropped, and that no person has dismissed. */
  readonly onAlarmDropped?: (alarm: RaisedAlarm) => void
  /** Hears of a request of the kept day. */
  readonly onKept?: (kept: KeptRequest) => void
  /** Hears of the feed's state. */
  readonly onState?: (state: FeedHealth['state']) => void
}

export function startFeed<Views extends FeedViews>(
  options: FeedOptions<Views>,
): RunningFeed<Views> {
  const feed = new LiveFeed(options)
  return Object.assign(feed, feed.answers)
}

/** Public functions are fields: callers pass them alone. */
class LiveFeed<Views extends FeedViews> {
  readonly epoch = randomUUID()
  readonly views: Views
  readonly day: KeptDay
  readonly answers: RequestAnswers
  readonly #options: FeedOptions<Views>
  readonly #listeners = new Set<(event: StreamEvent) => void>()
  readonly #world: World
  readonly #board: ReturnType<typeof createBoard>
  readonly #verdicts: VerdictsBefore
  readonly #news: ReturnType<typeof watchRowNews>
  readonly #followed: FollowedWorld
  readonly #operators: OperatorsWatch
  readonly #machineApprover: ReturnType<typeof watchMachineApprover>
  readonly #proposers: Proposers
  readonly #kubelets: AskedKubelets
  readonly #health: PublishedHealth
  readonly #cancelWait: () => void

  constructor(options: FeedOptions<Views>) {
    const { policy, clock, follow, onError } = options
    const context = this.#context
    this.#options = options
    this.#world = new World(undefined, this.#alarms())
    const world = this.#world
    this.views = options.views({
      epoch: this.epoch,
      clock,
      send: (data) => this.#tell({ event: 'changed', data }),
    })
    this.#board = createBoard({
      ...{ world, context, passed: clock.passed, onError },
      onRows: (changes) => this.#rowsChanged(changes),
    })
    this.day = new KeptDay({ world, context, onKept: options.onKept })
    this.answers = answerRequests({ world, context })
    this.#verdicts = new VerdictsBefore({
      neverShown: (uid) => verdictNeverShown(world.claim(uid), this.day, world, context()),
      onAgainst: this.raiseAlarm,
    })
    this.#news = watchRowNews({
      ...{ isLive: this.isLive, rows: () => this.#board.rows, verdicts: this.#verdicts, clock },
      areNodesLive: () => this.#health.current.sources.nodes.state === 'live',
      onNews: (news) => options.onNews?.(news),
    })
    this.#followed = new FollowedWorld({
      ...options,
      world,
      requests: this.#requests(),
      decider: 'person',
      server: options.cluster.server,
      derived: this.#board,
      gapMs: 12,
      // An empty page shows the first rows. Its feed is not live, so nothing can be decided by them.
      workMidway: (hasTime) => !this.#health.hasBeenLive && this.#board.workMidway(hasTime),
      onState: () => this.#health.sourcesChanged(),
      onSlice: () => this.#sliceEnded(),
    })
    this.#operators = new OperatorsWatch({
      ...{ follow, intake: this.#followed.intake, clock },
      onState: () => this.#health.sourcesChanged(),
      onOperators: () => this.#tellCluster(),
    })
    this.#machineApprover = watchMachineApprover({
      ...{ clock, clientFlow: options.clientFlow },
      onChange: (facts) => {
        world.setMachineApprover(facts)
        this.#tellCluster()
        this.lookAgain()
      },
      onBrake: () => this.#tellCluster(),
    })
    this.#cancelWait = clock.after(OTHERS_AWAITED_MS, this.lookAgain)
    const review = options.reviewProposer
    this.#proposers = keepProposers({ world, policy, review, clock, onAnswer: this.lookAgain })
    this.#kubelets = new AskedKubelets({
      ...options,
      world,
      unanswered: () => this.day.unanswered(),
      // The look after the next slice also adds the answer to the kept day.
      onEvidence: this.lookAgain,
      onFindings: this.views.takeFindings,
    })
    world.setMachineNamespaces(policy().machineNamespaces)
    if (options.kubeletRules !== undefined) world.setKubeletRules(options.kubeletRules)
    this.#health = this.#publishes()
  }

  readonly moment = (): Moment => {
    const { sources } = this.#followed
    return {
      epoch: this.epoch,
      revision: this.#board.revision,
      cluster: this.#cluster(),
      feed: { ...this.#health.current, lastHeardAt: sources.lastHeardAt(sources.telling()) },
      rows: this.#board.rows,
    }
  }

  /** Whether the rows equal the API server's state; otherwise no decision is allowed. */
  readonly isLive = (): boolean =>
    this.#health.isLive && whyNotKnown(this.#followed.sources) === null
  /**
   * Whether Nodes, Machines and the other inputs of a judgement are current. A write whose answer was
   * lost is tried again by this alone, also while the requests themselves reconnect.
   */
  readonly canJudge = (): boolean => whyNotJudged(this.#followed.sources) === null
  readonly readiness = (): FeedReadiness => this.#health.readiness()
  /**
   * Takes a review of a proposer's right that a decision has made: the request's row shows the
   * answer.
   */
  readonly proposerReviewed: Proposers['take'] = (...taken) => this.#proposers.take(...taken)

  /** Subscribes a listener; each call returns its own undo. Without a change there is no event. */
  readonly subscribe = (listener: (event: StreamEvent) => void): (() => void) => {
    const { onWatched } = this.#options
    this.#listeners.add(listener)
    if (this.#listeners.size === 1) onWatched?.(true)
    return () => {
      if (this.#listeners.delete(listener) && this.#listeners.size === 0) onWatched?.(false)
    }
  }

  /** Ends every wait before a retry. */
  readonly retryNow = (): void => {
    this.#followed.sources.retryNow()
    this.#operators.retryNow()
  }

  /** Checks the prerequisites again: one may be known now, or its trouble another. */
  readonly lookAgain = (): void => this.#followed.wake()
  /**
   * Tells that the document's state has changed: its page is read again, and prerequisites are
   * checked.
   */
  readonly documentChanged = (topic: 'policy' | 'expected'): void => this.#changed([topic])
  /** Tells that a page of that person shows these Nodes: their kubelets are asked what they present. */
  readonly showNodes = (names: readonly string[], person: string): void =>
    this.#kubelets.showNodes(names, person)
  /**
   * Tells that a page shows what all kubelets present: each is asked. `again`: answers older than a
   * minute are renewed next, once in two seconds for all people.
   */
  readonly showKubelets = (again: boolean): void => this.#kubelets.showKubelets(again)

  /** Tells that another policy is in force: everything is judged again. */
  readonly policyChanged = (): void => {
    this.#world.setMachineNamespaces(this.#options.policy().machineNamespaces)
    this.#world.touchAll()
    this.#changed(['policy', 'expected'])
  }

  /** Puts another list of expected machines in force; null for none. */
  readonly setExpected = (list: readonly ExpectedMachine[] | null): void => {
    this.#world.setExpected(list)
    this.#changed(['expected', 'policy'])
  }

  /** Takes the state of this product's own approver. */
  readonly setApprover = (approver: AutomaticApprover): void => {
    this.#world.setApprover(approver)
    this.#changed(['policy'])
  }

  /** Dismisses an alarm and returns it; null where there was none. */
  readonly dismissAlarm = (name: AlarmName): RaisedAlarm | null => {
    const dismissed = this.#world.dismissAlarm(name)
    if (dismissed !== null) this.lookAgain()
    return dismissed
  }

  /** Raises an alarm, unless a person has dismissed it. */
  readonly raiseAlarm = (alarm: RaisedAlarm): void => {
    this.#world.raiseAlarm(alarm)
    this.lookAgain()
  }

  /** Puts back alarms that an earlier process had, oldest last, and dismissals. */
  readonly restoreAlarms = (
    raised: readonly RaisedAlarm[],
    dismissed: readonly AlarmName[],
  ): void => {
    for (const alarm of raised) this.#world.restoreAlarm(alarm)
    for (const name of dismissed) this.#world.restoreDismissal(name)
    this.lookAgain()
  }

  /** Tells that another person views through an unchanged session: every row may differ for them. */
  readonly viewerChanged = (): void => {
    this.views.viewerChanged()
    this.lookAgain()
  }

  /** Rights with which a person sees by themselves what is read here. */
  readonly viewRights = (): readonly Right[] =>
    viewRights(this.#followed.sources.delivered, this.#operators)
  /** Tells that the cluster's name or versions are others now. */
  readonly clusterRenamed = (): void => this.#tellCluster()
  /** Tells that a viewer's rights have changed. */
  readonly rightsChanged = (): void => this.#changed(['summary'])

  readonly stop = async (): Promise<void> => {
    this.#cancelWait()
    this.views.stop()
    this.#news.stop()
    this.#proposers.stop()
    this.#machineApprover.stop()
    await Promise.all([this.#followed.stop(), this.#operators.stop(), this.#kubelets.stop()])
  }

  readonly #context = (): Context => ({
    now: this.#options.clock.now(),
    policy: this.#options.policy(),
  })

  #alarms(): Alarms {
    const { clock, onAlarm, onAlarmDropped } = this.#options
    return new Alarms({
      onRaised: (alarm) => onAlarm?.({ ...alarm, since: clock.now() }),
      onDropped: (alarm) => {
        this.views.noteDroppedAlarm()
        onAlarmDropped?.(alarm)
      },
    })
  }

  /** Takes requests into the kept day, which gives them to the world. */
  #requests(): RequestStore {
    const { day } = this
    return {
      upsert: (csr, isLive) => {
        const before = this.#world.claim(csr.uid)
        const judged = isLive ? this.#judgedAtEnd(before, csr) : null
        day.upsert(csr, isLive)
        const claim = this.#world.claim(csr.uid)
        if (judged !== null && claim !== null) this.#verdicts.settle(this.#row(claim), judged)
        // A backup of etcd was restored.
        if (isPending(csr) && before !== null && !isPending(before.csr)) {
          this.#verdicts.forget(csr.uid)
        }
      },
      remove: (uid, isLive) => {
        try {
          const claim = isLive ? this.#world.claim(uid) : null
          if (claim !== null && !isPending(claim.csr)) {
            this.#news.takeGone(this.#row(claim))
          }
        } finally {
          // Also after an error: a deleted request must no longer count as a use of its key.
          day.remove(uid, isLive)
        }
      },
      forget: () => {
        day.forget()
        this.#world.forgetAlarms()
      },
    }
  }

  /** The verdict of a request that ends by this change; null where that cannot be told now. */
  #judgedAtEnd(before: Claim | null, after: Csr): RecordedVerdict | null {
    const { sources, intake } = this.#followed
    if (before === null || !isPending(before.csr) || isPending(after)) return null
    // Half of a list of Nodes would make a sound request look odd: its row tells the rest later.
    const isRead = whyNotRead(sources) === null && !intake.isMidway()
    if (!isRead || !this.#health.isLive) return null
    return verdictAtEnd(before, after, this.#world, this.#context())
  }

  #row(claim: Claim): JudgedRequest {
    return requestRow(claim, this.#world, this.#context(), false, null)
  }

  #rowsChanged(changes: readonly RowChange[]): void {
    const { onLiveRows, onPublished } = this.#options
    const { isLive } = this.#health
    this.views.take(changes)
    if (isLive) {
      onLiveRows?.(changes)
      this.#news.take(changes)
    }
    // The age measures how fast changes become rows; a first list would distort it.
    onPublished?.(isLive ? this.#followed.ageMs() : null)
  }

  #sliceEnded(): void {
    this.#machineApprover.operators(this.#operators.state.state, this.#operators.current)
    this.#machineApprover.brake(this.#world.brake(this.#options.clock.now()))
    this.#health.look()
    if (!this.#followed.intake.isMidway()) this.#kubelets.look()
    this.#proposers.notice()
  }

  #publishes(): PublishedHealth {
    const { apiServerNames, prerequisites, onState } = this.#options
    const { sources, intake } = this.#followed
    return new PublishedHealth({
      ...{ sources, intake, operators: this.#operators, isBehind: this.#board.isBehind },
      requestCount: () => this.#world.requestCount,
      prerequisites: allPrerequisites(prerequisites, this.#followed, apiServerNames),
      onLive: () => {
        this.#machineApprover.look()
        this.#verdicts.keepOnly((uid) => this.#world.claim(uid) !== null)
      },
      onPublish: (health) => {
        this.views.feedChanged()
        this.#news.feedIs(health.state)
        onState?.(health.state)
        if (this.#health.hasBeenLive) this.#cancelWait()
        this.#tell({ event: 'feed', data: health })
      },
    })
  }

  #cluster(): ClusterFacts {
    const { cluster, title, clock, evidence } = this.#options
    const { machineApprover } = this.#world
    return {
      ...cluster,
      ...title(),
      asksKubelets: evidence !== undefined,
      operators: this.#operators.current,
      machineApprover: { ...machineApprover, brake: this.#world.brake(clock.now()) },
    }
  }

  #changed(topics: Iterable<Topic>): void {
    this.views.touch(topics)
    this.lookAgain()
  }

  #tellCluster(): void {
    this.views.touch(['summary'])
  }

  #tell(event: StreamEvent): void {
    for (const listener of this.#listeners) listener(event)
  }
}
