const forAll = 'It holds for everybody, and the record keeps your name with it.'

/** Alarms of requests, with a machine or without. Names in `what` come from lib/csr/claim/issued.ts. */
export const alarm = {
  section: 'Alarms',
  sectionHint:
    'A certificate differs from the request that was approved, or a request was approved that our checks held back. Look at these first.',
  column: 'What is wrong',
  more: (count: number) => (count === 1 ? 'and 1 more' : `and ${count} more`),
  /** Number of alarms dropped since the server started. */
  dropped: (count: number) =>
    count === 1
      ? '1 more was dropped here, as there were too many.'
      : `${count} more were dropped here, as there were too many.`,
  droppedRecorded: 'The record has every alarm.',
  /** Shown below the gravest alarms of a machine. */
  others: (count: number) =>
    count === 1
      ? 'This machine has 1 more alarm. It comes up once the one above is marked as seen.'
      : `This machine has ${count} more alarms. They come up once those above are marked as seen.`,
  knownSince: 'Known here since {since}.',
  row: 'Issued, but not as approved',
  /** A row lists the first few differences. */
  differs: (whats: readonly string[]) => `Differs: ${whats.join(', ')}`,
  unreadableRow: 'Its certificate cannot be read',
  title: 'A certificate of this machine is not what was approved.',
  titleRequest: 'The certificate that was issued is not what was approved.',
  text: 'Request {name} was approved for one thing, and the signer issued another. The certificate is valid all the same: the holder of its key can use it until it ends.',
  unreadable:
    'Request {name} was approved, and what the signer issued for it cannot be read as a certificate. What it grants is not known.',
  remedy:
    'Find out who signs for this cluster, and whether another identity can write the status of requests. Until that is clear, approve nothing more for this machine. A certificate cannot be revoked: if this one gives what it must not, replace the CA that issued it.',
  /** For a request that names no machine. */
  remedyAlone:
    'Find out who signs for this cluster, and whether another identity can write the status of requests. A certificate cannot be revoked: if this one gives what it must not, replace the CA that issued it.',
  viewRequest: 'View request',
  /** `since` is a time of day. */
  kept: 'Known here since {since}. It stays until a person marks it as seen, or until a restart where no record is kept. Until then nothing of this machine is approved in bulk.',
  keptAlone:
    'Known here since {since}. It stays until a person marks it as seen, or until a restart where no record is kept.',
  dismiss: 'Mark as seen…',
  dismissTitle: 'Mark this alarm as seen?',
  dismissText: `Do so when it is clear who issued the certificate, and why. ${forAll} The certificate stays valid. Requests of this machine are then judged as before.`,
  dismissTextAlone: `Do so when it is clear who issued the certificate, and why. ${forAll} The certificate stays valid.`,
  confirmDismiss: 'Mark as seen',
  dismissing: 'Marking…',
  dismissed: 'The alarm is marked as seen, for everybody.',
  notDismissed: 'The alarm was not marked as seen.',
  table: 'What was asked for, and what was issued',
  what: 'What',
  asked: 'Asked for and approved',
  issued: 'Issued',
  none: 'None',
  seconds: (text: string) => `${text} s`,
  whats: {
    commonName: 'Common name',
    organization: 'Organization',
    subject: 'Other attributes',
    dnsNames: 'DNS names',
    ipAddresses: 'IP addresses',
    otherNames: 'Other names',
    key: 'Public key',
    extKeyUsage: 'Usages',
    authority: 'May sign certificates',
    lifetime: 'Lifetime',
    unreadable: 'Cannot be read exactly',
  } as Readonly<Record<string, string>>,
  unlisted: 'Something else',
  spoken: {
    issuedOtherwise: {
      one: (name: string) => `Alarm: a certificate of ${name} is not what was approved.`,
      alone: (request: string) =>
        `Alarm: the certificate of request ${request} is not what was approved.`,
      many: (count: number) => `Alarm: ${count} certificates are not what was approved.`,
    },
    approvedAgainst: {
      one: (name: string) => `Alarm: a request of ${name} was approved against its checks.`,
      alone: (request: string) => `Alarm: request ${request} was approved against its checks.`,
      many: (count: number) => `Alarm: ${count} requests were approved against their checks.`,
    },
  },
  /** A request that a person or program approved although a check had failed. */
  against: {
    row: { refused: 'Approved although refused', suspicious: 'Approved although suspicious' },
    title: {
      refused: 'A request of this machine was approved although our checks refused it.',
      suspicious: 'A request of this machine was approved although our checks suspected it.',
    },
    titleRequest: {
      refused: 'This request was approved although our checks refused it.',
      suspicious: 'This request was approved although our checks suspected it.',
    },
    text: 'Request {name} was approved by {who}, as its condition says: every identity with the right to approve can write that. Failed checks: {checks}.',
    remedy:
      'Find out who approved it, and why: {decisions} and the API server’s audit log say more. If it was a mistake, take the machine from the network and delete its Node. Its certificate cannot be revoked: the holder of the key can use it until it ends.',
    /** For a request that names no machine. */
    remedyAlone:
      'Find out who approved it, and why: the API server’s audit log says more. Its certificate cannot be revoked: the holder of the key can act under its names until it ends. If it gives what it must not, replace the CA that issued it.',
    by: 'Approved by {who}, as its condition says.',
    decisions: 'the decisions about this machine',
    kept: 'Known here since {since}. It stays until a person marks it as seen. Requests of this machine are judged as before.',
    dismissText: `Do so when it is clear who approved the request, and why. ${forAll}`,
  },
}
