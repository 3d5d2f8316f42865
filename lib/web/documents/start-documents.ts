import { watchApprover } from '#lib/cluster/approver-watch.ts'
import { createExpectedMachines, type ExpectedMachines } from '#lib/cluster/expected-desk.ts'
import type { RunningFeed } from '#lib/cluster/feed.ts'
import { createPolicies, type Policies } from '#lib/cluster/policies.ts'
import { savedByName } from '#lib/cluster/saved-by-name.ts'
import { type AutomaticApprover, UNKNOWN_APPROVER } from '#lib/csr/policy/automatic-approver.ts'
import { isListOfNames } from '#lib/csr/policy/expected-list.ts'
import { DEFAULT_POLICY } from '#lib/csr/policy/policy.ts'
import { isStopText } from '#lib/csr/policy/stop-text.ts'
import { createShadow } from '#lib/journal/shadow.ts'
import {
  type DocumentKeys,
  EXPECTED_KEYS,
  PAUSED_KEYS,
  POLICY_KEYS,
  RELEASED_KEYS,
} from '#lib/kube/documents/document-keeper.ts'
import type { DocumentPlace } from '#lib/kube/documents/document-place.ts'
import { mayWriteDocument } from '#lib/kube/documents/document-rights.ts'
import { besideOf, followDocument } from '#lib/kube/documents/followed-document.ts'
import { type LogEntry, logError } from '#lib/kube/log/process-log.ts'
import type { Identity } from '#lib/kube/transport/acting-identity.ts'
import { readLease } from '#lib/kube/writes/lease.ts'
import { createExpectedReader } from '#lib/policy/expected-reader.ts'
import type { Settings } from '#lib/settings/settings.ts'
import { memoryDocument } from '#lib/web/documents/memory-document.ts'
import { createPolicyDesk, type PolicyDesk } from '#lib/web/documents/policy-desk.ts'

/** Follows the document at a place, as the process's own identity. */
function follow(
  identity: Identity,
  place: DocumentPlace,
  keys: DocumentKeys,
  onChange: () => void,
) {
  const document = followDocument({ identity, place, keys, clock: identity.clock, onChange })
  const isStop = (text: string) => keys === PAUSED_KEYS && isStopText(text)
  return savedByName(document, place, isStop)
}

/** The policy at the place that the settings name, or the built-in one. */
export function startPolicies(
  settings: Settings,
  identity: Identity,
  onLook: () => void,
): Policies {
  const { policy: place } = settings
  return createPolicies({
    follow: place === null ? null : (onChange) => follow(identity, place, POLICY_KEYS, onChange),
    builtIn: {
      ...DEFAULT_POLICY,
      allowedSigners: settings.extraSigners,
      secondPerson: { ...DEFAULT_POLICY.secondPerson, for: settings.secondPerson },
    },
    clock: identity.clock,
    onLook,
    onProblem: logError,
  })
}

interface DesksStart {
  readonly settings: Settings
  readonly identity: Identity
  readonly policies: Policies
  readonly feed: RunningFeed
  readonly log: (entry: LogEntry) => void
}

export interface StartedDesks {
  readonly expected: ExpectedMachines
  readonly policy: PolicyDesk
  /** Nodes that the approver's brake has stopped, as its readable Lease said last. */
  trips(): AutomaticApprover['trips']
  /** Looks at the approver's Lease anew. */
  lookAtApprover(): void
  /** The policy's document was read again, or could not be. */
  policyRead(): void
  stop(): void
}

/** The list of expected machines, the policy page, and what it tells of the approver. */
export function startDesks({ settings, identity, policies, feed, log }: DesksStart): StartedDesks {
  const { clock } = identity
  const { expected: listPlace, policy: policyPlace } = settings
  const policy = policies.current
  const expected = createExpectedMachines({
    place: listPlace,
    feed,
    follow: (onChange) =>
      listPlace === null
        ? savedByName(memoryDocument(onChange), listPlace, undefined, settings.service === null)
        : follow(identity, listPlace, EXPECTED_KEYS, onChange),
    isComplete: () => policy().expectedComplete,
    mayWrite: async (author) => listPlace !== null && mayWriteDocument(author.anyway, listPlace),
    newReader: createExpectedReader,
    clock,
    onSaved: (machines, who) => log({ event: 'expected.saved', place: listPlace, machines, who }),
    onChanged: (machines, version) =>
      log({ event: 'expected', place: listPlace, machines, version }),
  })
  const besidePolicy = (keys: DocumentKeys) =>
    policyPlace === null
      ? null
      : follow(identity, besideOf(policyPlace, keys), keys, () => {
          approver.look()
          desk.look()
          feed.documentChanged('policy')
        })
  const readApproverLease = () => readLease(identity, settings.approverLease)
  let trips: AutomaticApprover['trips'] = []
  let known = UNKNOWN_APPROVER
  const approver = watchApprover({
    clock,
    readLease: readApproverLease,
    isPaused: () => desk.isPaused(),
    isWanted: () => policy().automatic.mode !== 'off',
    onChange(state) {
      known = state
      // An unreadable Lease says nothing about the brake.
      if (state.presence !== 'unknown') trips = state.trips
      feed.setApprover(state)
    },
  })
  const desk = createPolicyDesk({
    place: policyPlace,
    policies,
    paused: besidePolicy(PAUSED_KEYS),
    released: besidePolicy(RELEASED_KEYS),
    readLease: readApproverLease,
    isLeaderless: () => known.presence === 'leaderless',
    shadow: createShadow(feed.history),
    isListOfNames: () => isListOfNames(expected.current()),
    mayWrite: async (author) =>
      policyPlace !== null && (await mayWriteDocument(author.anyway, policyPlace)),
    now: clock.now,
    onWritten: log,
    onChanged: log,
  })
  return {
    expected,
    policy: desk,
    trips: () => trips,
    lookAtApprover: approver.look,
    policyRead() {
      desk.look()
      feed.documentChanged('policy')
    },
    stop() {
      approver.stop()
      desk.stop()
      expected.stop()
    },
  }
}
