import { DecisionService, type DecisionServiceOptions } from '#lib/act/decision-service.ts'
import { settleTwoPeople } from '#lib/act/second-approval.ts'
import type { RunningFeed } from '#lib/cluster/feed.ts'
import { createAuditLog } from '#lib/journal/audit.ts'
import type { RunningRecord } from '#lib/journal/running-record.ts'
import { logError } from '#lib/kube/log/process-log.ts'
import { writeOut } from '#lib/kube/log/standard-output.ts'
import { reviewProposer, whoIs } from '#lib/kube/reads/access-reviews.ts'
import type { Identity } from '#lib/kube/transport/acting-identity.ts'
import { systemClock } from '#lib/kube/transport/clock.ts'
import { writeDecision } from '#lib/kube/writes/approval-write.ts'
import { listProposals, propose, readProposal } from '#lib/kube/writes/proposal-objects.ts'

/** Decides as the person who calls, after a line in the audit trail and in the record. */
export function startDecisions(
  options: Pick<DecisionServiceOptions, 'policy'> & {
    readonly onOutcome: NonNullable<DecisionServiceOptions['onOutcome']>
    readonly identity: Identity
    readonly feed: RunningFeed
    readonly record: RunningRecord
    /** Whether a service account counts as a person. */
    readonly countsAccounts: boolean
  },
): DecisionService {
  const { identity, feed, record, countsAccounts, policy, onOutcome } = options
  const auditLog = createAuditLog(writeOut, systemClock)
  return new DecisionService({
    feed,
    policy,
    settle: (order, person) =>
      settleTwoPeople(order, {
        api: {
          whoIs: () => whoIs(person),
          // Proposals do not depend on the reader: read them with this process's own identity.
          list: (targetUid) => listProposals(identity, targetUid),
          read: (name) => readProposal(identity, name),
          propose: (proposal) => propose(person, proposal),
          async review(proposer, signer) {
            const right = await reviewProposer(person, proposer, signer)
            if (right !== 'cannotAsk') feed.proposerReviewed(order.csr.uid, proposer, right)
            return right
          },
        },
        seen: feed.proposals,
        now: identity.clock.now,
        countsAccounts,
      }),
    write: (request, person) => writeDecision({ read: identity, write: person }, request),
    audit: record.audit(auditLog),
    unrecorded: record.unable,
    onOutcome,
    onError: logError,
  })
}
