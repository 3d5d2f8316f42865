import { requests } from '#lib/messages/en/counts.ts'

const notKnown = (count: number) => (count === 0 ? '' : `, ${count} not known yet`)

/** The two dialogs of one decision: the typed confirmation, and the denial. */
export const decide = {
  /** Shown for a single decision once it is sent. */
  sent: 'It is sent: closing this does not stop it.',

  confirm: {
    title: 'Approve a suspicious request?',
    existingNode: {
      title: 'Approve a machine that says it is a node that exists?',
      text: 'Approving gives the new key the old name.',
    },
    /** For a sound request, which one click would approve. */
    withNote: { title: 'Approve with a note', label: 'Note (optional)' },
    /** Parts of the approval besides the request. `minutes` is null when not following. */
    also: (older: number, minutes: number | null) =>
      [
        older === 0
          ? []
          : older === 1
            ? '1 older duplicate is approved, too.'
            : `${older} older duplicates are approved, too.`,
        minutes === null
          ? []
          : `Its serving request is approved when it arrives within ${minutes} min, if it is trusted no less.`,
      ]
        .flat()
        .join(' '),
    /** Shown above the sentence of the first failing check. */
    type: 'Type {name} to approve',
    why: 'Why do you approve it?',
    whyHint: 'Kept in the request’s condition, for everybody who reads it later',
    recorded: 'Recorded with your name and the failed checks',
    recordedSound: 'Recorded with your name',
    failing: (count: number) => (count === 1 ? '1 failed check' : `${count} failed checks`),
    approve: 'Approve {name}',
    changed: 'This request is not what it was when you opened this. Close, and look again.',
    mismatch: 'The name has to be typed to the letter.',
    needsWhy: 'Say why, in a few words.',
    outOfScope:
      'Its signer is none of the two that kubelets use. Countersign approves it only where its settings list that signer.',
  },

  deny: {
    title: (count: number) => (count === 1 ? 'Deny {name}?' : `Deny ${requests(count)}?`),
    /**
     * Effect of a denial. `stranger`: another client's request in a machine's name, which counts
     * against the machine. `unrelated`: such a request that is superseded or does not count.
     */
    after: {
      kubelet:
        'The kubelet stops waiting at once and files a new request with a new key within seconds. For an hour or two that new request is suspicious: no bulk takes it, and the automatic approver does not approve it. To keep the machine away, stop it or take its bootstrap credential.',
      stranger:
        'No kubelet is known to wait for what is denied here, so this keeps no machine away. But Countersign cannot tell a new machine from another sender that asks in its name. For an hour or two every other client request in this name is suspicious, also one that waits already, unless the node itself filed it: no bulk takes it, and the automatic approver does not approve it.',
      unrelated:
        'No kubelet is known to wait for what is denied here, so this keeps no machine away. What the machine has filed since is judged as before; what it files later may be suspicious for an hour or two. To keep it away, stop the machine.',
      other:
        'A denial is final for this request. To get the certificate, the requestor must file another.',
    },
    /** Shown when a denied client request has a waiting kubelet. */
    hourAgain: 'Without a Machine object, the machine’s hour starts again.',
    list: 'What is denied',
    /** Shown for requests that OpenShift's machine-approver may also decide. */
    machineApprover:
      'OpenShift’s machine-approver takes no notice of a denial, and makes none of Countersign’s checks: what is asked next it may approve all the same. It goes on trying a denied request whose Machine fits. Each try fails, for a denial is final, and takes a turn in its queue.',
    /** Purpose of each of a machine's two certificates. */
    purposes: { client: 'client', serving: 'serving', other: 'other' },
    more: (count: number) => `and ${count} more`,
    why: (count: number): string => (count === 1 ? 'Why do you deny it?' : 'Why do you deny them?'),
    whyHint: 'Kept in the request’s condition. May be left empty.',
    deny: (count: number) => (count === 1 ? 'Deny {name}' : `Deny ${requests(count)}`),
    denying: 'Denying…',
    /** Progress of several denials. */
    progress: (denied: number, count: number) => `${denied} of ${requests(count)} denied.`,
    closing: 'Closing this stops it. What is denied stays denied.',
    stop: 'Stop',
    stopping: 'Stopping…',
    asWhom: 'Denied as {user}',
    nothing: 'Nothing of this is pending any more.',
    result: {
      deniedOne: {
        client: 'Denied client for {name}',
        serving: 'Denied serving for {name}',
        other: 'Denied {name}',
      },
      denied: (count: number) => `Denied ${requests(count)}`,
      some: (denied: number, count: number, unknown: number) =>
        `Denied ${denied} of ${requests(count)}${notKnown(unknown)}`,
      stopped: (denied: number, count: number, unknown: number) =>
        `Stopped: ${denied} of ${requests(count)} denied${notKnown(unknown)}`,
      none: (count: number) => `Denied none of ${requests(count)}`,
      unclear: (count: number) => `Not known yet whether all ${requests(count)} were denied`,
      /** Requests of one name that were not denied; outcomes are worded as in a bulk approval. */
      not: (count: number) =>
        count === 1 ? '{name}: {outcome}.' : `{name} (${requests(count)}): {outcome}.`,
      next: {
        kubelet:
          'The kubelet files again within seconds. For an hour or two its new request is suspicious: approve it alone here.',
        stranger:
          'For an hour or two every other client request in this name is suspicious, unless the node itself filed it: approve it alone here.',
      },
    },
  },

  /** Shown after an approval that succeeded. `both`: the client request now, the serving one later. */
  approved: {
    title: {
      both: 'Approved {name}',
      client: 'Approved client for {name}',
      serving: 'Approved serving for {name}',
      other: 'Approved {name}',
    },
    next: 'Waiting for the signer',
    followed: (until: string) => `Client now, serving when it arrives, until ${until}`,
    olderLeft: (count: number) =>
      count === 1
        ? '1 older duplicate was not approved'
        : `${count} older duplicates were not approved`,
  },

  /**
   * Link from a decision to its subject's page. `label` has the name, for use without the toast.
   */
  view: { text: 'View', label: 'View {name}' },
  review: { text: 'Review', label: 'Review {name}' },

  /** Shown when a decision did not succeed. */
  outcomes: {
    approve: {
      proposed: 'Proposed {name}, which is not approved yet',
      already: '{name} was already approved',
      changed: '{name} changed since it was shown. Nothing was approved',
      gone: '{name} is gone. Nothing was approved',
      forbidden: 'The cluster did not let you approve {name}',
      refused: 'Countersign does not approve {name}',
      throttled: 'The cluster is busy. {name} was not approved',
      unknown: 'Whether {name} was approved is not known yet',
      error: '{name} was not approved',
    },
    deny: {
      // A denial is never proposed: one person is enough.
      proposed: '{name} was not denied',
      already: '{name} was already denied',
      changed: '{name} changed since it was shown. Nothing was denied',
      gone: '{name} is gone. Nothing was denied',
      forbidden: 'The cluster did not let you deny {name}',
      refused: 'Countersign did not deny {name}',
      throttled: 'The cluster is busy. {name} was not denied',
      unknown: 'Whether {name} was denied is not known yet',
      error: '{name} was not denied',
    },
    /** Shown when no approval of the bulk began. */
    noBulk: 'Nothing was approved',
    lookAgain: 'Look at it again before you decide.',
    readBack: 'The answer was lost. The row shows what the cluster says.',
  },
}
