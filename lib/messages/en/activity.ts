/** The page of decisions. */
export const activity = {
  title: 'Activity',
  reach: {
    region: 'How far back this goes',
    title: 'Decisions as the cluster records them.',
    since: (when: string) => `The oldest is from ${when}.`,
    why: 'It goes back one to two hours: Kubernetes removes decided requests then, and after 24 h those that were approved and never issued.',
    trail:
      'Countersign’s whole trail is on its standard output, by request id; what others decide is in the API server’s audit log. A day of kubelets’ requests, as seen from here: {policy}.',
  },
  record: {
    title: 'Every decision on this cluster.',
    kept: (days: number) => `By people here, by programs and with kubectl. Kept for ${days} days.`,
    lost: (count: number) =>
      count === 1 ? '1 entry could not be kept' : `${count} entries could not be kept`,
    lostText: 'The record lacks them. Those of decisions are on the server’s standard output.',
  },
  nothingRecorded: 'Nothing was decided since the record began',
  joins: {
    title: 'Joins',
    period: 'Period',
    periods: (days: number) => (days === 365 ? 'Year' : `${days} days`),
    show: 'Show as',
    picture: 'Picture',
    table: 'Table',
    facts: {
      joined: 'Joined',
      late: 'Joined late',
      p50: 'Half Ready within',
      p95: '95 of 100 within',
      waiting: 'Began to wait',
    },
    longest: (span: string) => `longest ${span}`,
    /** A day of the picture: its numbers stand in the table, too. */
    about: (machines: string) => `${machines}. Arrow keys go from day to day.`,
    ofDay: (joined: number, late: number, waiting: number) =>
      `${joined} joined, ${late} late, ${waiting} began to wait`,
    within: (half: string, most: string) => `half within ${half}, 95 of 100 within ${most}`,
    today: 'Today',
    hour: '60 min',
    day: 'Day',
    none: 'No machine joined in this time.',
  },
  export: {
    label: 'Export',
    formats: { csv: 'CSV', json: 'JSON' },
    record: 'Whole record',
    recordOfMachine: 'Record of this machine',
    failed: 'The file could not be exported.',
  },
  against: {
    refused: 'although it was refused',
    suspicious: 'although it was suspicious',
  },
  filter: 'Machine, request, who, note',
  clearFilter: 'Clear the filter',
  decision: 'Decision',
  decisions: {
    all: 'All',
    approved: 'Approved',
    denied: 'Denied',
    failed: 'Failed',
    against: 'Against our checks',
  },
  noVerdicts: 'Without a record it is not known what the checks said before a decision',
  days: {
    label: 'Days',
    from: 'From',
    to: 'To',
    any: 'Any day',
    /** Days as shown; '' for an open end. */
    shown: (from: string, to: string) =>
      from === '' && to === ''
        ? 'Any day'
        : from === to
          ? from
          : from === ''
            ? `until ${to}`
            : to === ''
              ? `since ${from}`
              : `${from} – ${to}`,
    hint: 'Days of this browser’s time zone. A decision without a known time is on none of them.',
  },
  more: (rows: number) => `Show ${rows} more`,
  machineAlone: 'Machine:',
  everyMachine: 'Show every machine',
  origin: 'Decided',
  origins: {
    any: 'by anybody',
    people: 'by people here',
    automatic: 'automatically',
    elsewhere: 'elsewhere',
  },
  table: 'Decisions',
  columns: {
    when: 'When',
    decision: 'Decision',
    machine: 'Machine',
    verdict: 'Verdict at that moment',
    by: 'By',
    note: 'Note or message',
    audit: 'Audit-Id',
  },
  ago: (age: string) => `${age} ago`,
  noTime: 'Not known',
  approved: 'Approved',
  denied: 'Denied',
  failed: 'Failed',
  issued: 'Issued',
  notIssued: 'Not issued',
  failedAtSigner: 'Failed at its signer',
  signers: { client: 'client', serving: 'serving' },
  by: {
    countersign: '{by}',
    approver: 'Countersign’s approver',
    machineApprover: 'machine-approver',
    controllerManager: 'kube-controller-manager',
    kubectl: 'kubectl or oc',
    other: 'Something else',
    signer: 'Its signer',
  },
  /** Shown below the user. */
  how: {
    countersign: 'with Countersign',
    approver: '{by}',
    kubectl: 'it does not say by whom',
    signer: 'nobody had decided it',
  },
  proposedBy: 'proposed by {by}',
  noVerdict: '–',
  notSeenPending: 'Not judged: it was not seen while it was pending',
  noAuditId: '–',
  notWrittenHere: 'None: not decided with Countersign',
  copyAuditId: (request: string) => `Copy the Audit-Id of ${request}`,
  noNote: '–',
  tooLong: 'Too long to be listed: see the request',
  shown: (shown: number, all: number) =>
    `${shown} of ${all} decisions shown. Who decided and when is what the request in the cluster says: a person who may approve requests can write both.`,
  none: 'Nothing that was decided is in the cluster any more',
  noneText: 'What is approved, denied or failed appears here at once, whoever does it.',
  noMatch: 'No decision matches the filter',
}
