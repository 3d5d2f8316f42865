import { watchApprover } from '#lib/cluster/approver-watch.ts'
import {
  followDocuments,
  followersAt,
  type InForce,
  type ParseExpected,
  type ParsePolicy,
  whyNotInForce,
} from '#lib/cluster/documents.ts'
import { createExpectedDesk } from '#lib/cluster/expected-desk.ts'
import type { RunningFeed } from '#lib/cluster/feed.ts'
import { type Author, savedByName } from '#lib/cluster/saved-by-name.ts'
import { withSecondPerson } from '#lib/csr/approval/two-person-rule.ts'
import type { AutomaticApprover } from '#lib/csr/policy/automatic-approver.ts'
import { DEFAULT_POLICY, type Policy } from '#lib/csr/policy/policy.ts'
import { isStopText } from '#lib/csr/policy/stop-text.ts'
import { createShadow } from '#lib/journal/shadow-day.ts'
import { placesOf } from '#lib/kube/documents/document-place.ts'
import { mayWriteDocument } from '#lib/kube/documents/document-rights.ts'
import { documentFollower } from '#lib/kube/documents/followed-document.ts'
import { memoryDocument } from '#lib/kube/documents/memory-document.ts'
import { type LogEntry, logError } from '#lib/kube/log/process-log.ts'
import type { Identity } from '#lib/kube/transport/acting-identity.ts'
import { readLease } from '#lib/kube/writes/lease.ts'
import { inEnglish } from '#lib/messages/english.ts'
import { createExpectedReaders } from '#lib/policy/expected-reader.ts'
import { readPolicy } from '#lib/policy/read-policy.ts'
import type { Settings } from '#lib/settings/settings.ts'
import { createPolicyDesk } from '#lib/web/documents/policy-desk.ts'

type DocumentSettings = Pick<
  Settings,
  'policy' | 'expected' | 'extraSigners' | 'secondPerson' | 'service'
>

export type StartedDocuments = ReturnType<typeof startDocuments>

/**
 * Follows the documents that the settings name, as the process's own identity. The parsers are for
 * drafts: they read them as the documents are read.
 */
export function startDocuments(
  settings: DocumentSettings,
  identity: Identity,
  onProblem: (words: string) => void = logError,
) {
  const { clock } = identity
  const places = placesOf(settings.policy, settings.expected)
  const readers = createExpectedReaders()
  const follow = documentFollower({ identity, clock })
  const followers = followersAt(places, (name, place, onChange) => {
    const document = follow(name, place, onChange)
    return savedByName(document, place, (text) => name === 'paused' && isStopText(text))
  })
  const inMemory = (onChange: () => void) =>
    savedByName(memoryDocument(onChange), null, undefined, settings.service === null)
  const parsePolicy: ParsePolicy = (text) => {
    const reading = readPolicy(text)
    return 'value' in reading ? { value: withSettings(reading.value, settings) } : reading
  }
  const documents = followDocuments<Policy, Author>({
    decider: 'person',
    followers: places.expected === null ? { ...followers, expected: inMemory } : followers,
    builtIn: withSettings(DEFAULT_POLICY, settings),
    parsePolicy,
    parseExpected: readers.document.read,
    isListInMemory: places.expected === null,
    clock,
  })
  documents.subscribe((now, before) => {
    const words = problemWords(now)
    if (words !== null && words !== problemWords(before)) onProblem(words)
  })
  const parseDraft: ParseExpected = readers.draft.read
  return { documents, parsePolicy, parseDraft }
}

/** The process's own settings apply in addition to the policy. */
function withSettings(policy: Policy, { extraSigners, secondPerson }: DocumentSettings): Policy {
  return {
    ...withSecondPerson(policy, secondPerson),
    allowedSigners: [...new Set([...policy.allowedSigners, ...extraSigners])],
  }
}

/** For the log: why the policy's document is not in force, and which policy is; null when it is. */
function problemWords(inForce: InForce<Policy>): string | null {
  const { policy, policyDocument, isPolicyKnown } = inForce
  const causes = policyDocument === null ? [] : whyNotInForce(policyDocument)
  if (causes.length === 0) return null
  const refused = policyDocument?.status === 'read' ? 'The policy is refused. ' : ''
  const instead = isPolicyKnown
    ? `In force is the policy ${policy.name} (${policy.generation}).`
    : 'Nothing is live.'
  return `${refused}${inEnglish(causes)} ${instead}`
}

/** The pages of the documents, and what they tell of the approver. The feed hears of each change. */
export function startDesks(
  options: StartedDocuments & {
    readonly settings: Settings
    readonly identity: Identity
    readonly feed: RunningFeed
    readonly log: (entry: LogEntry) => void
  },
) {
  const { settings, identity, documents, parsePolicy, parseDraft, feed, log } = options
  const { clock } = identity
  const { expected: listPlace, policy: policyPlace } = settings
  const expected = createExpectedDesk({
    place: listPlace,
    documents,
    feed,
    mayWrite: async (author) => listPlace !== null && mayWriteDocument(author.anyway, listPlace),
    parseDraft,
    now: clock.now,
    log,
  })
  let trips: AutomaticApprover['trips'] = []
  const approver = watchApprover({
    clock,
    readLease: () => readLease(identity, settings.approverLease),
    isPaused: () => documents.inForce().paused,
    isWanted: () => documents.inForce().policy.automatic.mode !== 'off',
    onChange(state) {
      // An unreadable Lease says nothing about the brake.
      if (state.presence !== 'unknown') trips = state.trips
      feed.setApprover(state)
    },
  })
  const policy = createPolicyDesk({
    place: policyPlace,
    documents,
    parsePolicy,
    approver: approver.status,
    shadow: createShadow(feed.day),
    mayWrite: async (author) =>
      policyPlace !== null && (await mayWriteDocument(author.anyway, policyPlace)),
    now: clock.now,
    log,
  })
  documents.subscribe((now, before, name) => {
    if (now.policy !== before.policy) feed.policyChanged()
    if (now.expected !== before.expected) feed.setExpected(now.expected)
    if (now.policy !== before.policy || name === 'paused' || name === 'released') approver.look()
    feed.documentChanged(name === 'expected' ? 'expected' : 'policy')
  })
  return {
    expected,
    policy,
    /** Nodes for which the brake has stopped the approver, from its last readable Lease. */
    trips: () => trips,
    stop: approver.stop,
  }
}
