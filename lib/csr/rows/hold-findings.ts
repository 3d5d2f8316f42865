import type { Hold, Holder } from '#lib/csr/model.ts'

interface HoldFacts {
  /** Codes of its value `because`. */
  readonly because?: readonly string[]
  /** The checks that show the reason already, so that it has no words of its own. */
  readonly shownBy?: 'failedChecks' | 'soundChecks'
  /** Whether the party that acts next has been silent for too long. */
  readonly late?: true
}

/**
 * Reasons why a machine waits, by the party that acts next. `lib/csr/hold/holds.ts` has the condition
 * and the rank of each. The message catalogue has the sentence and what to do, and does not compile
 * without one.
 */
export const HOLD_FINDINGS = {
  admin: {
    refused: { shownBy: 'failedChecks' },
    suspicious: { shownBy: 'failedChecks' },
    /** An older request was approved after the newest was filed. */
    approvedSuperseded: {},
    /** A client and a serving request wait. */
    clientFirst: {},
    verified: { shownBy: 'soundChecks' },
    plausible: { shownBy: 'soundChecks' },
    /** A Node of its name is there, NotReady. */
    rebootstrapping: { shownBy: 'soundChecks' },
    /** This product's approver, by its policy. Value: `check`. */
    approverLeaves: { because: ['clients', 'secondPerson', 'notVerified', 'requiredUnknown'] },
    /** This product's approver would approve it, and approves nothing until a person acts. */
    approverStopped: {
      because: ['paused', 'barred', 'leaderless', 'total', 'requestor', 'node', 'shadow'],
    },
    /** OpenShift's approver counts too many requests, so it approves nothing. */
    machineApproverBrake: {},
    machineApproverRequestor: {},
    /** The client flow of OpenShift's approver is off. */
    machineApproverOff: {},
    /** The request breaks a rule of OpenShift's approver. */
    machineApproverRule: {
      because: ['nodeExists', 'noMachine', 'hasNodeRef', 'outsideWindow', 'lacksSan'],
    },
    /**
     * The request fits the rules of OpenShift's approver, which approves nothing. Value: `message`.
     */
    machineApproverSilent: { because: ['quiet', 'unavailable'] },
    machineApproverUnseen: {
      because: ['presence', 'machines', 'twins', 'nodes', 'kubelet', 'config', 'configChanged'],
    },
  },
  machineApprover: {
    /** The request fits its rules, and it approved another one a moment ago. */
    backlog: {},
    /** The request fits its rules, and is new. */
    handles: {},
  },
  approver: {
    /** This product's approver should have approved the request a minute ago. */
    silent: {},
    deciding: {},
  },
  signer: {
    /** The request was approved a minute ago, and nothing is issued. */
    silent: { late: true },
    issuing: {},
  },
  kubelet: {
    denied: {},
    /** The signer could not issue the certificate. Value: `message`. */
    failed: {},
    /** The certificates are issued, and the next step does not come. */
    silent: { because: ['noNode', 'noServing', 'noStatus'], late: true },
    /** The Node has no address, so there is no serving request. */
    noAddress: { late: true },
    servingNext: {},
    /** The certificates are issued, and the Node is not Ready. Value: `reason`. */
    notReady: {},
    /** The machine has a Machine object, and nothing else yet. */
    notRequested: {},
  },
} as const satisfies Record<Holder, Readonly<Record<string, HoldFacts>>>

export type HoldFindings = typeof HOLD_FINDINGS

export type HoldFinding<By extends Holder = Holder> = {
  [One in Holder]: keyof HoldFindings[One] & string
}[By]

/** The codes of a finding's value `because`; never for a finding without. */
export type Because<
  By extends Holder,
  Finding extends keyof HoldFindings[By],
> = HoldFindings[By][Finding] extends { readonly because: readonly (infer Code extends string)[] }
  ? Code
  : never

/** Undefined for a finding of another version. */
function factsOf({ holder, finding }: Hold): HoldFacts | undefined {
  const table: Readonly<Record<string, Readonly<Record<string, HoldFacts>>>> = HOLD_FINDINGS
  return table[holder]?.[finding]
}

/** Whether the request's checks show the reason already. */
export function isSaidByChecks(hold: Hold): boolean {
  return factsOf(hold)?.shownBy !== undefined
}

/** Whether only a request without a failed check waits for this reason. */
export function isOfSoundRequest(hold: Hold): boolean {
  return factsOf(hold)?.shownBy === 'soundChecks'
}

/** Whether the party that acts next has been silent for too long. */
export function isLate(hold: Hold): boolean {
  return factsOf(hold)?.late === true
}
