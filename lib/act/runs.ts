import { randomUUID } from 'node:crypto'
import type { DecisionOrder } from '#lib/act/decision-body.ts'
import type { DecisionService } from '#lib/act/decision-service.ts'
import { type KeptPlan, KeptPlans } from '#lib/act/kept-plans.ts'
import { KeptRun, type Whose } from '#lib/act/kept-run.ts'
import {
  listing,
  makePlan,
  type PlanWorld,
  planAnswer,
  planNow,
  tickedMachines,
} from '#lib/act/plan.ts'
import { MOST_IN_SCRIPT, planScript, requestsIn, type ScriptOptions } from '#lib/act/plan-script.ts'
import { callerRights, refusalNow } from '#lib/act/refused-call.ts'
import {
  createDenial,
  createFollowing,
  createRun,
  isFollowing,
  NOTHING_MORE,
  type Run,
  type RunStart,
} from '#lib/act/run.ts'
import { RunEngine } from '#lib/act/run-engine.ts'
import type { EndedRun, RunNotes } from '#lib/act/run-notes.ts'
import { notDenied, stayingAfter } from '#lib/act/run-progress.ts'
import type { RunningFeed } from '#lib/cluster/feed.ts'
import { whyNotNow } from '#lib/csr/approval/may-act-now.ts'
import { cause } from '#lib/csr/cause.ts'
import type { RoleGroup } from '#lib/csr/machine/role-rank.ts'
import { looksSwitchedOff } from '#lib/csr/machine/switched-off.ts'
import { KUBE_APISERVER_CLIENT_KUBELET, KUBELET_SERVING } from '#lib/csr/names.ts'
import type { JudgedRequest } from '#lib/csr/rows/rows.ts'
import { HOUR_MS } from '#lib/csr/units-of-time.ts'
import type { LogEntry } from '#lib/kube/log/process-log.ts'
import type { Clock } from '#lib/kube/transport/clock.ts'
import { spaced } from '#lib/kube/transport/spaced.ts'
import type { Refusal } from '#lib/people/people.ts'
import type { Caller, Principal } from '#lib/people/principal.ts'
import { isBeyond, OF_PEOPLE, ofTheMost } from '#lib/refusals/limits.ts'
import { isPartlyJudged } from '#lib/wire/known-by-sources.ts'
import type {
  Followed,
  PlanAnswer,
  PlanBody,
  RunAct,
  RunBody,
  RunPage,
  RunStatus,
  RunSummary,
} from '#lib/wire/run-answers.ts'
import { VIEW_PAGE_LIMIT } from '#lib/wire/views.ts'
import type { DecisionLine } from '#lib/wire/wire.ts'

interface RunsOptions {
  readonly feed: Pick<RunningFeed, 'moment' | 'isLive' | 'csr' | 'judged' | 'subscribe'>
  readonly decisions: Pick<DecisionService, 'run' | 'known'>
  readonly clock: Clock
  /** Notes of runs: by them the next process shows those that were cut off, and those that ended. */
  readonly notes: RunNotes
  /** Called when a run begins and when a person acts on one. */
  readonly log: (entry: LogEntry) => void
  readonly onError: (error: unknown) => void
}

/** Pace of looks at the rows, and of summaries to browsers. */
const LOOK = { leastMs: 100, longestMs: 2_000 }
const SEND = { leastMs: 250, longestMs: 2_000 }
/** Milliseconds after its end in which a run's report still follows its machines. */
const REPORT_MS = HOUR_MS

const NOBODYS: Whose = { session: null, owner: null, follows: null }
const RUN_GONE: Refusal = { refused: 'notFound', why: [cause('runGone')] }
const PLAN_GONE: Refusal = { refused: 'notFound', why: [cause('planGone')] }
const SCRIPT_TOO_LONG: Refusal = {
  refused: 'badRequest',
  why: [cause('scriptTooLong', { most: MOST_IN_SCRIPT })],
}

/** Plans and runs of this process. Runs end with the process; none resumes by itself. */
export class Runs {
  readonly #options: RunsOptions
  readonly #plans: KeptPlans
  /** Runs in the order of their start, by id. */
  readonly #kept = new Map<string, KeptRun>()
  readonly #listeners = new Set<(run: RunSummary) => void>()
  /** Runs of which browsers have not heard since they changed. */
  readonly #changed = new Set<KeptRun>()
  readonly #look: ReturnType<typeof spaced>
  readonly #send: ReturnType<typeof spaced>
  #unsubscribe: (() => void) | null = null
  #isClosed = false

  constructor(options: RunsOptions) {
    const { clock, notes } = options
    this.#options = options
    this.#plans = new KeptPlans(clock.now)
    this.#look = spaced(clock, LOOK, () => this.#lookAll())
    this.#send = spaced(clock, SEND, () => this.#sendAll())
    void Promise.all([notes.readEnded(), notes.read()]).then(([ended, cutOff]) =>
      this.#putFirst(ended, cutOff),
    )
  }

  plan(selection: PlanBody['selection'], { principal, session }: Caller): PlanAnswer {
    const made = makePlan(this.#options.feed.moment().rows, selection, principal.viewer)
    return this.#shownAnswer(this.#plans.keep(made, principal, session), true, principal)
  }

  /** The plan as made, with machines held back that have changed since. */
  planAgain(id: string, { principal, session }: Caller): PlanAnswer | Refusal {
    const found = this.#plans.find(id, session)
    return found === null ? PLAN_GONE : this.#shownAnswer(found, false, principal)
  }

  /**
   * The script of the plan as it was shown last: its ticked machines, less what has changed since.
   */
  planScript(
    id: string,
    ticks: Parameters<typeof tickedMachines>[1] & Pick<ScriptOptions, 'program' | 'superseded'>,
    { principal, session }: Caller,
  ): { readonly script: string } | Refusal {
    const found = this.#plans.find(id, session)
    if (found === null) return PLAN_GONE
    const ticked = tickedMachines(planNow(found.shown, this.#planWorld(principal)), ticks)
    if (requestsIn(ticked, ticks) > MOST_IN_SCRIPT) return SCRIPT_TOO_LONG
    return { script: planScript(ticked, { ...ticks, now: this.#options.clock.now() }) }
  }

  start(body: RunBody, caller: Caller): RunSummary | Refusal {
    const { principal, session } = caller
    const refusal = this.#mayNotStart(body, caller) ?? this.#isFull(caller)
    if (refusal !== null) return refusal
    if ('deny' in body) {
      const user = body.as ?? principal.displayName
      return this.#begin(createDenial(body.deny, this.#startOf(user, body.note)), caller).summary()
    }
    const found = this.#plans.find(body.plan, session)
    if (found === null) return PLAN_GONE
    const start = this.#startOf(body.as ?? found.user, noteOf(body))
    const plan = planNow(found.shown, this.#planWorld(principal))
    const run = createRun(plan, body.options, start)
    if (run.items.length === 0) return { refused: 'nothingLeft', why: [cause('planEmpty')] }
    if (plan.isByRole && body.options.knowsShutdown !== true && isShutdown(run)) {
      return { refused: 'notAllowed', why: [cause('shutdownNotKnown')] }
    }
    return this.#begin(run, caller).summary()
  }

  /**
   * Follows the machine of the order's first client request once that is approved, if the order asks
   * for it: returns a listener for outcomes. Null where the order does not ask, or has a request of
   * another machine or signer.
   */
  follow(order: DecisionOrder, caller: Caller): ((line: DecisionLine) => void) | Refusal | null {
    const { followMinutes, accept = 'verified', as, note, items } = order
    if (followMinutes === undefined) return null
    const request = this.#requestToFollow(order)
    const name = request?.nodeName ?? null
    if (request === null || name === null) return null
    const full = this.#isFull(caller)
    if (full !== null) return full
    const start = this.#startOf(as ?? caller.principal.displayName, note?.trim())
    const listed = start.rows.machines.get(name)?.requests ?? []
    const isInOrder = new Set(items.map(({ uid }) => uid))
    const seen = listed.flatMap(({ uid }) => (isInOrder.has(uid) ? [] : [uid]))
    let clicked = 0
    let begun: KeptRun | null = null
    return ({ uid, outcome }) => {
      if (outcome !== 'approved') return
      clicked += 1
      const mayFollow = { signedOut: isOver(caller.session), server: this.#isClosed }
      if (uid === request.uid && whyNotNow('follow', mayFollow) === null) {
        const now = this.#options.clock.now()
        const how = { accept, followMinutes }
        const run = createFollowing({ name, seen }, request, how, { ...start, now })
        begun = this.#begin(run, caller, name)
      }
      if (begun === null) return
      begun.clicked = clicked
      this.#hasChanged(begun)
    }
  }

  /** The newest run that takes up the machine's serving request; null without one. */
  followed(machine: string): Followed | null {
    const now = this.#options.clock.now()
    for (const { run, isUnderWay } of this.#newestFirst()) {
      const one = isUnderWay ? run.machines.find(({ name }) => name === machine) : undefined
      if (one === undefined || run.followUntil === null || !isFollowing(run, one, now)) continue
      return { until: one.followUntil ?? run.followUntil, user: run.user }
    }
    return null
  }

  /** Runs under way and the latest that have ended, newest first. */
  list(): readonly RunSummary[] {
    return this.#newestFirst().map((one) => one.summary())
  }

  /** Runs that the end of an earlier process cut off; each is given once, for a message. */
  takeCutOff(): readonly RunSummary[] {
    const unannounced = [...this.#kept.values()].filter(
      (one) => one.isUnannounced && !one.isDismissed,
    )
    return unannounced.map((one) => {
      // The message is taken at most once: the webhook may give it up, or lose it with the process.
      one.isUnannounced = false
      // The rows show the decisions of the earlier process.
      one.engine.step()
      void this.#options.notes.keep({ ...one.run, wasAnnounced: true })
      return one.summary()
    })
  }

  /** Status of each run of `list`, without a look at its machines. */
  states(): readonly RunStatus[] {
    return [...this.#kept.values()].map(({ run }) => run.status)
  }

  page(id: string, from: number, { principal }: Caller): RunPage | Refusal {
    const one = this.#kept.get(id)
    if (one === undefined) return RUN_GONE
    const { run, isUnderWay } = one
    const report = one.report(principal.viewer.mayApprove(KUBELET_SERVING))
    const others = run.decision === 'deny' && !isUnderWay ? notDenied(run) : []
    const { rows } = this.#options.feed.moment()
    return {
      ...report,
      from,
      lines: report.lines.slice(from, from + VIEW_PAGE_LIMIT),
      staying: listing(isUnderWay ? [] : stayingAfter(run, rows)),
      others: { count: others.length, rows: others.slice(from, from + VIEW_PAGE_LIMIT) },
    }
  }

  /**
   * Acts on a run. Allowed to the owner, and to another session whose user may approve; `resume`
   * and `goOn` to the owner alone. `next`: the group that `goOn` begins, if it is the one that
   * waits.
   */
  act(id: string, act: RunAct, caller: Caller, next?: RoleGroup): RunSummary | Refusal {
    const one = this.#kept.get(id)
    if (one === undefined) return RUN_GONE
    const { principal, session } = caller
    const { whose } = one
    const refusal = refusalNow(act === 'resume' || act === 'goOn' ? 'resume' : 'halt', {
      signedOut: isOver(session),
      stranger: whose.session !== session && !principal.access.approval,
      owner: one.isOwnedBy(caller) ? null : (whose.owner?.displayName ?? ''),
    })
    if (refusal !== null) return refusal
    if (act === 'dismiss') {
      if (one.isDismissed || one.isUnderWay) return one.summary()
      one.isDismissed = true
      // A browser takes the summary by its revision.
      this.#hasChanged(one)
      this.#noteEnd(one)
    } else {
      const who = principal.displayName
      const more = next === undefined ? {} : { next }
      this.#options.log({ event: `run.${act}`, run: id, who, ...more })
      one.engine.act(act, who, next)
    }
    return one.summary()
  }

  /** Whether a run of that session is under way. */
  hasRun(session: AbortSignal): boolean {
    return this.#underWay().some(({ whose }) => whose.session === session)
  }

  /** Subscribes a listener; returns its undo. */
  subscribe(listener: (run: RunSummary) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /**
   * Stops: no run starts a further batch; once `ended` resolves, browsers receive the last
   * outcomes.
   */
  async stop(ended: Promise<void>): Promise<void> {
    this.#isClosed = true
    this.#followFeed()
    for (const { engine } of this.#kept.values()) engine.close()
    await ended
    // Machines may have become Ready since the end of their run.
    for (const one of this.#kept.values()) {
      if (one.ended === null) this.#noteEnd(one)
    }
    // Engines record the outcomes of their last batch in the turn after its end.
    await new Promise((resolve) => setImmediate(resolve))
    for (const { cancelLastReport } of this.#kept.values()) cancelLastReport?.()
    this.#sendAll()
  }

  #underWay(): readonly KeptRun[] {
    return [...this.#kept.values()].filter(({ isUnderWay }) => isUnderWay)
  }

  #newestFirst(): readonly KeptRun[] {
    return [...this.#kept.values()].reverse()
  }

  // ── Plans ──────────────────────────────────────────────────────────────────────────────────

  #shownAnswer(kept: KeptPlan, isFirst: boolean, principal: Principal): PlanAnswer {
    kept.shown = planNow(kept.made, this.#planWorld(principal))
    return planAnswer(kept.id, kept.shown, isFirst)
  }

  #planWorld({ access, viewer }: Principal): PlanWorld {
    const { rows, feed: state } = this.#options.feed.moment()
    const ofPlans = this.#underWay().filter(({ whose }) => whose.follows === null)
    const inRuns = new Set(ofPlans.flatMap(({ run }) => run.machines.map(({ name }) => name)))
    return {
      rows,
      partlyJudged: isPartlyJudged(state),
      // Unknown rights count as present until the first access review.
      viewer: access.reviewedAt === null ? { ...viewer, mayApprove: () => true } : viewer,
      isInRun: (name) => inRuns.has(name),
    }
  }

  // ── The begin of a run ─────────────────────────────────────────────────────────────────────

  #mayNotStart(body: RunBody, { principal, session }: Caller): Refusal | null {
    const known = this.#options.decisions.known()
    const isOther = body.as !== undefined && body.as !== principal.displayName
    return refusalNow('run', {
      ...known,
      ...callerRights(principal),
      signedOut: isOver(session),
      server: this.#isClosed || known.server,
      // A kubeconfig's user may change and come back. A person of a team stays one.
      actor: isOther && principal.viewer.uid !== undefined,
    })
  }

  /** The reason against a further run of that person; null when one may start. */
  #isFull(caller: Caller): Refusal | null {
    const underWay = this.#underWay()
    const theirs = underWay.filter((one) => one.isOwnedBy(caller))
    const items = underWay.reduce((sum, { run }) => sum + run.items.length, 0)
    const { runs, runItems } = OF_PEOPLE
    // Each approval that is followed is a run.
    const hasMost =
      isBeyond(runs, theirs.length, underWay.length) ||
      (items >= runItems.inAll && theirs.length > 0)
    return hasMost ? { refused: 'tooManyRuns', why: [cause('tooManyRuns')] } : null
  }

  /** The first request of an approval of one machine's client requests; null of any other order. */
  #requestToFollow({ decision, items: [first, ...more] }: DecisionOrder): JudgedRequest | null {
    const { feed } = this.#options
    const request = first === undefined || decision !== 'approve' ? null : feed.judged(first.uid)
    if (request === null) return null
    // A duplicate that is gone by now does not keep the machine from being followed.
    const all = [request, ...more.map(({ uid }) => feed.judged(uid) ?? request)]
    const isOne = all.every(
      ({ nodeName, signerName }) =>
        nodeName === request.nodeName && signerName === KUBE_APISERVER_CLIENT_KUBELET,
    )
    return isOne ? request : null
  }

  #startOf(user: string, note = ''): RunStart {
    const { clock, feed } = this.#options
    return { id: randomUUID(), now: clock.now(), user, note, rows: feed.moment().rows }
  }

  #begin(run: Run, caller: Caller, follows: string | null = null): KeptRun {
    const { notes, log } = this.#options
    const { principal, session } = caller
    const one = this.#keep(run, { session, owner: principal, follows })
    if (follows === null) void notes.keep(run)
    const { id, decision, note, items } = run
    log({
      event: 'run.start',
      run: id,
      // The run's user is what the caller said; this is the name by the API server.
      who: principal.displayName,
      decision,
      note,
      items: items.length,
      followMinutes: run.options.followMinutes,
      follows,
    })
    session?.addEventListener('abort', () => this.#stopWithSession(one), { once: true })
    this.#forgetEnded()
    this.#followFeed()
    this.#hasChanged(one)
    one.engine.step()
    return one
  }

  #keep(run: Run, whose: Whose): KeptRun {
    const { feed, decisions, clock, onError } = this.#options
    const onChange = () => {
      this.#hasChanged(one)
      this.#noteEnd(one)
    }
    const base = { feed, decisions, clock, onError, onChange, principal: whose.owner }
    const look = () => ({ rows: feed.moment().rows, now: clock.now() })
    const one = new KeptRun(new RunEngine(run, base), whose, look)
    this.#kept.set(run.id, one)
    return one
  }

  /** Puts runs of earlier processes first: runs of this process may have begun since. */
  #putFirst(ended: readonly EndedRun[], cutOff: readonly Run[]): void {
    if (this.#isClosed) return
    const begun = [...this.#kept]
    this.#kept.clear()
    for (const report of ended.toReversed()) {
      const one = this.#keep(runOf(report.run), NOBODYS)
      one.isDismissed = true
      one.isUnannounced = false
      one.revision = report.run.revision
      one.ended = report
    }
    for (const run of cutOff) this.#keep(run, NOBODYS)
    for (const [id, one] of begun) this.#kept.set(id, one)
    this.#look.soon()
  }

  // ── The end of a run ───────────────────────────────────────────────────────────────────────

  #stopWithSession({ engine, isUnderWay }: KeptRun): void {
    // The end of the process cuts a run off, also where it ends the sessions first.
    if (!this.#isClosed && isUnderWay) engine.act('stop', null)
  }

  /** Notes a run that has ended. A run that was cut off ends once a person has dismissed its report. */
  #noteEnd(one: KeptRun): void {
    const { clock, notes } = this.#options
    const isCutOff = one.run.status === 'cutOff'
    if (isCutOff ? !one.isDismissed : one.isUnderWay) return
    if (isCutOff) one.ended ??= one.report()
    else if (one.ended === null)
      one.cancelLastReport ??= clock.after(REPORT_MS, () => this.#keepReport(one))
    if (one.whose.follows === null) void notes.end(one.report())
  }

  /** Keeps the run's report as it is now: later changes of its machines are no part of the run. */
  #keepReport(one: KeptRun): void {
    one.ended ??= one.report()
    this.#noteEnd(one)
    this.#followFeed()
  }

  /**
   * Forgets ended runs: dismissed ones of earlier processes first, then those of the person with the
   * most. Of one person, unread reports of plans go last: each click that follows a machine ends as a
   * run.
   */
  #forgetEnded(): void {
    for (;;) {
      const ended = [...this.#kept.values()].filter(({ isUnderWay }) => !isUnderWay)
      if (ended.length <= OF_PEOPLE.endedRuns.inAll) return
      const theirs = ofTheMost(ended, ({ person }) => person)
      const one =
        ended.find(({ isDismissed, whose }) => isDismissed && whose.owner === null) ??
        theirs.find(({ isUnreadPlan }) => !isUnreadPlan) ??
        theirs[0]
      if (one === undefined) return
      one.cancelLastReport?.()
      this.#kept.delete(one.run.id)
    }
  }

  // ── What browsers hear ─────────────────────────────────────────────────────────────────────

  #followFeed(): void {
    const isWanted =
      !this.#isClosed && [...this.#kept.values()].some(({ isReported }) => isReported)
    if (isWanted) this.#unsubscribe ??= this.#options.feed.subscribe(this.#look.soon)
    else {
      this.#unsubscribe?.()
      this.#unsubscribe = null
    }
  }

  #lookAll(): void {
    for (const one of this.#kept.values()) {
      if (!one.isReported) continue
      one.engine.step()
      // Its machines progress after the end: they become Ready.
      this.#hasChanged(one)
    }
    this.#followFeed()
  }

  #hasChanged(one: KeptRun): void {
    one.revision += 1
    this.#changed.add(one)
    this.#send.soon()
  }

  #sendAll(): void {
    for (const one of this.#listeners.size === 0 ? [] : this.#changed) {
      const summary = one.summary()
      const words = JSON.stringify({ ...summary, revision: 0 })
      if (words === one.sent) continue
      one.sent = words
      for (const listener of this.#listeners) listener(summary)
    }
    this.#changed.clear()
  }
}

/** Note of a run. A person who knows of the shutdown is recorded with each decision. */
function noteOf({ options, note = '' }: Extract<RunBody, { readonly plan: string }>): string {
  const known = options.knowsShutdown === true ? 'Knows of the shutdown.' : ''
  return [known, note].filter(Boolean).join(' ')
}

/** A run of an earlier process that has ended: its machines and requests are not known any more. */
function runOf({ followMinutes, progress: _, ...summary }: RunSummary): Run {
  const options = { ...NOTHING_MORE, followMinutes }
  return { ...summary, options, machines: [], items: [] }
}

function isShutdown({ machines }: Run): boolean {
  return looksSwitchedOff(
    machines.length,
    machines.some(({ rank }) => rank === 0),
  )
}

/** Whether the session has ended, as it may while a call's body is read. */
function isOver(session: AbortSignal | null): boolean {
  return session?.aborted === true
}
