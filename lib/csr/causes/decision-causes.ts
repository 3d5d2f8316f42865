/** Why a request was not decided as it was asked for, or how it stands; with their blanks. */
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

  // What this product does not approve, or not in this way; the check's own reason follows.
  signerNotApproved: { signer: 'text' },
  notVerified: {},
  nodeExists: {},
  arrivedUnconfirmed: {},
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

  /** It was under way when the process had to end. */
  stoppedUnanswered: {},

  // Not tried
  stoppedBefore: {},
  identityLost: {},
  actorChanged: {},
  actorChangedMeanwhile: {},
  clusterLost: {},
  clusterLostMeanwhile: {},
  judgingFailed: {},

  // What the automatic approver says of a try that it gave up
  approverStops: {},
  approverNotLeading: {},
  approverPaused: {},
  approverNotActing: {},
  /** The policy, beside the list of expected machines. */
  actsOnNamesAlone: {},
  /** What was said of it follows. */
  approverCannotSee: { trouble: 'text' },
  approverCannotJudge: {},
  approverOtherPolicy: {},
  approverLeaves: { because: 'text' },
  approverLeavesFor: { because: 'text', check: 'text' },
} as const
