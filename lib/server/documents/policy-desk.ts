import { type Cause, cause } from '#lib/csr/cause.ts'
import { barredBy } from '#lib/csr/policy/barred.ts'
import { DEFAULT_POLICY, type Policy } from '#lib/csr/policy/policy.ts'
import type { SaveResult } from '#lib/kube/documents/document-keeper.ts'
import type { FollowedDocument } from '#lib/kube/documents/followed-document.ts'
import type {
  PolicyAnswer,
  PreviewAnswer,
  SavedAnswer,
  ShadowAnswer,
  ToldApprover,
  ToldPolicy,
  PolicyProblem as ToldProblem,
} from '#lib/live/policy.ts'
import { UNTOLD } from '#lib/live/told.ts'
import type { PolicyProblem } from '#lib/policy/policy-problem.ts'
import { told, toldIfAny } from '#lib/server/decide/sentences-told.ts'
import { type ApproverLease, tripsOf } from '#lib/server/documents/approver-watch.ts'
import type { Policies } from '#lib/server/documents/policies.ts'
import type { Shadow, ShadowQuery } from '#lib/server/documents/shadow.ts'

/** Queries and actions of the policy's page. */
export interface PolicyDesk {
  answer(): Promise<Omit<PolicyAnswer, 'serverTime'>>
  forecast(query: ShadowQuery, signal: AbortSignal): Promise<Omit<ShadowAnswer, 'serverTime'>>
  preview(text: string, signal: AbortSignal): Promise<PreviewAnswer>
  /** Bound to the version that it replaces; a text with a problem is not written. */
  save(text: string, version: string | null): Promise<SavedAnswer>
  /** Sets the kill switch. */
  pause(paused: boolean): Promise<SavedAnswer>
  /** Whether the kill switch stops the approver; null when unreadable. */
  isPaused(): boolean | null
  /** Releases the approver's brake. */
  release(): Promise<SavedAnswer>
  stop(): void
}

type WrittenEvent = 'policy.saved' | 'policy.paused' | 'policy.resumed' | 'brake.released'

export interface PolicyDeskOptions {
  readonly key: string
  readonly policies: Pick<Policies, 'current' | 'state' | 'read' | 'save'>
  /** The kill switch, a key beside the policy; null without a document. */
  readonly paused: FollowedDocument | null
  /** Time of the last release of the brake, a key beside the policy. */
  readonly released: FollowedDocument | null
  /** The approver's Lease; rejects when unreadable. */
  readonly readLease: () => Promise<ApproverLease | null>
  readonly shadow: Shadow
  /** Whether the list of expected machines in force has only names. */
  readonly isListOfNames: () => boolean
  /** Whether this process may write the document; null while unknown. */
  readonly mayWrite: () => Promise<boolean | null>
  readonly now: () => number
  /** Writes a log line. */
  readonly onWritten: (entry: {
    readonly event: WrittenEvent
    readonly policy: string
    /** Null if the API server does not say. */
    readonly who: string | null
  }) => void
}

/** Rights change rarely, and the page asks every few seconds. */
const RIGHTS_MS = 30_000
/** Tries of a write: a conflict with another key's writer must not stop the kill switch. */
const MOST_TRIES = 3

export function createPolicyDesk(options: PolicyDeskOptions): PolicyDesk {
  const { key, policies, paused, released, shadow, now, onWritten } = options
  const { current, read } = policies
  let rights: { readonly at: number; readonly mayEdit: Promise<boolean | null> } | null = null

  function mayEdit(): Promise<boolean | null> {
    if (rights === null || now() - rights.at >= RIGHTS_MS) {
      rights = { at: now(), mayEdit: options.mayWrite() }
    }
    return rights.mayEdit
  }

  function isPaused(): boolean | null {
    const state = paused?.current()
    if (state === undefined) return null
    if (state.status !== 'read' && state.status !== 'absent') return null
    // Like the approver: any text but "false" stops it.
    if (state.status === 'read' && state.text?.trim() !== 'false') return true
    // A policy that was in force and has vanished stops the approver too.
    const { text, inForce } = policies.state()
    return text === null && inForce.generation !== DEFAULT_POLICY.generation
  }

  async function approver(): Promise<ToldApprover | null> {
    const lease = await options.readLease().catch(() => null)
    if (lease === null) return null
    const { holder, renewTime } = lease
    return { holder, renewedAt: renewTime, trips: tripsOf(lease, now()) }
  }

  /** Overwrites any current text: another writer's change must not stop the kill switch. */
  async function put(document: FollowedDocument | null, text: string): Promise<SaveResult> {
    if (document === null) return { outcome: 'error', causes: [cause('nowhereBesidePolicy')] }
    let result: SaveResult = { outcome: 'changed' }
    for (let tries = 0; tries < MOST_TRIES && result.outcome === 'changed'; tries += 1) {
      await document.refresh()
      result = await document.save(text, document.current().version)
    }
    return result
  }

  /** Logs the writer, and answers. */
  function written(result: SaveResult, event: WrittenEvent, policy: string): SavedAnswer {
    if (result.outcome === 'saved') onWritten({ event, policy, who: result.by || null })
    return answered(result)
  }

  /** After a refusal the right is reviewed again. */
  function answered({ outcome, causes }: SaveResult): SavedAnswer {
    if (outcome === 'forbidden') rights = null
    return { outcome, ...toldIfAny(causes), problems: [] }
  }

  return {
    async answer() {
      const { place, inForce, text, version, problems, trouble } = policies.state()
      const barred = barredBy(current(), options.isListOfNames())
      // An unreadable document's problems belong to its earlier text.
      const lines =
        trouble.length === 0 ? (problems ?? []).map(toldProblem) : [toldTrouble(trouble)]
      return {
        policy: toldPolicy(current()),
        inForceSince: inForce.since,
        document: place === null ? null : { place, key, text, version, problems: lines },
        paused: isPaused(),
        mayEdit: await mayEdit(),
        barred: barred === null ? null : told([barred]),
        approver: await approver(),
      }
    },
    isPaused,
    forecast: (query, signal) => shadow.compare(current(), query, signal),
    async preview(text, signal) {
      const reading = read(text)
      if ('problems' in reading) return { problems: reading.problems.map(toldProblem) }
      const effect = await shadow.preview(current(), reading.policy, signal)
      return { policy: toldPolicy(reading.policy), ...effect }
    },
    async save(text, version) {
      const reading = read(text)
      if ('problems' in reading) {
        return { outcome: 'invalid', ...UNTOLD, problems: reading.problems.map(toldProblem) }
      }
      const { name, generation } = reading.policy
      return written(await policies.save(text, version), 'policy.saved', `${name}@${generation}`)
    },
    async pause(wanted) {
      const event = wanted ? 'policy.paused' : 'policy.resumed'
      return written(await put(paused, String(wanted)), event, current().name)
    },
    async release() {
      const result = await put(released, new Date(now()).toISOString())
      return written(result, 'brake.released', current().name)
    },
    stop() {
      paused?.stop()
      released?.stop()
    },
  }
}

function toldPolicy({ rules, ...policy }: Policy): ToldPolicy {
  return { ...policy, rules: rules.map(({ name, message }) => ({ name, message })) }
}

function toldTrouble(causes: readonly Cause[]): ToldProblem {
  return { line: null, column: null, path: '', reason: told(causes).detail, causes }
}

function toldProblem({ line, column, path, cause }: PolicyProblem): ToldProblem {
  const { detail, causes } = told([cause])
  return { line, column, path, reason: path === '' ? detail : `${path}: ${detail}`, causes }
}
