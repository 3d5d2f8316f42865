import type { DECISION_CAUSES } from '#lib/csr/causes/decision-causes.ts'
import { sentences } from '#lib/messages/grammar/sentences.ts'

export const decisionCauses = sentences<typeof DECISION_CAUSES>()({
  requestGone: 'The request does not exist any more.',
  nameTooLong:
    'Its name is longer than an update takes: it can be decided neither here nor elsewhere.',
  requestReplaced: 'It was deleted, and another request was made under the same name.',
  otherName: 'This uid belongs to a request of another name.',
  otherContents: 'Its contents are not what was on screen.',
  otherVersion: 'This resourceVersion of it was not on screen.',
  worseThanSeen: 'It is judged worse now than when it was shown.',
  decided: '{status}',
  decidedBy: '{status} by {person}',
  decidedAt: '{status} at {time}',
  decidedByAt: '{status} by {person} at {time}',
  decidedSaying: '{status}: “{said}”',
  signerSaid: 'The signer said: “{said}”',
  signerNotApproved: 'Requests of the signer {signer} are neither approved nor denied from here.',
  notVerified: 'It is plausible, not verified.',
  nodeExists: 'It asks for the name of a Node that exists, which it did not when it was shown.',
  arrivedUnconfirmed:
    'It arrived after you looked, and it is not confirmed enough to be approved unseen.',
  filedAnew:
    'Another request in its name was filed since this one was shown. Look at that one, or make a new plan for the machine.',
  neverApproved: 'It is never approved from here.',
  suspiciousAlone: 'It is suspicious: it can only be approved alone.',
  suspiciousConfirm: 'It is suspicious: approving it needs its name typed exactly.',
  suspiciousNote: 'It is suspicious: approving it needs a reason.',
  deniedJustNow:
    'Another request of the same machine, {request}, was denied a moment ago. Look at this one again before you approve it.',
  takesTwoAlone: 'It takes two people: it can only be approved alone.',
  takesTwoByNow: 'It takes two people by now.',
  twoNoName:
    'It takes two people, and the API server does not say who this is (SelfSubjectReview): Countersign could not tell the two apart.',
  twoNotAPerson: 'It takes two people, and this identity is that of a machine.',
  twoRequestor:
    'This request needs two approvers, and the person who filed it cannot be one of them.',
  proposed: 'Proposed as {proposal}: another person has to approve it before {time}.',
  proposalLost: 'The answer of the API server was lost, and the proposal is not there.',
  proposerMayNot:
    'The proposal of {person} ({proposal}) does not count: they may not approve such requests themselves.',
  proposerNotAsked:
    'The proposal of {person} ({proposal}) does not count: whether they may approve could not be asked; that takes "create" on subjectaccessreviews.authorization.k8s.io.',
  stoppedUnanswered:
    'The API server had not answered when this was stopped: it may have been done all the same.',
  recordSilent: 'The record cannot be written, and nothing is decided without it.',
  stoppedBefore: 'Countersign was stopped; this was not tried.',
  identityLost: 'The API server no longer accepts the credential; this was not tried.',
  actorChanged:
    'Countersign acts as another user by now: its credential was replaced. This was not tried.',
  actorChangedMeanwhile:
    'Countersign acts as another user by now: its credential was replaced. This was not tried again.',
  clusterLost: 'The view of the cluster was not live; this was not tried.',
  clusterLostMeanwhile: 'The view of the cluster was not live; this was not tried again.',
  judgingFailed: 'It could not be judged, by a fault of Countersign itself; this was not tried.',
  approverStops: 'The approver is stopping.',
  approverNotLeading: 'Another process of the approver leads.',
  approverPaused: 'The approver is paused.',
  approverNotActing: 'The policy does not act by itself.',
  actsOnNamesAlone:
    'The policy is in mode `act` without `allowedNames`, and the list of expected machines gives names alone: nothing that was written down says what a certificate may hold. Add `allowedNames` to the policy, or addresses to the list.',
  approverCannotSee: 'The view of the cluster cannot be trusted: {trouble}.',
  approverCannotJudge: 'Nothing can be judged yet.',
  approverOtherPolicy: 'The policy has changed.',
  approverLeaves: 'The policy leaves it to a person: {because}',
  approverLeavesFor: 'The policy leaves it to a person: {because} ({check})',
})
