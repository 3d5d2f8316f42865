import { createDocumentDesk } from '#lib/cluster/document-desk.ts'
import type { Documents, ParsePolicy } from '#lib/cluster/documents.ts'
import { type Author, askedOnce, nameNow } from '#lib/cluster/saved-by-name.ts'
import { type Cause, cause } from '#lib/csr/cause.ts'
import type { DocumentPlace } from '#lib/csr/policy/admin-document.ts'
import type { Policy } from '#lib/csr/policy/policy.ts'
import { readStop, type Stop, stopText } from '#lib/csr/policy/stop-text.ts'
import type { Shadow, ShadowQuery } from '#lib/journal/shadow-day.ts'
import type { SaveResult } from '#lib/kube/documents/document-keeper.ts'
import type { FollowedDocument } from '#lib/kube/documents/followed-document.ts'
import type { LogEntry } from '#lib/kube/log/process-log.ts'
import type { PolicyProblem } from '#lib/policy/policy-problem.ts'
import { explain } from '#lib/refusals/explain.ts'
import type {
  ApproverStatus,
  PolicyAnswer,
  PolicySaved,
  PolicySummary,
  PreviewAnswer,
  ShadowAnswer,
  PolicyProblem as WireProblem,
} from '#lib/wire/policy-answers.ts'

export type PolicyDesk = ReturnType<typeof createPolicyDesk>

/** Attempts of a write: a conflict with another key's writer must not prevent a stop. */
const MOST_TRIES = 3

/** Reads and writes of the policy's page. */
export function createPolicyDesk(options: {
  /** Null without a document. */
  readonly place: DocumentPlace | null
  readonly documents: Documents<Policy, Author>
  /** Parses a draft as the document is parsed. */
  readonly parsePolicy: ParsePolicy
  /** The state of the automatic approver now. Never rejects. */
  readonly approver: () => Promise<ApproverStatus>
  readonly shadow: Shadow
  /** Whether the person may write the document; null while unknown. */
  readonly mayWrite: (author: Author) => Promise<boolean | null>
  readonly now: () => number
  /**
   * Writes a log line: of a write here with `who`, null if the API server does not say; of a change by
   * other means, such as by kubectl, with the fields that the automatic approver's lines have.
   */
  readonly log: (entry: LogEntry) => void
}) {
  const { place, documents, parsePolicy, shadow, now, log } = options
  const { policy: document, paused, released } = documents
  const current = () => documents.inForce().policy
  const desk =
    place === null || document === null
      ? null
      : createDocumentDesk({
          name: 'policy',
          place,
          document,
          mayWrite: options.mayWrite,
          now,
          onSaved: ({ name, generation }, who) =>
            log({ event: 'policy.saved', policy: `${name}@${generation}`, who }),
          onChanged: ({ name, generation, automatic: { mode } }) =>
            log({ event: 'policy', policy: name, generation, mode }),
        })
  /** The kill switch's last logged state; null before it was first read. */
  let logged: boolean | null = null
  let writing = 0
  documents.subscribe(({ policy }, before) => {
    if (policy !== before.policy) desk?.inForce(policy)
    logSwitch()
  })

  function logSwitch(): void {
    const { paused: isOn, policy } = documents.inForce()
    if (writing > 0 || isOn === null || isOn === logged) return
    if (isOn || logged !== null) log({ event: isOn ? 'paused' : 'resumed', policy: policy.name })
    logged = isOn
  }

  function stopped(): Stop | null {
    const state = paused?.current()
    if (documents.inForce().paused !== true || state === undefined) return null
    return readStop(state.status === 'read' ? (state.text ?? '') : '')
  }

  /** Overwrites any current text: another writer's change must not stop the kill switch. */
  async function overwrite(
    beside: FollowedDocument<Author>,
    text: string,
    author: Author,
  ): Promise<SaveResult> {
    let result: SaveResult = { outcome: 'changed' }
    for (let tries = 0; tries < MOST_TRIES && result.outcome === 'changed'; tries += 1) {
      await beside.refresh()
      result = await beside.save(text, beside.current().version, author)
    }
    return result
  }

  async function write(
    beside: FollowedDocument<Author> | null,
    text: string,
    event: 'policy.paused' | 'policy.resumed' | 'brake.released',
    author: Author,
    writer = author,
  ): Promise<PolicySaved> {
    if (beside === null || desk === null) return nowhere(cause('nowhereBesidePolicy'))
    writing += 1
    const result = await overwrite(beside, text, writer).finally(() => {
      writing -= 1
    })
    const { outcome, by } = result
    if (outcome === 'saved') {
      log({ event, policy: current().name, who: by || null })
      if (beside === paused) logged = event === 'policy.paused'
    }
    logSwitch()
    return desk.answered(result, author)
  }

  return {
    async answer(author: Author): Promise<Omit<PolicyAnswer, 'serverTime'>> {
      const kept = (await desk?.answer(author)) ?? null
      const { policy, policySince, barred, paused } = documents.inForce()
      return {
        policy: policySummary(policy),
        inForceSince: new Date(policySince).toISOString(),
        document: kept === null ? null : { ...kept, problems: kept.problems.map(toldProblem) },
        paused,
        stopped: stopped(),
        barred: barred === null ? null : explain([barred]),
        approver: await options.approver(),
      }
    },
    forecast: (
      query: ShadowQuery,
      signal: AbortSignal,
    ): Promise<Omit<ShadowAnswer, 'serverTime'>> => shadow.compare(current(), query, signal),
    async preview(text: string, signal: AbortSignal): Promise<PreviewAnswer> {
      const reading = parsePolicy(text)
      if ('problems' in reading) return { problems: reading.problems.map(toldProblem) }
      const effect = await shadow.preview(current(), reading.value, signal)
      return { policy: policySummary(reading.value), ...effect }
    },
    /** Saves over the given version. A text with a problem is not written. */
    async save(text: string, version: string | null, author: Author): Promise<PolicySaved> {
      if (desk === null) return nowhere(cause('nowhereToSavePolicy'))
      const saved = await desk.save(text, version, parsePolicy(text), author)
      return { ...saved, problems: saved.problems.map(toldProblem) }
    },
    /** Sets the kill switch; `why` is kept with a stop, '' for none. */
    async pause(wanted: boolean, author: Author, why = ''): Promise<PolicySaved> {
      if (!wanted) return write(paused, 'false', 'policy.resumed', author)
      // A stop asks for the person's name at most once.
      const writer = askedOnce(author)
      const by = await nameNow(writer)
      const text = stopText({ by, at: new Date(now()).toISOString(), why })
      return write(paused, text, 'policy.paused', author, writer)
    },
    /** Releases the approver's brake. */
    release: (author: Author): Promise<PolicySaved> =>
      write(released, new Date(now()).toISOString(), 'brake.released', author),
  }
}

function policySummary({ rules, ...policy }: Policy): PolicySummary {
  return { ...policy, rules: rules.map(({ name, message }) => ({ name, message })) }
}

function nowhere(why: Cause): PolicySaved {
  return { outcome: 'error', ...explain([why]), problems: [] }
}

function toldProblem({ line, column, path, cause }: PolicyProblem): WireProblem {
  const { detail, causes } = explain([cause])
  return { line, column, path, reason: path === '' ? detail : `${path}: ${detail}`, causes }
}
