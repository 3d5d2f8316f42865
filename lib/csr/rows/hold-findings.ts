import type { Hold, Holder } from '#lib/csr/model.ts'

/**
 * Reasons why a machine waits, by the party that acts next, each with the codes of its value
 * `because`. `lib/csr/hold/holds.ts` has the condition and the rank of each. The message catalogue
 * has the sentence and what to do, and does not compile without one.
 */
export const HOLD_FINDINGS = {
  admin: {
    refused: [],
    suspicious: [],
    /** An older request was approved after the newest was filed. */
    approvedSuperseded: [],
    /** A client and a serving request wait. */
    clientFirst: [],
    verified: [],
    plausible: [],
    /** A Node of its name is there, NotReady. */
    rebootstrapping: [],
    /** This product's approver, by its policy. Value: `check`. */
    approverLeaves: ['clients', 'secondPerson', 'notVerified', 'requiredUnknown'],
    /** This product's approver would approve it, and approves nothing until a person acts. */
    approverStopped: ['paused', 'barred', 'leaderless', 'total', 'requestor', 'node', 'shadow'],
    /** OpenShift's approver counts too many requests, so it approves nothing. */
    machineApproverBrake: [],
    machineApproverRequestor: [],
    /** The client flow of OpenShift's approver is off. */
    machineApproverOff: [],
    /** The request breaks a rule of OpenShift's approver. */
    machineApproverRule: ['nodeExists', 'noMachine', 'hasNodeRef', 'outsideWindow', 'lacksSan'],
    /**
     * The request fits the rules of OpenShift's approver, which approves nothing. Value: `message`.
     */
    machineApproverSilent: ['quiet', 'unavailable'],
    machineApproverUnseen: [
      'presence',
      'machines',
      'twins',
      'nodes',
      'kubelet',
      'config',
      'configChanged',
    ],
  },
  machineApprover: {
    /** The request fits its rules, and it approved another one a moment ago. */
    backlog: [],
    /** The request fits its rules, and is new. */
    handles: [],
  },
  approver: {
    /** OpenShift's approver should have approved the request a minute ago. */
    silent: [],
    deciding: [],
  },
  signer: {
    /** The request was approved a minute ago, and nothing is issued. */
    silent: [],
    issuing: [],
  },
  kubelet: {
    denied: [],
    /** The signer could not issue the certificate. Value: `message`. */
    failed: [],
    /** The certificates are issued, and the next step does not come. */
    silent: ['noNode', 'noServing', 'noStatus'],
    /** The Node has no address, so there is no serving request. */
    noAddress: [],
    servingNext: [],
    /** The certificates are issued, and the Node is not Ready. Value: `reason`. */
    notReady: [],
    /** The machine has a Machine object, and nothing else yet. */
    notRequested: [],
  },
} as const satisfies Record<Holder, Readonly<Record<string, readonly string[]>>>

type Findings = typeof HOLD_FINDINGS

export type HoldFinding<By extends Holder = Holder> = {
  [One in Holder]: keyof Findings[One] & string
}[By]

/** The codes of a finding's value `because`; never for a finding without. */
export type Because<
  By extends Holder,
  Finding extends keyof Findings[By],
> = Findings[By][Finding] extends readonly (infer Code extends string)[] ? Code : never

/** Reasons that the request's checks show already, so they have no words of their own. */
const OF_SOUND_REQUESTS = ['verified', 'plausible', 'rebootstrapping'] as const
const SAID_BY_CHECKS = ['refused', 'suspicious', ...OF_SOUND_REQUESTS] as const
export type SaidByChecks = (typeof SAID_BY_CHECKS)[number]

export function isSaidByChecks({ finding }: Pick<Hold, 'finding'>): boolean {
  return (SAID_BY_CHECKS as readonly string[]).includes(finding)
}

/** Whether only a request without a failed check waits for this reason. */
export function isOfSoundRequest({ finding }: Pick<Hold, 'finding'>): boolean {
  return (OF_SOUND_REQUESTS as readonly string[]).includes(finding)
}

const LATE: readonly string[] = ['signer.silent', 'kubelet.silent', 'kubelet.noAddress']

/** Whether the party that acts next has been silent for too long. */
export function isLate({ holder, finding }: Pick<Hold, 'holder' | 'finding'>): boolean {
  return LATE.includes(`${holder}.${finding}`)
}
