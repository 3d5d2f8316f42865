import { requests } from '#lib/messages/en/counts.ts'
import { longSpan, span } from '#lib/messages/en/times.ts'

type Purpose = 'client' | 'serving' | 'other'
const named = (what: Purpose) => (what === 'other' ? '' : ` ${what}`)

/** `atOnce`: a click approves. `asked`: a click opens a dialog, which an ellipsis marks. */
type How = 'atOnce' | 'asked'
const more = (how: How) => (how === 'asked' ? '…' : '')

const folded = (passed: number, unknown: number) =>
  unknown === 0 ? `${passed} passed` : `${passed} passed, ${unknown} unknown`

/** The pages of one machine and of one request. */
export const machine = {
  crumb: 'Machines',
  openMachine: 'Open machine',
  otherRequests: 'Other requests',
  breadcrumb: 'Breadcrumb',
  copyName: 'Copy name',
  noAddress: 'no address yet',
  loading: 'Reading the details…',
  execAndLogs: {
    available: 'exec and logs available',
    unavailable: 'exec and logs unavailable',
    unknown: 'exec and logs not known',
  },
  /** A machine that the record knows and the cluster no longer has. */
  gone: {
    state: 'Not here any more',
    text: {
      nodeDeleted: (time: string) => `no request and no Node of this name; Node deleted ${time}`,
      decided: (time: string) => `no request and no Node of this name; last decided ${time}`,
      filed: (time: string) => `no request and no Node of this name; last request filed ${time}`,
    },
    search: 'Search the record',
    certificatesStay:
      'They stay good until then: Kubernetes has no way to revoke them. Without a Node of this name the client certificate may do little; it could still register one.',
    alike: 'Looking for another?',
    waits: 'waits for approval',
  },

  /** The decisions about one machine. */
  decisions: {
    title: 'Verdict when it was decided',
    titleGone: 'What is known of it',
    aside: 'From the record. Not judged again today.',
    noRecord: 'No record is kept, so the verdicts of that time are not known.',
    open: 'In the record',
    table: 'Decisions about this machine',
    columns: { when: 'When', what: 'What', verdict: 'Verdict at that moment', by: 'By' },
    undecided: 'Filed, never decided',
    filed: 'filed it',
    nodeDeleted: 'Node deleted',
    seenHere: 'Seen here',
    seenHereText: 'who deleted it is in the audit log',
  },

  certificates: {
    title: 'Certificates',
    client: 'Client ends',
    serving: 'Serving ends',
  },

  missing: {
    title: 'No machine of this name',
    text: 'No request, no Node and no Machine object names {name}. Kubernetes removes decided requests after an hour and pending ones after a day.',
    unread:
      'No request names {name}. Whether a Node or a Machine object does cannot be told: not all of them can be read.',
    back: 'Back to machines',
  },
  missingRequest: {
    title: 'This request is gone',
    text: 'It was deleted, or Kubernetes removed it: decided requests after an hour, pending ones after a day.',
    back: 'Back to requests',
  },
  failed: { title: 'The details could not be read', retry: 'Try again' },

  notes: {
    /** Shown before a decision to a person who may not make it. */
    forOthers: 'For someone who may approve',
  },

  time: {
    label: 'Time and stages',
    leftOfTheHour: 'Left of the hour',
    pastTheHour: 'Past the hour',
    firstRequestToJoined: 'From first request to joined',
    since: 'In this stage for',
    noClock: 'Nothing is waiting',
    lastQuarter: 'Last 15 minutes',
    duplicates: (count: number) => (count === 1 ? '1 duplicate' : `${count} duplicates`),
    hourEnds: (time: string) => `Hour ends ${time}.`,
    hourEnded: (time: string) => `Hour ended ${time}.`,
    nextDuplicate: (clock: string) => `Next duplicate in about ${clock}.`,
    duplicateDue: 'The next duplicate is due.',
    denyLosesNothing: 'Nothing is lost by denying: a real kubelet files again.',
    joined: (time: string) => `Joined ${time}.`,
    /** After a denied client request. */
    startsAgain: 'The hour starts again with the next request of the kubelet.',
    minutes: (count: number) => `+${count}`,
    minutesUnit: 'min',
  },

  steps: {
    stagesLabel: 'Stages',
    all: (count: number) => `All ${count} stages`,
    fewer: 'Only the stage that is now',
    newest: (at: string, newest: string) => `${at}, newest ${newest}`,
    requests: (count: number, superseded: number) =>
      superseded > 0 ? `${requests(count)}, ${superseded} superseded` : requests(count),
    after: (at: string, seconds: number) => `${at}, after ${longSpan(seconds)}`,
    approvedBy: 'Approved by {by}',
    needs: {
      approval: { mine: 'Needs your approval', others: 'Needs approval' },
      secondApproval: 'Needs a second approval',
      sameApproval: (minutes: number) => `With the same approval, followed for ${minutes} min`,
      followed: (time: string) => `With the same approval, followed until ${time}`,
      signer: 'Approved, waiting for the signer',
      newRequest: 'Nothing to approve until the kubelet files again',
      notFromHere: 'Refused: it cannot be approved here',
    },
    kubeletFiles: 'The kubelet files it after the client certificate',
    heldBack: (count: number) => (count === 1 ? '1 check fails' : `${count} checks fail`),
    readyMeans: 'Node is Ready, exec and logs work',
    execAndLogsWork: 'exec and logs work',
    notReadySince: (since: string) => `NotReady since ${since}`,
    failedAtSigner: 'Failed at the signer',
    denied: 'Denied',
  },

  checks: {
    title: 'Checks',
    tally: (pass: number, fail: number, unknown: number) =>
      [`${pass} pass`, fail > 0 ? `${fail} fail` : '', unknown > 0 ? `${unknown} unknown` : '']
        .filter(Boolean)
        .join(', '),
    addExpected: 'Add to the expected machines…',
    viewDecoded: 'View decoded request',
    /** Button that opens all sentences. */
    show: (passed: number, unknown: number) =>
      `Show ${folded(passed, unknown)}${unknown > 0 ? '' : ', all in full'}`,
    hide: (passed: number, unknown: number) => `Hide ${folded(passed, unknown)}`,
  },

  decoded: {
    title: 'Decoded request {name}',
    heading: 'Decoded request',
    description: 'What it asks for, and what is known of it',
    claimed: { title: 'In the request', text: 'The requestor’s own word' },
    stamped: { title: 'Who filed it', text: 'Stamped by the API server' },
    since: {
      title: 'Since then',
      text: 'Written by the person or program that decided, and by the signer',
    },
    unfaithful: 'This request cannot be shown exactly. What could be made out:',
    nothing: 'Nothing in it could be read as a certificate request.',
    commonName: 'Common name',
    organization: 'Organization',
    otherAttributes: 'Other attributes',
    dnsNames: 'DNS names',
    ipAddresses: 'IP addresses',
    otherNames: 'Other names',
    extensions: 'Extensions',
    key: 'Public key',
    signature: 'Signature',
    signatureValid: 'valid',
    signatureInvalid: 'does not verify',
    usages: 'Usages',
    requestor: 'Requestor',
    groups: 'Groups',
    fingerprint: 'Fingerprint',
    uid: 'UID',
    deletion: 'Deleted',
    deletionAt: (time: string) => `By the cluster soon after ${time}, unless it is decided before`,
    pem: 'PEM',
    copyPem: 'Copy PEM',
    certificate: 'Certificate',
    certificateValidity: (from: string, to: string) => `${from} to ${to}`,
    issuer: 'Issuer',
    serialNumber: 'Serial number',
    conditions: 'Conditions',
    none: 'None',
  },

  requests: {
    title: 'Requests',
    superseded: (count: number) => `${count} superseded`,
    table: 'Requests of this machine',
    supersededTag: 'superseded',
    scroll: 'Scrollable table',
    unlisted: (shown: number, older: number) =>
      `These are the newest ${shown}, and what can be decided and copied here is about them. The ${older} older ones are on the page of all requests.`,
  },

  commands: {
    title: 'The same in a terminal',
    approve: (what: string) => `Approve the ${what}, the newest first`,
    approveSuperseded: (what: string) => `Approve every superseded ${what}`,
    denyAll: (what: string) => `Deny every pending ${what}`,
    denyHeldBack: (what: string) => `Deny every ${what} that fails a check`,
    denySuperseded: (what: string) => `Deny every superseded ${what}`,
    describeThis: 'Look at this request',
    approveThis: 'Approve this request',
    denyThis: 'Deny this request',
    getNode: 'Look at the Node',
    watchNode: 'Watch for the Node',
    kinds: { client: 'client request', serving: 'serving request' },
    copy: (label: string) => `Copy: ${label}`,
  },

  node: {
    title: 'Node',
    view: 'View node',
    none: 'No Node of this name yet. The kubelet registers it with its client certificate.',
    unreadable: 'Nodes cannot be read with your rights.',
    ready: 'Ready',
    since: (time: string) => `since ${time}`,
    moreAddresses: 'More addresses',
    notRead: 'It has more than are read here',
    kubelet: 'Kubelet',
    servingCert: 'Serving cert',
    noneValid: 'None that is valid',
    certUnknown: 'Not known',
    certExpires: (seconds: number) =>
      seconds < 0 ? `expired ${span(-seconds)} ago` : `expires in ${span(seconds)}`,
    kubeletAsked: 'Kubelet asked',
    kubeletAnswers: {
      presented: 'It presented a certificate of this cluster.',
      noAddress: 'It was not asked: the Node has no InternalIP.',
      otherPort: 'It was not asked: the Node names a port that is never asked.',
      barredAddress: 'It was not asked: the Node’s addresses are never asked.',
      unreachable: 'Its port was not reached from here.',
      notTls: 'Its port answered without TLS.',
      noCertificate: 'It said that it has no certificate yet.',
      selfSigned: 'It presented a self-signed certificate.',
      unknownCa: 'It presented a certificate of an unknown CA.',
      expired: 'It presented a certificate that has expired.',
      notYetValid: 'It presented a certificate that is not valid yet.',
      unreadable: 'It presented a certificate that cannot be read strictly.',
      noCa: 'It answered, and no CA is known to verify its certificate.',
    },
    available: 'Available',
    unavailable: 'Unavailable',
    unknown: 'Not known',
    taints: 'Taints',
    unschedulable: 'SchedulingDisabled',
  },

  object: {
    title: 'Machine',
    none: 'No Machine object of this cluster names this node',
    absent: 'This cluster has no Machine objects',
    unreadable: 'Machine objects cannot be read with your rights',
    partly: 'None of the Machine objects that can be read names this node; not all of them can',
    label: 'Machine object',
    namespace: 'Namespace',
    api: 'API',
    phase: 'Phase',
    created: 'Created',
    nodeRef: 'Node reference',
    addresses: 'Addresses',
    none_: 'None',
  },

  activity: {
    title: 'Activity',
    all: 'All',
    ofMachine: 'All activity of this machine',
    requestFiled: {
      client: 'Client request {name} filed',
      serving: 'Serving request {name} filed',
      other: 'Request {name} filed',
    },
    requestApproved: '{name} approved',
    requestApprovedBy: '{by} approved {name}',
    requestDenied: '{name} denied',
    requestDeniedBy: '{by} denied {name}',
    requestFailed: 'The signer failed {name}',
    /** A quotation. */
    note: '“{note}”',
    certificateIssued: {
      client: 'Client certificate of {name} issued',
      serving: 'Serving certificate of {name} issued',
      other: 'Certificate of {name} issued',
    },
    machineCreated: 'Machine object {name} created',
    nodeCreated: 'Node registered',
    nodeReady: 'Node is Ready',
    nodeNotReady: 'Node is NotReady',
  },

  actions: {
    /** The newest request with its duplicates, then the serving request once it arrives. */
    approve: (how: How) => `Approve {name}${more(how)}`,
    clientOnly: { title: 'Client only', text: 'Its serving request then waits for you' },
    withNote: { title: 'With a note…', text: 'For the record, for example a change number' },
    withoutDuplicates: {
      title: (count: number) =>
        count === 1 ? 'Without the older duplicate' : `Without the ${count} older duplicates`,
      text: 'They stay pending until the cluster deletes them',
    },
    approveAlthough: {
      title: 'Approve although a check fails…',
      text: 'You type the node’s name; it is recorded and raises an alarm',
    },
    approveSuperseded: (how: How) => `Approve superseded${more(how)}`,
    deny: (what: Purpose) => `Deny${named(what)}…`,
    denySuperseded: 'Deny superseded…',
    denyText: {
      again: 'The kubelet files again within seconds',
      hourAgain: 'The kubelet files again within seconds, and the hour starts again',
    },
    more: 'More ways to decide',
  },

  /** The run that will approve the serving request; `time` is a time of day. */
  followed: (time: string) =>
    `Approved by {user}. The serving request is followed until ${time}, and approved when it passes.`,
}
