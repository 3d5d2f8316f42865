import { expect, it } from 'vitest'
import { OidcFailure } from '#lib/people/oidc/oidc-failure.ts'

it.each<[string, unknown, OidcFailure['failed'], string]>([
  ['the word of a person who cancels', { error: 'access_denied' }, 'cancelled', 'access_denied'],
  ['another word', { error: 'invalid_grant', code: 'OAUTH_X' }, 'refused', 'invalid_grant'],
  ['a word of the library', { code: 'OAUTH_X' }, 'refused', 'OAUTH_X'],
  ['a text', { error: 'no, eyJhbGciOi', code: 'OAUTH_X' }, 'refused', 'OAUTH_X'],
  ['a long word', { error: 'e'.repeat(65) }, 'refused', 'failed'],
  ['a client that is not taken', { status: 401, code: 'OAUTH_X' }, 'refused', 'invalid_client'],
  ['a provider in trouble', { status: 503, error: 'server_error' }, 'unreachable', 'server_error'],
  ['a provider with too much to do', { status: 429 }, 'unreachable', 'failed'],
  ['a connection that failed', new TypeError('fetch failed'), 'unreachable', 'failed'],
  ['a refused connection', unconnected('ECONNREFUSED'), 'unreachable', 'ECONNREFUSED'],
  [
    'a wrong argument',
    withCode(new TypeError('x'), 'ERR_INVALID_ARG'),
    'refused',
    'ERR_INVALID_ARG',
  ],
  ['an answer that never ends', caused('TimeoutError'), 'unreachable', 'OAUTH_PARSE_ERROR'],
  ['an answer that is broken off', caused('AbortError'), 'unreachable', 'OAUTH_PARSE_ERROR'],
  ['an answer that is no JSON', caused('SyntaxError'), 'refused', 'OAUTH_PARSE_ERROR'],
  ['nothing', undefined, 'refused', 'failed'],
  ['a text alone', 'eyJhbGciOi', 'refused', 'failed'],
])('a failed sign-in is told by a fixed word: %s', (_case, error, failed, reason) => {
  const failure = OidcFailure.of(error)
  expect(failure).toMatchObject({ failed, reason })
  expect(failure).not.toHaveProperty('cause')
  expect(OidcFailure.of(failure)).toBe(failure)
})

function withCode(error: Error, code: string): Error {
  return Object.assign(error, { code })
}

function unconnected(code: string): Error {
  return new TypeError('fetch failed', { cause: withCode(new Error('x'), code) })
}

/** The library's error for an unreadable body. */
function caused(name: string): Error {
  return withCode(new Error('x', { cause: new DOMException('x', name) }), 'OAUTH_PARSE_ERROR')
}
