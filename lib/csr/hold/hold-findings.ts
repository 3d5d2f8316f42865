import type { Holder } from '#lib/csr/model.ts'

/**
 * Findings by the party that has to act, and when each applies. This type holds the message
 * catalogue complete, as `<holder>` and `<finding>` name a sentence in it.
 */
export const HOLD_FINDINGS = {
  admin: [
    'refused', // the request that counts is refused
    'suspicious', // one of its checks fails
    'approvedSuperseded', // an older one was approved after the newest was filed
    'clientFirst', // a client and a serving request wait
    'verified', // nobody has decided
    'plausible', // nobody has decided, and nothing confirms it
    'rebootstrapping', // nobody has decided, and a Node of its name is there, NotReady
    'severalServing', // more than one serving request is pending
    // Left to a person by our own approver:
    'leftClient', // the policy leaves client requests to people
    'leftSecondPerson', // the policy wants two people
    'leftUnverified', // nothing confirms the machine
    'leftUnknown', // a check that must pass could not be made. `check`
    // Waiting of a Ready node for exec and logs:
    'noExecAndLogs', // Ready without a serving certificate, which a person may approve
  ],
  machineApprover: [
    'ignored', // neither the node-bootstrapper nor a node asks
    'unavailable', // its ClusterOperator says so. `message`
    'brakeTripped', // it approves nothing at all. `counted`
    'clientDisabled', // its ConfigMap turns client requests off
    'nodeExists', // client: a Node of this name is there
    'noMachine', // client: none of that InternalDNS; serving: none whose nodeRef is the node
    'hasNodeRef', // client: the Machine has a node already
    'outsideWindow', // client: not made near enough to the Machine's creation
    'lacksSan', // serving: the Machine does not have every name and address
    'forgotten', // it may have passed the request over, and does not look again. `because`
    'clientUnknown', // whether client requests are off could not be read, or has changed
    'silent', // no rule of its is seen to forbid it, and it is late. `minutes`
    'deciding', // no rule of its is seen to forbid it, and it has time. `minutes`
    'degraded', // its ClusterOperator says so. `message`
    'brakeNear', // its brake is about to trip. `counted`
    'noExecAndLogs', // Ready without a serving certificate, which it approves soon
  ],
  // Our own approver would approve this, but:
  approver: [
    'paused', // the kill switch is on
    'barred', // the policy acts, and beside a list of names alone it may not
    'leaderless', // none of its processes leads
    'brakedTotal', // its brake has stopped it everywhere
    'brakedRequestor', // for this requestor
    'brakedNode', // for this node
    'silent', // it should have, and has not for a minute
    'deciding', // it does any moment
    'shadow', // the policy lets it only watch
    'noExecAndLogs', // Ready without a serving certificate, which it approves any moment
  ],
  signer: [
    'silent', // approved for a minute, and nothing issued
    'issuing', // approved just now
  ],
  kubelet: [
    'denied', // it files another request
    'failed', // the signer could not issue, so it files another request. `message`
    'servingNoNode', // client issued for two minutes, and no Node
    'servingNoAddress', // client issued for two minutes, and the Node has no address
    'servingMissing', // client issued for two minutes, and no serving request
    'servingNext', // client issued just now
    'notReady', // certificates are there, the Node is NotReady. `reason`
    'noStatus', // the same, and the Node does not say anything
    'noNode', // certificates are there, and no Node
    'notRequested', // a Machine object, and nothing else yet
    'noExecAndLogs', // Ready without a serving certificate, and has not asked for one
  ],
} as const satisfies Record<Holder, readonly string[]>

export type HoldFinding<By extends Holder = Holder> = (typeof HOLD_FINDINGS)[By][number]
