import { type CauseCode, cause } from '#lib/csr/cause.ts'
import { codeOf, KubeError } from '#lib/kube/transport/errors.ts'

/** Node's error codes for an untrusted server certificate. */
const CERTIFICATE_CAUSES: Readonly<Record<string, Extract<CauseCode, `certificate${string}`>>> = {
  CERT_HAS_EXPIRED: 'certificateExpired',
  CERT_NOT_YET_VALID: 'certificateNotYetValid',
  CERT_REVOKED: 'certificateRevoked',
  ERR_TLS_CERT_ALTNAME_INVALID: 'certificateOtherHost',
  HOSTNAME_MISMATCH: 'certificateOtherHost',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'certificateSelfSigned',
  SELF_SIGNED_CERT_IN_CHAIN: 'certificateOtherIssuer',
  UNABLE_TO_GET_ISSUER_CERT: 'certificateOtherIssuer',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'certificateOtherIssuer',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'certificateOtherIssuer',
  CERT_SIGNATURE_FAILURE: 'certificateBadSignature',
  CERT_UNTRUSTED: 'certificateNotTrusted',
  CERT_REJECTED: 'certificateNotTrusted',
  CERT_CHAIN_TOO_LONG: 'certificateLongChain',
  INVALID_CA: 'certificateNoCa',
  INVALID_PURPOSE: 'certificateNoServer',
}

const NETWORK_CAUSES: Readonly<
  Record<
    string,
    Exclude<
      Extract<CauseCode, `network${string}`>,
      'networkSaid' | 'networkNotOpened' | 'networkFailed'
    >
  >
> = {
  ECONNREFUSED: 'networkRefused',
  ENOTFOUND: 'networkNoHost',
  EAI_AGAIN: 'networkNameServer',
  EHOSTUNREACH: 'networkNoRouteToHost',
  ENETUNREACH: 'networkNoRoute',
  ETIMEDOUT: 'networkSilent',
  ECONNRESET: 'networkReset',
  EPIPE: 'networkClosed',
  UND_ERR_SOCKET: 'networkClosed',
  UND_ERR_DESTROYED: 'networkClosed',
  UND_ERR_CLOSED: 'networkClosed',
  ERR_SSL_WRONG_VERSION_NUMBER: 'networkNoTls',
}

/** Codes of connections that never opened, so nothing of the request arrived. */
const NEVER_OPENED: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_CLOSED',
  'ERR_SSL_WRONG_VERSION_NUMBER',
])

export const CONNECT_TIMEOUT_MS = 10_000

/** A network failure as a KubeError that an admin can act on. `server` is for its text only. */
export function networkError(thrown: unknown, server: string): KubeError {
  const code = codeOf(thrown)
  const certificate = CERTIFICATE_CAUSES[code]
  const options = { cause: thrown }
  if (certificate !== undefined) {
    const facts = { kind: 'certificate', sent: false, code } as const
    return new KubeError(cause(certificate, { server, code }), facts, options)
  }
  const kind = code === 'UND_ERR_CONNECT_TIMEOUT' || code === 'ETIMEDOUT' ? 'timeout' : 'network'
  const facts = { kind, sent: !NEVER_OPENED.has(code), code } as const
  return new KubeError(networkCause(thrown, code, server), facts, options)
}

function networkCause(thrown: unknown, code: string, server: string) {
  const known = NETWORK_CAUSES[code]
  if (known !== undefined) return cause(known, { server })
  if (code === 'UND_ERR_CONNECT_TIMEOUT') {
    return cause('networkNotOpened', { server, seconds: CONNECT_TIMEOUT_MS / 1_000 })
  }
  return thrown instanceof Error
    ? cause('networkSaid', { server, said: thrown.message })
    : cause('networkFailed', { server })
}
