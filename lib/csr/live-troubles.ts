/** Reasons why a kubelet's port presents no certificate that counts. */
export const LIVE_TROUBLES = [
  /** The Node has no InternalIP. */
  'noAddress',
  /** The Node names a port that the rules do not allow. */
  'otherPort',
  /** All InternalIPs of the Node are barred. */
  'barredAddress',
  'unreachable',
  'notTls',
  /** TLS with the alert that a kubelet without a certificate sends. */
  'noCertificate',
  'selfSigned',
  'unknownCa',
  /** Issued by our CA, but expired. */
  'expired',
  /** Issued by our CA, but not yet valid by our clock. */
  'notYetValid',
  /** Issued by our CA, but not readable strictly. */
  'unreadable',
  /** No CA is known to verify the certificate with. */
  'noCa',
] as const
export type LiveTrouble = (typeof LIVE_TROUBLES)[number]
