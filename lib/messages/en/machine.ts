import { requests } from '#lib/messages/en/counts.ts'
import { longSpan, span } from '#lib/messages/en/times.ts'
import { unconfirmed } from '#lib/messages/en/unconfirmed.ts'

type Purpose = 'client' | 'serving' | 'other'
const named = (what: Purpose) => (what === 'other' ? '' : ` ${what}`)

/** A click approves at once, or opens a dialog; an ellipsis marks the dialog. */
type How = 'atOnce' | 'asked'
const more = (how: How) => (how === 'asked' ? '…' : '')

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
    addExpected: 'Add expected machines…',
    plausible: {
      title: 'Well-formed, but nothing independent says this machine is yours.',
      unconfirmed,
      list: 'A list of expected machines confirms the next ones.',
    },
    rebootstrapping: {
      title: (age: string) => `A Node with this name has been in the cluster for ${age}.`,
      text: 'A kubelet asks again when its client certificate expired or the machine was installed anew. If neither happened, someone else may be asking for its name.',
      viewNode: 'View node',
    },
  },

  time: {
    label: 'Time and stages',
    leftOfTheHour: 'Left of the hour',
    pastTheHour: 'Past the hour',
    firstRequestToJoined: 'First request to joined',
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
    minutes: (count: number) => `+${count}`,
    minutesUnit: 'min',
  },

  steps: {
    stagesLabel: 'Stages',
    newest: (at: string, newest: string) => `${at}, newest ${newest}`,
    requests: (count: number, superseded: number) =>
      superseded > 0 ? `${requests(count)}, ${superseded} superseded` : requests(count),
    after: (at: string, seconds: number) => `${at}, after ${longSpan(seconds)}`,
    approvedBy: 'Approved by {by}',
    needs: {
      approval: { mine: 'Needs your approval', others: 'Needs approval' },
      secondApproval: 'Needs a second approval',
      signer: 'Approved, waiting for the signer',
      newRequest: 'Nothing to approve until the kubelet files again',
      notFromHere: 'Not from here',
    },
    kubeletFiles: 'The kubelet files it after the client certificate',
    heldBack: (count: number) =>
      count === 1 ? 'Held back: 1 check failed' : `Held back: ${count} checks failed`,
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
    decided: 'This request is decided, so it is no longer judged.',
    viewDecoded: 'View decoded request',
    showPassed: (count: number) => `Show ${count} passed`,
    hidePassed: (count: number) => `Hide ${count} passed`,
  },

  decoded: {
    title: 'Decoded request {name}',
    heading: 'Decoded request',
    description: 'What it asks for, and what is known of it',
    claimed: { title: 'In the request', text: 'The word of whoever filed it' },
    stamped: { title: 'Who filed it', text: 'Stamped by the API server' },
    since: {
      title: 'Since then',
      text: 'Written by whoever decided, and by the signer',
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
    deletionAt: (time: string) => `By the cluster soon after ${time}, if nobody decides it`,
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
    superseded: (count: number) => `${count} superseded: the kubelet waits for the newest only`,
    table: 'Requests of this machine',
    supersededTag: 'superseded',
    scroll: 'Scrollable table',
    unlisted: (shown: number, older: number) =>
      `These are the newest ${shown}, and what can be decided and copied here is about them. The ${older} older ones are on the page of all requests.`,
  },

  commands: {
    title: 'Equivalent commands',
    aside: 'The same in a terminal',
    describe: (what: string) => `Look at the newest ${what}`,
    approveNewest: (what: string) => `Approve the newest ${what}`,
    approveAll: (what: string) => `Approve every pending ${what}, the newest first`,
    approveSuperseded: (what: string) => `Approve every superseded ${what} of this machine`,
    denyAll: (what: string) => `Deny every pending ${what} of this machine`,
    denyHeldBack: (what: string) => `Deny every ${what} of this machine that fails a check`,
    denySuperseded: (what: string) => `Deny every superseded ${what} of this machine`,
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
    view: 'View nodes',
    none: 'No Node of this name yet. The kubelet registers it once its client certificate is issued.',
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
    execAndLogs: 'exec, logs',
    available: 'Available',
    unavailable: 'Unavailable',
    unknown: 'Not known',
    taints: 'Taints',
    none_: 'None',
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
    ofMachine: 'Activity of this machine',
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
    /** One click decides the newest request; the others are superseded (see the bulk dialog). */
    approve: (what: Purpose, count: number, how: How) =>
      `Approve${count > 1 ? ` newest of ${count}${named(what)} requests` : named(what)}${more(how)}`,
    approveMachine: 'Approve machine…',
    approveBoth: 'Approve both',
    withNote: 'With a note…',
    approveSuperseded: (how: How) => `Approve superseded${more(how)}`,
    deny: (what: Purpose) => `Deny${named(what)}…`,
    denySuperseded: 'Deny superseded…',
  },
}
