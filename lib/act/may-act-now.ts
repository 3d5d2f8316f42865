import { type Cause, cause } from '#lib/csr/cause.ts'
import type { Principal } from '#lib/people/principal.ts'
import type { ProblemCode } from '#lib/refusals/problem.ts'
import { NOT_TRIED } from '#lib/wire/not-tried.ts'

type Causes = readonly [Cause, ...Cause[]]

/** The one who asks whether they may act now. */
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
  /** A run, before each batch; it waits while a reason holds. */
  | 'batch'
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
  /** The rows are not the API server's state. */
  readonly cluster: boolean
  /** A source that requests are judged by is not current. */
  readonly judging: boolean
  /** Another policy is in force than the one that the decision names. */
  readonly otherPolicy: boolean
  /** The record is required, and cannot be written. */
  readonly record: Cause | null
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
  /** A person of a team, for whom the API server has not answered about rights yet. */
  readonly rightsUnknown: boolean
  /** A person without the right to approve for these signers. On a laptop only a run asks. */
  readonly right: boolean
  /** A person without the right to approve for any signer, on a laptop as well. */
  readonly approval: boolean
}

type WhyNot = keyof Facts
type FactOf<R extends WhyNot> = Exclude<Facts[R], boolean | null>
/** The sentence for an asker, or a function that makes it from the fact. */
type Says<R extends WhyNot> = Cause | ((fact: FactOf<R>) => Causes)
type Table = { readonly [R in WhyNot]: { readonly [A in Asker]?: Says<R> } }

const asGiven = (why: Cause): Causes => [why]
const allGiven = (why: Causes): Causes => why
const mayNotApprove = cause('mayNotApprove')
const actorChanged = cause('actorChanged')

/**
 * Every reason against acting now, with the sentence for each asker whom the reason stops. The first
 * row that holds answers. A reason does not stop an asker whom its row does not name.
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
    order: NOT_TRIED.server.why,
    item: NOT_TRIED.server.why,
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
  cluster: {
    click: cause('clusterNotLive'),
    run: cause('clusterNotLive'),
    batch: cause('clusterNotLive'),
    item: NOT_TRIED.cluster.why,
  },
  judging: {
    write: cause('clusterLost'),
    retry: cause('clusterLostMeanwhile'),
    approver: cause('approverCannotJudge'),
  },
  otherPolicy: { approver: cause('approverOtherPolicy') },
  record: { click: asGiven, run: asGiven, item: asGiven, write: asGiven, retry: asGiven },
  identity: { order: allGiven },
  actorUnknown: { order: allGiven },
  actor: {
    run: actorChanged,
    batch: actorChanged,
    order: actorChanged,
    item: actorChanged,
    write: actorChanged,
    retry: cause('actorChangedMeanwhile'),
  },
  stranger: { halt: cause('mayNotActOnRun'), resume: cause('mayNotActOnRun') },
  owner: { resume: (person) => [cause('ownerResumes', { person })] },
  rightsUnknown: {
    click: cause('rightsUnknown'),
    run: cause('rightsUnknown'),
    message: cause('rightsUnknown'),
  },
  right: { click: mayNotApprove, run: mayNotApprove, batch: mayNotApprove, message: mayNotApprove },
  approval: { run: mayNotApprove, message: mayNotApprove },
} as const satisfies Table

const TABLE: Table = MAY_ACT_NOW
const REASONS = Object.keys(MAY_ACT_NOW) as readonly WhyNot[]

/** Reasons that stop an asker. An asker has to know each of them. */
type WhyNotFor<A extends Asker> = {
  [R in WhyNot]: A extends keyof (typeof MAY_ACT_NOW)[R] ? R : never
}[WhyNot]

export type FactsFor<A extends Asker> = Pick<Facts, WhyNotFor<A>>

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
  for (const reason of REASONS) {
    const causes = causesOf(reason, asker, facts)
    if (causes !== null) return { reason, causes }
  }
  return null
}

function causesOf<R extends WhyNot>(
  reason: R,
  asker: Asker,
  facts: Partial<Pick<Facts, R>>,
): Causes | null {
  const says: Says<R> | undefined = TABLE[reason][asker]
  const known = facts[reason]
  if (says === undefined || known === undefined || known === null || known === false) return null
  return typeof says === 'function' ? says(known as FactOf<R>) : [says]
}

function cannotSee({ what, causes }: NonNullable<Facts['trouble']>): Causes {
  return [cause('approverCannotSee', { trouble: what }), ...causes]
}

/** Facts about a person's rights, for requests of these signers. Without signers: for any. */
export function rightsOf(
  { viewer, access }: Pick<Principal, 'viewer' | 'access'>,
  signers: readonly string[] = [],
): Pick<Facts, 'rightsUnknown' | 'right' | 'approval'> {
  // On a laptop the API server answers each write.
  const isTeam = viewer.uid !== undefined
  const isKnown = access.reviewedAt !== null
  const asked = signers.length > 0 ? signers : Object.keys(access.signers)
  // The access review does not ask about signers outside the settings.
  const hasSigner = asked.some((signer) => access.signers[signer] !== false)
  return {
    rightsUnknown: isTeam && !isKnown,
    right: isTeam && isKnown && !(access.approval && hasSigner),
    approval: isKnown && !access.approval,
  }
}

/** A refused call, with the reason for the route to answer. */
export interface Refusal {
  readonly refused: ProblemCode
  readonly why: Cause
}

type Call = 'click' | 'run' | 'halt' | 'resume' | 'message'

const REFUSED: Readonly<Record<WhyNotFor<Call>, ProblemCode>> = {
  signedOut: 'unauthorized',
  server: 'notLive',
  cluster: 'notLive',
  record: 'notLive',
  actor: 'notAllowed',
  stranger: 'notAllowed',
  owner: 'notAllowed',
  rightsUnknown: 'rightsUnknown',
  right: 'mayNotApprove',
  approval: 'mayNotApprove',
}

/** The reason why a person's call is refused now; null if it is not. */
export function refusalNow<A extends Call>(asker: A, facts: FactsFor<A>): Refusal | null {
  const no: NotNow<Call> | null = whyNotNow(asker, facts)
  return no === null ? null : { refused: REFUSED[no.reason], why: no.causes[0] }
}
