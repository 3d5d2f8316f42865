import { requests } from '#lib/messages/en/counts.ts'
import { span } from '#lib/messages/en/times.ts'
import { clock } from '#lib/messages/grammar/time.ts'

const duplicates = (count: number) => (count === 1 ? '1 duplicate' : `${count} duplicates`)

export const common = {
  product: 'Countersign',
  close: 'Close',
  cancel: 'Cancel',
  copied: 'Copied',
  /** Shown below the newest toasts. */
  moreToasts: (count: number) => (count === 1 ? 'and 1 more' : `and ${count} more`),
  retryNow: 'Retry now',
  none: '—',
  noMachine: 'Names no machine',
  selection: {
    region: 'Selection',
    selected: '{count} selected',
    clear: 'Clear',
    hidden: (count: number) => `(${count} hidden by the filter)`,
  },
  rowsNotRead: { title: 'The rows cannot be read', text: 'Countersign said: {message}' },
  /** Shown for a file that the page could not save. */
  notSaved: 'The file could not be saved.',
  requests,
  duplicates,

  stages: {
    clientRequested: 'Client requested',
    clientIssued: 'Client issued',
    servingRequested: 'Serving requested',
    servingIssued: 'Serving issued',
    ready: 'Ready',
    failed: 'Failed',
    denied: 'Denied',
    waitingForSigner: 'Approved, waiting for signer',
    /** Read before the stage's name by screen readers, which do not see the dots. */
    position: (step: number) => `Stage ${step} of 5: `,
  },

  verdicts: {
    verified: 'Verified',
    plausible: 'Plausible',
    suspicious: 'Suspicious',
    refused: 'Refused',
    /** Replaces the two approving verdicts while a source that could contradict them is lost. */
    partlyJudged: 'Not fully checked',
  },

  deadline: {
    overdue: (seconds: number) => `Overdue ${span(seconds)}`,
    left: (seconds: number) => clock(seconds),
  },

  actions: {
    approveClient: 'Approve client',
    approveServing: 'Approve serving',
    review: 'Review',
    approving: 'Approving…',
    denying: 'Denying…',
    /** Accessible name of the button, for screen readers that read it without its row. */
    named: (action: string, name: string) => `${action} for ${name}`,
    /** Label of a button that opens a dialog first. */
    asks: (action: string) => `${action}…`,
  },

  /** Controls of a list whose rows keep their places while a person points at them. */
  changes: {
    bringIn: (count: number) => (count === 1 ? '1 change' : `${count} changes`),
    spoken: 'The list has changed. Press u to bring the changes in.',
    left: 'No longer in this list',
  },

  /** Reasons that a decision is disabled. */
  off: {
    notLive: 'Off until the connection is back: what you see may be old.',
    notRead: 'Off while the cluster does not let you read what requests are checked against.',
    unauthorized: 'Off until the cluster accepts your credentials again.',
    withheld: 'Off until all that requests are checked against is known and up to date.',
    notReviewed: 'Off until the cluster has said what you may do.',
    notRecorded: 'Off until the record, which is required, can be written again.',
    notListed:
      'Countersign decides only about signers that its settings or its policy list, and this one is not listed.',
    noApproval: {
      title: 'You can’t approve or deny requests',
      spoken:
        'You can’t approve or deny requests: your role lacks the verb update on certificatesigningrequests/approval.',
    },
    noSigner: {
      title: (signer: 'client' | 'serving' | 'other' | 'several') =>
        signer === 'other'
          ? 'You can’t approve requests of this signer'
          : signer === 'several'
            ? 'You can’t approve requests of these signers'
            : `You can’t approve ${signer} requests`,
      spoken: (signerNames: readonly string[]) =>
        signerNames.length === 1
          ? `You can’t decide this request: your role lacks the verb approve on the signer ${signerNames[0]}.`
          : `You can’t decide these requests: your role lacks the verb approve on the signers ${signerNames.join(', ')}.`,
    },
    askAdmin: 'Ask a cluster admin to run this command. It gives you what is missing:',
    copyCommand: 'Copy the command',
    commandCopied: 'Command copied',
    copyRule: 'Copy the missing rule',
    ruleCopied: 'Rule copied',
  },
}
