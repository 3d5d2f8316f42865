import { KubeError } from '#lib/kube/errors.ts'

/** What Node says when the certificate on the other side is not to be trusted. */
const CERTIFICATE_WORDS: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'has expired',
  CERT_NOT_YET_VALID: 'is not valid yet: are the clocks right?',
  CERT_REVOKED: 'is revoked',
  ERR_TLS_CERT_ALTNAME_INVALID: 'is for another host name',
  HOSTNAME_MISMATCH: 'is for another host name',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'is self-signed, and is not the CA of the kubeconfig',
  SELF_SIGNED_CERT_IN_CHAIN: 'was issued by a CA that is not the one in the kubeconfig',
  UNABLE_TO_GET_ISSUER_CERT: 'was issued by a CA that is not the one in the kubeconfig',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'was issued by a CA that is not the one in the kubeconfig',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'was issued by a CA that is not the one in the kubeconfig',
  CERT_SIGNATURE_FAILURE: 'was not signed by the CA in the kubeconfig',
  CERT_UNTRUSTED: 'is not trusted',
  CERT_REJECTED: 'is not trusted',
  CERT_CHAIN_TOO_LONG: 'has too long a chain',
  INVALID_CA: 'was issued by what is not a CA',
  INVALID_PURPOSE: 'is not for a server',
}

/** `never`: the connection did not open, so nothing of the request can have arrived. */
const NETWORK_WORDS: Readonly<Record<string, { readonly words: string; readonly never?: true }>> = {
  ECONNREFUSED: { words: 'Nothing listens there: connection refused.', never: true },
  ENOTFOUND: { words: 'There is no host of that name.', never: true },
  EAI_AGAIN: { words: 'The name server does not answer.', never: true },
  UND_ERR_CONNECT_TIMEOUT: { words: 'No connection within 10 s.', never: true },
  EHOSTUNREACH: { words: 'No route to that host.' },
  ENETUNREACH: { words: 'No route to that network.' },
  ETIMEDOUT: { words: 'The other side went silent.' },
  ECONNRESET: { words: 'The connection was reset.' },
  EPIPE: { words: 'The connection was closed.' },
  UND_ERR_SOCKET: { words: 'The connection was closed.' },
  UND_ERR_DESTROYED: { words: 'The connection was closed.' },
  UND_ERR_CLOSED: { words: 'The connection was closed.', never: true },
  ERR_SSL_WRONG_VERSION_NUMBER: { words: 'What listens there does not speak TLS.', never: true },
}

/** Whatever the network threw, in words an admin can act on. `server` is for the message only. */
export function networkError(thrown: unknown, server: string): KubeError {
  const code = codeOf(thrown)
  const certificate = CERTIFICATE_WORDS[code]
  const options = { cause: thrown }
  if (certificate !== undefined) {
    const message = `The certificate of ${server} ${certificate} (${code}). Nothing was sent.`
    return new KubeError(message, { kind: 'certificate', sent: false, code }, options)
  }
  const known = NETWORK_WORDS[code]
  const words = known?.words ?? (thrown instanceof Error ? thrown.message : 'Connection failed.')
  const kind = code === 'UND_ERR_CONNECT_TIMEOUT' || code === 'ETIMEDOUT' ? 'timeout' : 'network'
  const facts = { kind, sent: known?.never !== true, code } as const
  return new KubeError(`Cannot reach ${server}. ${words}`, facts, options)
}

/** The code of an error or of what caused it. */
function codeOf(thrown: unknown): string {
  for (let error = thrown, depth = 0; error instanceof Error && depth < 4; depth += 1) {
    if ('code' in error && typeof error.code === 'string') return error.code
    error = error.cause
  }
  return ''
}
