/**
 * Reasons why a request was not decided as asked, and states of a request; with the values of their
 * sentences.
 */
export const DECISION_CAUSES = {
  requestGone: {},
  nameTooLong: {},
  requestReplaced: {},
  otherName: {},
  otherContents: {},
  otherVersion: {},
  worseThanSeen: {},
  /** `status` is kubectl's CONDITION text. */
  decided: { status: 'text' },
  decidedBy: { status: 'text', person: 'text' },
  decidedAt: { status: 'text', time: 'time' },
  decidedByAt: { status: 'text', person: 'text', time: 'time' },
  /** `said`: the message of the condition. */
  decidedSaying: { status: 'text', said: 'text' },

  /** `said`: the message of its Failed condition. */
  signerSaid: { said: 'text' },

  // Decisions that this product refuses; the check's own reason follows.
  signerNotApproved: { signer: 'text' },
  notVerified: {},
  nodeExists: {},
  arrivedUnconfirmed: {},
  /** The group of a run by role begins later than its plan was made. */
  filedAnew: {},
  neverApproved: {},
  suspiciousAlone: {},
  suspiciousConfirm: {},
  suspiciousNote: {},
  deniedJustNow: { request: 'text' },
  takesTwoAlone: {},
  takesTwoByNow: {},

  // Two people
  twoNoName: {},
  twoNotAPerson: {},
  twoRequestor: {},
  proposed: { proposal: 'text', time: 'time' },
  proposalLost: {},
  proposerMayNot: { person: 'text', proposal: 'text' },
  proposerNotAsked: { person: 'text', proposal: 'text' },

  /** The write was under way when the process had to end. */
  stoppedUnanswered: {},

  // Not tried
  recordSilent: {},
  stoppedBefore: {},
  identityLost: {},
  actorChanged: {},
  actorChangedMeanwhile: {},
  clusterLost: {},
  clusterLostMeanwhile: {},
  judgingFailed: {},

  // Reasons of the automatic approver for giving up
  approverStops: {},
  approverNotLeading: {},
  approverPaused: {},
  approverNotActing: {},
  /** The policy does not restrict names, and the list of expected machines has only names. */
  actsOnNamesAlone: {},
  /** `trouble`'s own sentence follows. */
  approverCannotSee: { trouble: 'text' },
  approverCannotJudge: {},
  approverOtherPolicy: {},
  approverLeaves: { because: 'text' },
  approverLeavesFor: { because: 'text', check: 'text' },
} as const
