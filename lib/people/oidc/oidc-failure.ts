/** A sign-in that ended without tokens. */
export interface FailedSignIn {
  readonly failed: 'cancelled' | 'refused' | 'unreachable'
  /** A code for the log, such as `invalid_grant`: never a token, nor a text of any length. */
  readonly reason: string
}

/** A failed call to the provider. The library's error is dropped: its cause contains tokens. */
export class OidcFailure extends Error implements FailedSignIn {
  readonly failed: FailedSignIn['failed']
  readonly reason: string

  constructor(failed: FailedSignIn['failed'], reason: string) {
    super(`OpenID provider: ${failed} (${reason})`)
    this.name = 'OidcFailure'
    this.failed = failed
    this.reason = reason
  }

  static of(error: unknown): OidcFailure {
    if (error instanceof OidcFailure) return error
    const reason = reasonOf(error)
    if (isUnreachable(error)) return new OidcFailure('unreachable', reason)
    return new OidcFailure(reason === 'access_denied' ? 'cancelled' : 'refused', reason)
  }
}

/** The provider's `error`, or the code of the library or the connection, if it is one word. */
function reasonOf(error: unknown): string {
  const { error: said, code, status, cause } = Object(error) as Readonly<Record<string, unknown>>
  // The library keeps the challenge's own code in an array of its cause.
  if (status === 401) return 'invalid_client'
  return [said, code, Object(cause).code].find(isWord) ?? 'failed'
}

function isWord(text: unknown): text is string {
  return typeof text === 'string' && /^[\w.-]{1,64}$/.test(text)
}

/** Whether the connection failed, the answer took too long, or the provider itself failed. */
function isUnreachable(error: unknown): boolean {
  const { status } = Object(error) as { readonly status?: unknown }
  if (typeof status === 'number') return status >= 500 || status === 429
  if (!(error instanceof Error)) return false
  // A failed `fetch` has no code. The library's TypeError about an argument has one.
  if (error instanceof TypeError && !('code' in error)) return true
  if (error.name === 'TimeoutError' || error.name === 'AbortError') return true
  return isUnreachable(error.cause)
}
