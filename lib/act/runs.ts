import { randomUUID } from 'node:crypto'
import type { DecisionOrder } from '#lib/act/decision-body.ts'
import type { DecisionService } from '#lib/act/decision-service.ts'
import { type KeptPlan, keepPlans } from '#lib/act/kept-plans.ts'
import { type Refusal, refusalNow, rightsOf, whyNotNow } from '#lib/act/may-act-now.ts'
import {
  isPartlyJudged,
  listing,
  makePlan,
  type PlanWorld,
  planAnswer,
  planNow,
  tickedMachines,
} from '#lib/act/plan.ts'
import { MOST_IN_SCRIPT, planScript, requestsIn, type ScriptOptions } from '#lib/act/plan-script.ts'
import {
  createDenial,
  createFollowing,
  createRun,
  isFollowing,
  nextRank,
  notReadyYet,
  type Run,
  type RunStart,
  signersOf,
} from '#lib/act/run.ts'
import {
  createCutOffRun,
  createEndedRun,
  createRunEngine,
  type RunEngine,
} from '#lib/act/run-engine.ts'
import type { EndedRun, RunNotes } from '#lib/act/run-notes.ts'
import { notDenied, runLines, runProgress, runReport, stayingAfter } from '#lib/act/run-progress.ts'
import type { Rows } from '#lib/cluster/board.ts'
import type { RunningFeed } from '#lib/cluster/feed.ts'
import { cause } from '#lib/csr/cause.ts'
import { ROLE_GROUPS, type RoleGroup } from '#lib/csr/machine/role-rank.ts'
import { looksSwitchedOff } from '#lib/csr/machine/switched-off.ts'
import { KUBE_APISERVER_CLIENT_KUBELET, KUBELET_SERVING } from '#lib/csr/names.ts'
import { isSamePerson } from '#lib/csr/policy/proposal.ts'
import type { ViewerName } from '#lib/csr/verdict/viewer-overlay.ts'
import type { Clock } from '#lib/kube/transport/clock.ts'
import type { Caller, Principal } from '#lib/people/principal.ts'
import {
  type Followed,
  isUnderWay,
  PAGE,
  type PlanAnswer,
  type PlanBody,
  type RunAct,
  type RunBody,
  type RunGroup,
  type RunLine,
  type RunPage,
  type RunStatus,
  type RunSummary,
} from '#lib/wire/run-answers.ts'
import type { DecisionLine } from '#lib/wire/wire.ts'

/** Plans and runs of this process. Runs end with the process; none resumes by itself. */
export interface Runs {
  plan(selection: PlanBody['selection'], caller: Caller): PlanAnswer
  /** The plan as made, with machines held back that have changed since. */
  planAgain(id: string, caller: Caller): PlanAnswer | Refusal
  /**
   * The script of the plan as it was shown last: its ticked machines, less what has changed since.
   */
  planScript(
    id: string,
    ticks: Parameters<typeof tickedMachines>[1] & Pick<ScriptOptions, 'program' | 'superseded'>,
    caller: Caller,
  ): { readonly script: string } | Refusal
  start(body: RunBody, caller: Caller): RunSummary | Refusal
  /**
   * Follows the machine of the order's first client request once that is approved, if the order asks
   * for it: returns a listener for outcomes. Null where the order does not ask, or has a request of
   * another machine or signer.
   */
  follow(order: DecisionOrder, caller: Caller): ((line: DecisionLine) => void) | Refusal | null
  /** The newest run that takes up the machine's serving request; null without one. */
  followed(machine: string): Followed | null
  /** Runs under way and the latest that have ended, newest first. */
  list(): readonly RunSummary[]
  /** Runs that the end of an earlier process cut off; each is given once, for a message. */
  takeCutOff(): readonly RunSummary[]
  /** Status of each run of `list`, without a look at its machines. */
  states(): readonly RunStatus[]
  page(id: string, from: number, caller: Caller): RunPage | Refusal
  /**
   * Acts on a run. Allowed to the owner, and to another session whose user may approve; `resume`
   * and `goOn` to the owner alone. `next`: the group that `goOn` begins, if it is the one that
   * waits.
   */
  act(id: string, act: RunAct, caller: Caller, next?: RoleGroup): RunSummary | Refusal
  /** Whether a run of that session is under way. */
  hasRun(session: AbortSignal): boolean
  subscribe(listener: (run: RunSummary) => void): () => void
  /**
   * Stops: no run starts a further batch; once `ended` resolves, browsers receive the last
   * outcomes.
   */
  stop(ended: Promise<void>): Promise<void>
}

export interface RunsOptions {
  readonly feed: Pick<RunningFeed, 'moment' | 'isLive' | 'csr' | 'judged' | 'subscribe'>
  readonly decisions: Pick<DecisionService, 'run' | 'known'>
  readonly clock: Clock
  /** Notes of runs: by them the next process shows those that were cut off, and those that ended. */
  readonly notes: RunNotes
  /** Called when a run begins and when a person acts on one. */
  readonly log: (entry: Readonly<Record<string, unknown>>) => void
  readonly onError: (error: unknown) => void
}

interface Kept {
  readonly engine: RunEngine
  /** The session that started it; null for a launch key, and for a run that was cut off. */
  readonly session: AbortSignal | null
  /** The person whose credential its writes carry; null for a run that was cut off. */
  readonly owner: Principal | null
  /** The machine of a run that follows one approval. */
  readonly follows: string | null
  dismissed: boolean
  /** Whether the run was cut off and no message has said so. */
  untold: boolean
  revision: number
  /** Last summary sent to browsers; '' before the first. */
  told: string
  /** Requests that the click approved; null where the run follows none. */
  clicked: number | null
  /** The run's report, once it changes no more; also of a run that an earlier process has ended. */
  ended: EndedRun | null
  /** Cancels the wait for the last report, which begins with the run's end. */
  cancelLastReport: (() => void) | null
}

/** Least milliseconds between two looks at the rows, and between two summaries to browsers. */
const LOOK_MS = 100
const TELL_MS = 250
/** Rest after a look, as a multiple of its duration: looks take at most a twentieth of the time. */
const REST = 19
/** Longest rest: a look during which the machine stands still seems to take as long. */
const LONGEST_REST_MS = 2_000
/** Most runs under way of one person: each approval that is followed is one. */
const MOST_OF_ONE = 200
/** Most items of all runs under way. Beyond it only a person who has no run may begin one. */
const MOST_ITEMS = 100_000
const MOST_ENDED = 50
/** Milliseconds after its end in which a run's report still follows its machines. */
const REPORT_MS = 60 * 60_000

const NOBODYS = { session: null, owner: null, follows: null } as const

export function createRuns(options: RunsOptions): Runs {
  const { feed, decisions, clock, notes, log, onError } = options
  const plans = keepPlans(clock.now)
  /** Runs in the order of their start. */
  const kept = new Map<string, Kept>()
  const listeners = new Set<(run: RunSummary) => void>()
  const changed = new Set<Kept>()
  const lookSoon = spaced(clock, LOOK_MS, lookAll)
  const tellSoon = spaced(clock, TELL_MS, tellAll)
  let unsubscribe: (() => void) | null = null
  let closed = false
  void Promise.all([notes.readEnded(), notes.read()]).then(([ended, cutOff]) =>
    putFirst(ended, cutOff),
  )

  /** Puts runs of earlier processes first: runs of this process may have begun since. */
  function putFirst(ended: readonly EndedRun[], cutOff: readonly Run[]): void {
    if (closed) return
    const begun = [...kept]
    kept.clear()
    for (const one of ended.toReversed()) keepEnded(one)
    for (const run of cutOff) {
      keep((onChange) => createCutOffRun(run, { feed, clock, onChange }), NOBODYS)
    }
    for (const [id, one] of begun) kept.set(id, one)
    lookSoon()
  }

  function keepEnded(ended: EndedRun): void {
    const one = keep(() => createEndedRun(ended.run), NOBODYS)
    one.dismissed = true
    one.untold = false
    one.revision = ended.run.revision
    one.ended = ended
  }

  function lookAll(): void {
    for (const one of kept.values()) {
      if (!isReported(one)) continue
      one.engine.step()
      // Its machines progress after the end: they become Ready.
      tellOf(one)
    }
    followFeed()
  }

  function tellOf(one: Kept): void {
    one.revision += 1
    changed.add(one)
    tellSoon()
  }

  function isReported(one: Kept): boolean {
    return !one.dismissed && one.ended === null
  }

  function tellAll(): void {
    for (const one of listeners.size === 0 ? [] : changed) {
      const summary = summaryOf(one)
      const words = JSON.stringify({ ...summary, revision: 0 })
      if (words === one.told) continue
      one.told = words
      for (const listener of listeners) listener(summary)
    }
    changed.clear()
  }

  function followFeed(): void {
    const isWanted = !closed && [...kept.values()].some(isReported)
    if (isWanted) unsubscribe ??= feed.subscribe(lookSoon)
    else {
      unsubscribe?.()
      unsubscribe = null
    }
  }

  /** Keeps a run. `createEngine` takes what it calls after each change of the run. */
  function keep(
    createEngine: (onChange: () => void) => RunEngine,
    { session, owner, follows }: Pick<Kept, 'session' | 'owner' | 'follows'>,
  ): Kept {
    const engine = createEngine(() => {
      tellOf(one)
      noteEnd(one)
    })
    const one: Kept = {
      engine,
      session,
      owner,
      follows,
      dismissed: false,
      untold: engine.run.status === 'cutOff' && engine.run.told !== true,
      revision: 0,
      told: '',
      clicked: follows === null ? null : 0,
      ended: null,
      cancelLastReport: null,
    }
    kept.set(engine.run.id, one)
    return one
  }

  /** A run that was cut off ends once its report was read, and its report with it. */
  function noteEnd(one: Kept): void {
    const { engine, follows, dismissed } = one
    const isCutOff = engine.run.status === 'cutOff'
    if (isCutOff ? !dismissed : isUnderWay(engine.run)) return
    if (isCutOff) one.ended ??= reportOf(one)
    else if (one.ended === null)
      one.cancelLastReport ??= clock.after(REPORT_MS, () => keepReport(one))
    if (follows === null) void notes.end(reportOf(one))
  }

  /** Keeps the run's report as it is now: later changes of its machines are no part of the run. */
  function keepReport(one: Kept): void {
    one.ended ??= reportOf(one)
    noteEnd(one)
    followFeed()
  }

  function begin(run: Run, caller: Caller, follows: string | null = null): Kept {
    const { principal, session } = caller
    const base = { feed, decisions, clock, onError, principal }
    const one = keep((onChange) => createRunEngine(run, { ...base, onChange }), {
      session,
      owner: principal,
      follows,
    })
    if (follows === null) void notes.keep(run)
    const { id, decision, note, items } = run
    const followed = { followMinutes: run.options.followMinutes, follows }
    log({
      event: 'run.start',
      run: id,
      // The run's own user is the caller's word.
      who: principal.displayName,
      decision,
      note,
      items: items.length,
      ...followed,
    })
    session?.addEventListener('abort', () => stopWith(one), { once: true })
    forgetEnded()
    followFeed()
    tellOf(one)
    one.engine.step()
    return one
  }

  function stopWith({ engine }: Kept): void {
    // The end of the process cuts a run off, also where it ends the sessions first.
    if (!closed && isUnderWay(engine.run)) engine.act('stop', null)
  }

  /**
   * Forgets ended runs. Unread reports of plans go last: each click that follows a machine ends as
   * a run.
   */
  function forgetEnded(): void {
    const isUnread = ([, { engine, follows, dismissed }]: readonly [string, Kept]) =>
      engine.run.decision === 'approve' && follows === null && !dismissed
    const ended = [...kept].filter(([, { engine }]) => !isUnderWay(engine.run))
    const readFirst = ended.sort((a, b) => Number(isUnread(a)) - Number(isUnread(b)))
    for (const [id, one] of readFirst.slice(0, -MOST_ENDED)) {
      one.cancelLastReport?.()
      kept.delete(id)
    }
  }

  /** The reason against a further run of that person; null when one may start. */
  function isFull(caller: Caller): Refusal | null {
    const underWay = [...kept.values()].filter(({ engine }) => isUnderWay(engine.run))
    const theirs = underWay.filter((one) => isOwner(one, caller))
    const items = underWay.reduce((sum, { engine }) => sum + engine.run.items.length, 0)
    const full = theirs.length >= MOST_OF_ONE || (items >= MOST_ITEMS && theirs.length > 0)
    return full ? { refused: 'tooManyRuns', why: cause('tooManyRuns') } : null
  }

  function startOf(user: string, note = ''): RunStart {
    return { id: randomUUID(), now: clock.now(), user, note, rows: feed.moment().rows }
  }

  function planWorld({ access, viewer }: Principal): PlanWorld {
    const { rows, feed: state } = feed.moment()
    const inRuns = new Set(
      [...kept.values()].flatMap(({ engine: { run }, follows }) =>
        isUnderWay(run) && follows === null ? run.machines.map(({ name }) => name) : [],
      ),
    )
    return {
      rows,
      partlyJudged: isPartlyJudged(state),
      // Unknown rights count as present until the first access review.
      viewer: access.reviewedAt === null ? { ...viewer, mayApprove: () => true } : viewer,
      isInRun: (name) => inRuns.has(name),
    }
  }

  function shownAnswer(kept: KeptPlan, isFirst: boolean, principal: Principal): PlanAnswer {
    kept.shown = planNow(kept.made, planWorld(principal))
    return planAnswer(kept.id, kept.shown, isFirst)
  }

  function summaryOf(one: Kept): RunSummary {
    const { ended, dismissed, revision } = one
    return ended === null ? summarize(one) : { ...ended.run, dismissed, revision }
  }

  /** The report of a run. `mayServe`: the right of the reader to approve serving requests. */
  function reportOf(one: Kept, mayServe = true): EndedRun {
    if (one.ended !== null) return { ...one.ended, run: summaryOf(one) }
    const all = linesOf(one, mayServe)
    const { needsYou, onTheirWay, joined } = runReport(all)
    return {
      run: summarize(one, mayServe ? all : undefined),
      counts: {
        needsYou: needsYou.length,
        onTheirWay: onTheirWay.length,
        joined: joined.length,
      },
      lines: [...needsYou, ...onTheirWay, ...joined],
    }
  }

  function linesOf({ engine: { run } }: Kept, mayServe = true): readonly RunLine[] {
    return runLines(run, feed.moment().rows, clock.now(), mayServe)
  }

  function summarize(one: Kept, known?: readonly RunLine[]): RunSummary {
    const { follows, clicked, dismissed, revision } = one
    const { run } = one.engine
    const { rows } = feed.moment()
    const ended = isUnderWay(run) ? undefined : (known ?? linesOf(one))
    const { id, decision, user, startedAt, status, pause, haltedBy, endedAt, followUntil } = run
    return {
      id,
      revision,
      decision,
      user,
      startedAt,
      status,
      pause,
      haltedBy,
      endedAt,
      followUntil,
      followMinutes: run.options.followMinutes,
      note: run.note,
      agreed: run.agreed,
      follows,
      clicked,
      group: groupOf(run, rows),
      signers: [...signersOf(run)],
      progress: runProgress(run, rows, clock.now(), ended),
      needsYou: ended === undefined ? 0 : runReport(ended).needsYou.length,
      dismissed,
    }
  }

  /** Whether writes of the run would carry the caller's own credential. */
  function isOwner({ owner }: Kept, { principal }: Caller): boolean {
    return owner === null || owner === principal || isSame(owner.viewer, principal.viewer)
  }

  const RUN_GONE: Refusal = { refused: 'notFound', why: cause('runGone') }
  const PLAN_GONE: Refusal = { refused: 'notFound', why: cause('planGone') }
  const SCRIPT_TOO_LONG: Refusal = {
    refused: 'badRequest',
    why: cause('scriptTooLong', { most: MOST_IN_SCRIPT }),
  }

  return {
    plan(selection, { principal, session }) {
      const made = makePlan(feed.moment().rows, selection, principal.viewer)
      return shownAnswer(plans.keep(made, principal.displayName, session), true, principal)
    },
    planAgain(id, { principal, session }) {
      const found = plans.find(id, session)
      return found === null ? PLAN_GONE : shownAnswer(found, false, principal)
    },
    planScript(id, ticks, { principal, session }) {
      const found = plans.find(id, session)
      if (found === null) return PLAN_GONE
      const ticked = tickedMachines(planNow(found.shown, planWorld(principal)), ticks)
      if (requestsIn(ticked, ticks) > MOST_IN_SCRIPT) return SCRIPT_TOO_LONG
      return { script: planScript(ticked, { ...ticks, now: clock.now() }) }
    },
    start(body, caller) {
      const { principal, session } = caller
      const known = decisions.known()
      const isOther = body.as !== undefined && body.as !== principal.displayName
      const refusal = refusalNow('run', {
        ...known,
        ...rightsOf(principal),
        signedOut: isOver(session),
        server: closed || known.server,
        // A kubeconfig's user may change and come back. A person of a team stays one.
        actor: isOther && principal.viewer.uid !== undefined,
      })
      if (refusal !== null) return refusal
      const full = isFull(caller)
      if (full !== null) return full
      if ('deny' in body) {
        const user = body.as ?? principal.displayName
        return summaryOf(begin(createDenial(body.deny, startOf(user, body.note)), caller))
      }
      const found = plans.find(body.plan, session)
      if (found === null) return PLAN_GONE
      const start = startOf(body.as ?? found.user, noteOf(body))
      const plan = planNow(found.shown, planWorld(principal))
      const run = createRun(plan, body.options, start)
      if (run.items.length === 0) return { refused: 'nothingLeft', why: cause('planEmpty') }
      if (plan.isByRole && body.options.knowsShutdown !== true && isShutdown(run)) {
        return { refused: 'notAllowed', why: cause('shutdownNotKnown') }
      }
      return summaryOf(begin(run, caller))
    },
    follow(order, caller) {
      const { followMinutes, accept = 'verified', as, note, items } = order
      const [first] = items
      if (followMinutes === undefined || order.decision !== 'approve') return null
      const request = first === undefined ? null : feed.judged(first.uid)
      if (request === null || request.nodeName === null) return null
      const name = request.nodeName
      const isOne = items.every(({ uid }) => {
        // A duplicate may be gone by now: it is not decided, and no reason not to follow.
        const { nodeName, signerName } = feed.judged(uid) ?? request
        return nodeName === name && signerName === KUBE_APISERVER_CLIENT_KUBELET
      })
      if (!isOne) return null
      const full = isFull(caller)
      if (full !== null) return full
      const start = startOf(as ?? caller.principal.displayName, note?.trim())
      const listed = start.rows.machines.get(name)?.requests ?? []
      const isInOrder = new Set(items.map(({ uid }) => uid))
      const seen = listed.flatMap(({ uid }) => (isInOrder.has(uid) ? [] : [uid]))
      let clicked = 0
      let begun: Kept | null = null
      return ({ uid, outcome }) => {
        if (outcome !== 'approved') return
        clicked += 1
        const mayFollow = { signedOut: isOver(caller.session), server: closed }
        if (uid === request.uid && whyNotNow('follow', mayFollow) === null) {
          const machine = { name, seen }
          const more = { machine, request, accept, followMinutes, now: clock.now() }
          begun = begin(createFollowing({ ...start, ...more }), caller, name)
        }
        if (begun === null) return
        begun.clicked = clicked
        tellOf(begun)
      }
    },
    followed(machine) {
      const now = clock.now()
      for (const { engine } of [...kept.values()].reverse()) {
        const { run } = engine
        const one = isUnderWay(run) ? run.machines.find(({ name }) => name === machine) : undefined
        if (one === undefined || run.followUntil === null || !isFollowing(run, one, now)) continue
        return { until: one.followUntil ?? run.followUntil, user: run.user }
      }
      return null
    },
    list: () => [...kept.values()].reverse().map(summaryOf),
    takeCutOff() {
      const untold = [...kept.values()].filter(({ untold, dismissed }) => untold && !dismissed)
      return untold.map((one) => {
        // The message is taken at most once: the webhook may give it up, or lose it with the
        // process.
        one.untold = false
        // The rows show the decisions of the earlier process.
        one.engine.step()
        void notes.keep({ ...one.engine.run, told: true })
        return summaryOf(one)
      })
    },
    states: () => [...kept.values()].map(({ engine }) => engine.run.status),
    page(id, from, { principal }) {
      const one = kept.get(id)
      if (one === undefined) return RUN_GONE
      const { run } = one.engine
      const { rows } = feed.moment()
      const mayServe = principal.viewer.mayApprove(KUBELET_SERVING)
      const report = reportOf(one, mayServe)
      const others = run.decision === 'deny' && !isUnderWay(run) ? notDenied(run) : []
      return {
        ...report,
        from,
        lines: report.lines.slice(from, from + PAGE),
        staying: listing(isUnderWay(run) ? [] : stayingAfter(run, rows)),
        others: { count: others.length, rows: others.slice(from, from + PAGE) },
      }
    },
    act(id, act, caller, next) {
      const one = kept.get(id)
      if (one === undefined) return RUN_GONE
      const { principal, session } = caller
      const refusal = refusalNow(act === 'resume' || act === 'goOn' ? 'resume' : 'halt', {
        signedOut: isOver(session),
        stranger: one.session !== session && !principal.access.approval,
        owner: isOwner(one, caller) ? null : (one.owner?.displayName ?? ''),
      })
      if (refusal !== null) return refusal
      if (act === 'dismiss') {
        one.dismissed ||= !isUnderWay(one.engine.run)
        // A browser takes the summary by its revision.
        tellOf(one)
        noteEnd(one)
      } else {
        const who = principal.displayName
        log({ event: `run.${act}`, run: id, who, ...(next === undefined ? {} : { next }) })
        one.engine.act(act, who, next)
      }
      return summaryOf(one)
    },
    hasRun: (session) =>
      [...kept.values()].some(
        ({ engine, session: owner }) => owner === session && isUnderWay(engine.run),
      ),
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    async stop(ended) {
      closed = true
      followFeed()
      for (const { engine } of kept.values()) engine.close()
      await ended
      // Machines may have become Ready since the end of their run.
      for (const one of kept.values()) {
        if (one.ended === null) noteEnd(one)
      }
      // Engines record the outcomes of their last batch in the turn after its end.
      await new Promise((resolve) => setImmediate(resolve))
      for (const { cancelLastReport } of kept.values()) cancelLastReport?.()
      tellAll()
    },
  }
}

/** Note of a run. A person who knows of the shutdown is recorded with each decision. */
function noteOf({ options, note = '' }: Extract<RunBody, { readonly plan: string }>): string {
  const known = options.knowsShutdown === true ? 'Knows of the shutdown.' : ''
  return [known, note].filter(Boolean).join(' ')
}

function isShutdown({ machines }: Run): boolean {
  return looksSwitchedOff(
    machines.length,
    machines.some(({ rank }) => rank === 0),
  )
}

/** The group of a run by role while another one waits for it. */
function groupOf(run: Run, rows: Rows): RunGroup | null {
  const next = isUnderWay(run) ? nextRank(run) : null
  if (run.rank === undefined || next === null) return null
  const nodeOf = (name: string) => rows.machines.get(name)?.node ?? null
  return {
    role: ROLE_GROUPS[run.rank],
    next: ROLE_GROUPS[next],
    notReady: notReadyYet(run, nodeOf).length,
  }
}

/** Whether the session has ended, as it may while a call's body is read. */
function isOver(session: AbortSignal | null): boolean {
  return session?.aborted === true
}

/** Whether two sessions are one person's. */
function isSame(a: ViewerName, b: ViewerName): boolean {
  const person = ({ name, uid = '' }: ViewerName) => ({ username: name, uid })
  return isSamePerson(person(a), person(b))
}

/** Calls `act` soon after a request, at a limited rate and for a limited share of the time. */
function spaced(clock: Pick<Clock, 'after' | 'passed'>, ms: number, act: () => void): () => void {
  let isWaiting = false
  let restUntil = Number.NEGATIVE_INFINITY
  return () => {
    if (isWaiting) return
    isWaiting = true
    clock.after(Math.max(0, restUntil - clock.passed()), () => {
      isWaiting = false
      const began = clock.passed()
      act()
      const took = clock.passed() - began
      restUntil = clock.passed() + Math.max(ms, Math.min(took * REST, LONGEST_REST_MS))
    })
  }
}
