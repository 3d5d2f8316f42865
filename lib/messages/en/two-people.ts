/** Decisions that take two people: the dialog of each, and the proposal in rows and pages. */
export const twoPeople = {
  /** One line under the verdict. `{by}` is the proposer. */
  line: {
    none: 'Takes two people',
    // Begins with the remedy: a long name may be cut off.
    counts: (ago: string) => `Needs another person: proposed by {by} ${ago}`,
    own: (ago: string) => `Needs another person: proposed by you ${ago}`,
    uncounted: 'A proposal by {by} does not count',
  },

  because: {
    suspicious: 'The policy wants two people for a suspicious request.',
    controlPlane:
      'The policy wants two people for the control plane, and this machine is part of it by its Node, its Machine or the list of expected machines.',
  },

  title: {
    none: 'It takes two people to approve this',
    counts: (ago: string) => `{by} proposed this ${ago}`,
    own: (ago: string) => `You proposed this ${ago}`,
    uncounted: 'It takes two people, and the proposal by {by} does not count',
  },
  next: {
    none: 'Approving makes a proposal: nothing is signed until another person approves it, too.',
    counts: 'Look at it yourself: yours is the second approval, and it is final.',
    own: 'Another person has to approve it. You cannot be both.',
  },
  until: (time: string) => `It counts until ${time}.`,
  note: { counts: 'They wrote: {note}', own: 'You wrote: {note}' },
  noNote: { counts: 'They wrote no reason.', own: 'You wrote no reason.' },
  /** The proposal is an API object: every identity with the right to delete it can withdraw it. */
  takeBack: 'To take it back, delete the request {name}.',

  uncounted: {
    unreviewed:
      'Look at it yourself. When you approve, Countersign asks the API server whether they may approve such requests, too. If so, yours is the second approval, and it is final. If not, yours becomes the first.',
    own: 'It is your own.',
    asking: 'Whether they may approve such requests is being asked.',
    cannotAsk:
      'Whether they may approve such requests cannot be asked: you need `create` on `subjectaccessreviews.authorization.k8s.io`.',
    mayNot: 'They may not approve such requests themselves.',
    requestor: 'It is by the requestor of the certificate.',
    withdrawn: 'It was denied.',
    older: 'It is older than the request.',
    otherContents: 'It is about a request of other contents.',
    notAPerson: 'It is by an identity of machines, not by a person.',
  },

  dialog: {
    controlPlaneTitle: 'Approve a request of the control plane?',
    propose: 'Propose {name}',
    recorded: 'Kept in the cluster as a proposal, with your name',
    recordedSecond: 'Recorded with both names',
    why: 'Why do you approve it? May be left empty.',
    whyFirst: 'What should the other person know?',
    whyFirstHint: 'Shown to the other person. Kept with the proposal, not in the request.',
  },
}

/** Rights that the certificate would grant, by the rules of its signer. */
export const grants = {
  title: 'What approving it grants',
  node: 'Its holder is the node {name}: it reads the Secrets of the Pods that run there, and reports for it.',
  user: 'Its holder is the user {user} to the API server.',
  userInGroups: 'Its holder is the user {user} to the API server, in the groups',
  unnamed: 'Its holder is a user without a name to the API server.',
  control: 'Grants control of the cluster.',
  controlWhy: '{names} may do anything, and a certificate cannot be taken back.',
  untold: {
    inexact:
      'Whom the certificate would be for cannot be said, nor what it would grant: the request cannot be shown exactly, and its signer may make something else of it.',
    severalNames:
      'Whom the certificate would be for cannot be said: the subject has several common names. Kubernetes takes the last one, other programs the first.',
  },
  mayControl: 'It may grant control of the cluster.',
  controlIfTrusted:
    'If the API server trusts this signer’s CA, it grants control of the cluster: {names} may do anything, and a certificate cannot be taken back.',
  server: 'Its holder answers as these names to the API server, which sends exec and logs there:',
  custom:
    'What it is good for is up to its signer, and to the programs that trust that signer’s CA.',
  none: 'none',
}
