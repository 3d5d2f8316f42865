import { nextRank, notReadyYet, type Run, signersOf } from '#lib/act/run.ts'
import type { RunEngine } from '#lib/act/run-engine.ts'
import type { EndedRun } from '#lib/act/run-notes.ts'
import { reportOf, runLines, runProgress } from '#lib/act/run-progress.ts'
import type { Rows } from '#lib/cluster/board.ts'
import { ROLE_GROUPS } from '#lib/csr/machine/role-rank.ts'
import { isSamePerson } from '#lib/csr/policy/proposal.ts'
import type { ViewerName } from '#lib/csr/verdict/viewer-overlay.ts'
import { personKey } from '#lib/people/person-key.ts'
import type { Caller, Principal } from '#lib/people/principal.ts'
import { isUnderWay, type RunGroup, type RunLine, type RunSummary } from '#lib/wire/run-answers.ts'

/** Whose a run is, and what it is for. */
export interface Whose {
  /** The session that started it; null for a launch key, and for a run that was cut off. */
  readonly session: AbortSignal | null
  /** The person whose credential its writes carry; null for a run that was cut off. */
  readonly owner: Principal | null
  /** The machine of a run that follows one approval. */
  readonly follows: string | null
}

/** A run with all that people are shown of it: its summary and its report. */
export class KeptRun {
  readonly engine: RunEngine
  readonly whose: Whose
  isDismissed = false
  /** Whether the run was cut off and no message has said so. */
  isUnannounced: boolean
  revision = 0
  /** Last summary sent to browsers; '' before the first. */
  sent = ''
  /** Requests that the click approved; null where the run follows none. */
  clicked: number | null
  /** The run's report, once it changes no more; also of a run that an earlier process has ended. */
  ended: EndedRun | null = null
  /** Cancels the wait for the last report, which begins with the run's end. */
  cancelLastReport: (() => void) | null = null
  readonly #look: () => { readonly rows: Rows; readonly now: number }

  constructor(engine: RunEngine, whose: Whose, look: () => { rows: Rows; now: number }) {
    this.engine = engine
    this.whose = whose
    this.isUnannounced = engine.run.status === 'cutOff' && engine.run.wasAnnounced !== true
    this.clicked = whose.follows === null ? null : 0
    this.#look = look
  }

  get run(): Run {
    return this.engine.run
  }

  get isUnderWay(): boolean {
    return isUnderWay(this.run)
  }

  /** Key of its person; '' of an earlier process. */
  get person(): string {
    const { owner } = this.whose
    return owner === null ? '' : personKey(owner.viewer)
  }

  /** Whether its report still changes with its machines. */
  get isReported(): boolean {
    return !this.isDismissed && this.ended === null
  }

  /** Whether it is the report of a plan that nobody has read. */
  get isUnreadPlan(): boolean {
    return this.run.decision === 'approve' && this.whose.follows === null && !this.isDismissed
  }

  /** Whether writes of the run would carry the caller's own credential. */
  isOwnedBy({ principal }: Pick<Caller, 'principal'>): boolean {
    const { owner } = this.whose
    return owner === null || owner === principal || isSame(owner.viewer, principal.viewer)
  }

  summary(): RunSummary {
    const { ended, isDismissed: dismissed, revision } = this
    return ended === null ? this.#summarize() : { ...ended.run, dismissed, revision }
  }

  /** The report. `mayServe`: the right of the reader to approve serving requests. */
  report(mayServe = true): EndedRun {
    if (this.ended !== null) return { ...this.ended, run: this.summary() }
    const all = this.#lines(mayServe)
    return { run: this.#summarize(), ...reportOf(all) }
  }

  #lines(mayServe = true): readonly RunLine[] {
    const { rows, now } = this.#look()
    return runLines(this.run, rows, now, mayServe)
  }

  #summarize(): RunSummary {
    const { run, clicked, revision, isDismissed } = this
    const { rows, now } = this.#look()
    const { id, decision, user, note, startedAt, agreed, followUntil, options } = run
    const { status, pause, haltedBy, endedAt } = run
    return {
      ...{ id, decision, user, note, startedAt, agreed, followUntil },
      ...{ status, pause, haltedBy, endedAt },
      revision,
      followMinutes: options.followMinutes,
      follows: this.whose.follows,
      clicked,
      group: groupOf(run, rows),
      signers: [...signersOf(run)],
      progress: runProgress(run, rows, now),
      needsYou: this.isUnderWay ? 0 : reportOf(this.#lines()).counts.needsYou,
      dismissed: isDismissed,
    }
  }
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

/** Whether two sessions are one person's. */
function isSame(a: ViewerName, b: ViewerName): boolean {
  const person = ({ name, uid = '' }: ViewerName) => ({ username: name, uid })
  return isSamePerson(person(a), person(b))
}
