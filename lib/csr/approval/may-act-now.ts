import { type Cause, cause } from '#lib/csr/cause.ts'
import type { SourceState } from '#lib/csr/model.ts'

type Causes = readonly [Cause, ...Cause[]]

/** The one who asks whether they may act now, and is told in causes. */
type Asker =
  /** A person's call to decide requests, before a line is logged. */
  | 'click'
  /** A person's call to begin a run. */
  | 'run'
  /** A run that follows one machine, once that machine's client request is approved. */
  | 'follow'
  /** A person's call to pause, stop or dismiss a run. */
  | 'halt'
  /** A person's call to resume a run, or to begin its next group. */
  | 'resume'
  /** An order of a person, once, before its first item. */
  | 'order'
  /** One item of an order: before each try, and before it becomes the first of two approvals. */
  | 'item'
  /** The first PUT of an item, right before it. */
  | 'write'
  /** A further PUT of an item, whose earlier one failed or has lost its answer. */
  | 'retry'
  /** The approver, before each request and right before each PUT. */
  | 'approver'
  /** The approver's report of the requests that it leaves to people. */
  | 'report'
  /** A person's call to send a message to the webhook. */
  | 'message'

/** The one who asks, and is told by a code of their own. */
type CodeAsker =
  /** A page: whether anything can be decided now, whatever the rights. */
  | 'page'
  /** A button that decides requests of one signer: its words are `common.off` of the messages. */
  | 'button'
  /** A run, before each batch; it pauses for the reason while one holds. */
  | 'batch'

/** Facts known now, by the reason against acting: false or null while the reason does not hold. */
interface Facts {
  /** The caller's session has ended, perhaps while the call was read. */
  readonly signedOut: boolean
  /** This process is stopping. */
  readonly server: boolean
  /** Another process of the approver leads, or may lead before a write is over. */
  readonly follower: boolean
  /** The kill switch is on. */
  readonly paused: boolean
  /** The policy's mode is not `act`. */
  readonly notActing: boolean
  /** The policy's mode is `off`. */
  readonly off: boolean
  /** The policy may not act together with the list of expected machines. */
  readonly barred: Cause | null
  /** The view of the cluster cannot be trusted. */
  readonly trouble: { readonly what: string; readonly causes: readonly Cause[] } | null
  /** The cluster does not let its requests, or what they are judged by, be read. */
  readonly forbidden: boolean
  /** The API server refuses the credential that reads. */
  readonly unauthorized: boolean
  /** An input of judgements besides the cluster's objects is unknown, or the rows are old. */
  readonly withheld: boolean
  /** The rows are not the API server's state. */
  readonly cluster: boolean
  /** A source that requests are judged by is not current. */
  readonly judging: boolean
  /** Another policy is in force than the one that the decision names. */
  readonly otherPolicy: boolean
  /** The API server refuses the credential. */
  readonly identity: Causes | null
  /** The API server has not said whose credential it is. */
  readonly actorUnknown: Causes | null
  /** The credential is not of the person in whose name the decision is made. */
  readonly actor: boolean
  /** Neither the session that began the run nor a person with the right to approve. */
  readonly stranger: boolean
  /** Name of the run's owner, who is another person; it may be ''. */
  readonly owner: string | null
  /** The API server has not answered yet what the person may decide. */
  readonly rightsUnknown: boolean
  /** A person without `update` on `certificatesigningrequests/approval`. */
  readonly approval: boolean
  /** Neither the settings nor the policy list any of these signers. */
  readonly unlisted: boolean
  /** A person without the right to approve for any of these signers. */
  readonly right: boolean
  /** The record is required, and cannot be written. */
  readonly record: Cause | null
}

type WhyNot = keyof Facts
type FactOf<R extends WhyNot> = Exclude<Facts[R], boolean | null>
/** The sentence for an asker, or a function that makes it from the fact. */
type Says<R extends WhyNot> = Cause | ((fact: FactOf<R>) => Causes)
type Row<R extends WhyNot> = { readonly [A in Asker]?: Says<R> } & {
  readonly [A in CodeAsker]?: string
}
type Table = { readonly [R in WhyNot]: Row<R> }

const asGiven = (why: Cause): Causes => [why]
const allGiven = (why: Causes): Causes => why
const mayNotApprove = cause('mayNotApprove')
const actorChanged = cause('actorChanged')

/**
 * Every reason against acting now, with the sentence or code for each asker whom the reason stops.
 * The first row that holds answers. A reason does not stop an asker whom its row does not name.
 */
const MAY_ACT_NOW = {
  signedOut: {
    run: cause('keyMissing'),
    follow: cause('keyMissing'),
    halt: cause('keyMissing'),
    resume: cause('keyMissing'),
  },
  server: {
    click: cause('serverStops'),
    run: cause('serverStops'),
    follow: cause('serverStops'),
    order: cause('stoppedBefore'),
    item: cause('stoppedBefore'),
    write: cause('serverStops'),
    retry: cause('serverStops'),
    approver: cause('approverStops'),
  },
  follower: { approver: cause('approverNotLeading'), report: cause('approverNotLeading') },
  paused: { approver: cause('approverPaused'), report: cause('approverPaused') },
  notActing: { approver: cause('approverNotActing') },
  off: { report: cause('approverNotActing') },
  barred: { approver: asGiven },
  trouble: { approver: cannotSee, report: cannotSee },
  forbidden: { page: 'notRead', button: 'notRead', batch: 'notRead' },
  unauthorized: { page: 'unauthorized', button: 'unauthorized', batch: 'unauthorized' },
  withheld: { page: 'withheld', button: 'withheld', batch: 'withheld' },
  cluster: {
    page: 'notLive',
    button: 'notLive',
    batch: 'disconnected',
    click: cause('clusterNotLive'),
    run: cause('clusterNotLive'),
    item: cause('clusterLost'),
  },
  judging: {
    write: cause('clusterLost'),
    retry: cause('clusterLostMeanwhile'),
    approver: cause('approverCannotJudge'),
  },
  otherPolicy: { approver: cause('approverOtherPolicy') },
  identity: { order: allGiven },
  actorUnknown: { order: allGiven },
  actor: {
    run: actorChanged,
    batch: 'otherUser',
    order: actorChanged,
    item: actorChanged,
    write: actorChanged,
    retry: cause('actorChangedMeanwhile'),
  },
  stranger: { halt: cause('mayNotActOnRun'), resume: cause('mayNotActOnRun') },
  owner: { resume: (person) => [cause('ownerResumes', { person })] },
  rightsUnknown: {
    button: 'notReviewed',
    click: cause('rightsUnknown'),
    run: cause('rightsUnknown'),
    message: cause('rightsUnknown'),
  },
  approval: { button: 'noApproval', run: mayNotApprove, message: mayNotApprove },
  unlisted: { button: 'notListed' },
  right: {
    button: 'noSigner',
    batch: 'forbidden',
    click: mayNotApprove,
    run: mayNotApprove,
    message: mayNotApprove,
  },
  record: {
    button: 'notRecorded',
    click: asGiven,
    run: asGiven,
    item: asGiven,
    write: asGiven,
    retry: asGiven,
  },
} as const satisfies Table

const TABLE: Table = MAY_ACT_NOW
const REASONS = Object.keys(MAY_ACT_NOW) as readonly WhyNot[]

/** Reasons that stop an asker. An asker has to know each of them. */
export type WhyNotFor<A extends Asker | CodeAsker> = {
  [R in WhyNot]: A extends keyof (typeof MAY_ACT_NOW)[R] ? R : never
}[WhyNot]

export type FactsFor<A extends Asker | CodeAsker> = Pick<Facts, WhyNotFor<A>>

export interface NotNow<A extends Asker = Asker> {
  readonly reason: WhyNotFor<A>
  readonly causes: Causes
}

/**
 * The reason why this asker may not act now; null if they may. The asker has to pass each fact of
 * its column.
 */
export function whyNotNow<A extends Asker>(asker: A, facts: FactsFor<A>): NotNow<A> | null
export function whyNotNow(asker: Asker, facts: Partial<Facts>): NotNow | null {
  const reason = firstHeld(asker, facts)
  if (reason === undefined) return null
  const says = TABLE[reason][asker] as Cause | ((fact: unknown) => Causes)
  return { reason, causes: typeof says === 'function' ? says(facts[reason]) : [says] }
}

/** The first reason that holds and stops this asker. */
function firstHeld<A extends Asker | CodeAsker>(
  asker: A,
  facts: Partial<Facts>,
): WhyNotFor<A> | undefined {
  return REASONS.find(
    (one): one is WhyNotFor<A> =>
      TABLE[one][asker] !== undefined && (facts[one] ?? false) !== false,
  )
}

function cannotSee({ what, causes }: NonNullable<Facts['trouble']>): Causes {
  return [cause('approverCannotSee', { trouble: what }), ...causes]
}

/** Codes that an asker can be told. */
export type CodeFor<A extends CodeAsker> = {
  [R in WhyNot]: (typeof MAY_ACT_NOW)[R] extends Readonly<Record<A, infer Code>> ? Code : never
}[WhyNot]

/** The code of the reason why this asker may not act now; null if they may. */
export function codeNow<A extends CodeAsker>(asker: A, facts: FactsFor<A>): CodeFor<A> | null {
  const reason = firstHeld(asker, facts)
  return reason === undefined ? null : (TABLE[reason][asker] as CodeFor<A>)
}

/** Facts about the view of the cluster, by the state that its feed is published with. */
export function viewOf({ state }: { readonly state: SourceState | 'withheld' }) {
  return {
    forbidden: state === 'forbidden',
    unauthorized: state === 'unauthorized',
    withheld: state === 'withheld',
    cluster: state !== 'live',
  }
}

/** The API server's answer about a person's rights. */
export interface Access {
  /** `update` on `certificatesigningrequests/approval`. */
  readonly approval: boolean
  /** `approve` on each signer that was asked for: of kubelets, and those that are listed. */
  readonly signers: Readonly<Record<string, boolean>>
  /** When the API server was last asked; null before the first answer. */
  readonly reviewedAt: string | null
}

/** Facts about rights to decide requests of these signers. Without signers: of any. */
export function rightsOf(
  { approval, signers, reviewedAt }: Access,
  names: readonly string[] = [],
): Pick<Facts, 'rightsUnknown' | 'approval' | 'unlisted' | 'right'> {
  const isKnown = reviewedAt !== null
  const asked = names.length > 0 ? names : Object.keys(signers)
  // The access review does not ask about signers that are not listed.
  const hasSigner = asked.some((name) => signers[name] !== false)
  return {
    rightsUnknown: !isKnown,
    approval: isKnown && !approval,
    unlisted: isKnown && !asked.some((name) => Object.hasOwn(signers, name)),
    right: isKnown && !(approval && hasSigner),
  }
}
