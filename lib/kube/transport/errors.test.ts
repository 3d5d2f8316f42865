import { describe, expect, it } from 'vitest'
import { cause } from '#lib/csr/cause.ts'
import { said } from '#lib/kube/fixtures/said.ts'
import {
  isAborted,
  isConflict,
  isForbidden,
  isGone,
  isKubeError,
  isNotFound,
  isRefused,
  isServerError,
  isThrottled,
  isTooLarge,
  isUnauthorized,
  isUnreachable,
  KubeError,
  type KubeErrorFacts,
  mayHaveHappened,
} from '#lib/kube/transport/errors.ts'
import { networkError } from '#lib/kube/transport/network-error.ts'
import { parseRetryAfter, statusError } from '#lib/kube/transport/status-error.ts'

const QUESTIONS = {
  isAborted,
  isConflict,
  isForbidden,
  isGone,
  isNotFound,
  isRefused,
  isServerError,
  isThrottled,
  isTooLarge,
  isUnauthorized,
  isUnreachable,
  mayHaveHappened,
}
const status = (code: number): KubeErrorFacts => ({ kind: 'status', status: code })

describe('the questions to an error', () => {
  it.each<[string, KubeErrorFacts, (keyof typeof QUESTIONS)[]]>([
    ['401', status(401), ['isUnauthorized']],
    ['403', status(403), ['isForbidden']],
    ['404', status(404), ['isNotFound']],
    ['409', status(409), ['isConflict']],
    ['410', status(410), ['isGone']],
    ['422', status(422), []],
    ['429', status(429), ['isThrottled']],
    ['500', status(500), ['isServerError', 'mayHaveHappened']],
    ['504', status(504), ['isServerError', 'mayHaveHappened']],
    [
      'refused',
      { kind: 'network', code: 'ECONNREFUSED', sent: false },
      ['isRefused', 'isUnreachable'],
    ],
    ['reset', { kind: 'network', code: 'ECONNRESET' }, ['isUnreachable', 'mayHaveHappened']],
    ['timeout', { kind: 'timeout' }, ['isUnreachable', 'mayHaveHappened']],
    ['certificate', { kind: 'certificate', sent: false }, ['isUnreachable']],
    ['redirect', { kind: 'redirected', sent: false }, ['isUnreachable']],
    ['too large', { kind: 'tooLarge' }, ['isTooLarge', 'mayHaveHappened']],
    ['no credential', { kind: 'noCredential', sent: false }, ['isUnauthorized']],
    ['given up', { kind: 'aborted' }, ['isAborted', 'mayHaveHappened']],
  ])('an error answers the questions to it: %s', (_, facts, yes) => {
    const error = new KubeError(said('message'), facts)
    const answers = Object.entries(QUESTIONS).filter(([, question]) => question(error))
    expect(answers.map(([name]) => name)).toEqual(yes)
  })

  it('an unknown error answers only that nothing is known', () => {
    const answers = Object.entries(QUESTIONS).filter(([, question]) => question(new Error('bug')))
    expect(answers.map(([name]) => name)).toEqual(['mayHaveHappened'])
  })

  it('an error of another copy of the module answers the same', () => {
    const foreign = Object.assign(new Error('x'), {
      name: 'KubeError',
      kind: 'status',
      status: 409,
    })
    expect(isKubeError(foreign)).toBe(true)
    expect(isConflict(foreign)).toBe(true)
  })
})

describe('a Status', () => {
  const now = Date.UTC(2026, 10, 24, 12)

  it('a Status keeps the API server’s own message', () => {
    const body = { kind: 'Status', message: 'csr "a" not found', reason: 'NotFound', code: 404 }
    const error = statusError(body, { status: 404, now })
    expect(error).toMatchObject({ message: 'csr "a" not found', status: 404 })
  })

  it('a Status in a watch has its own code', () => {
    expect(statusError({ code: 410, message: 'old' }, { status: 0, now }).status).toBe(410)
    expect(statusError({ message: 'odd' }, { status: 0, now }).status).toBe(500)
  })

  it.each<[string, unknown]>([
    ['HTML', '<html>'],
    ['nothing', null],
    ['a message that is a number', { message: 7 }],
  ])('a Status that is %s leaves the number', (_, body) => {
    expect(statusError(body, { status: 502, now }).causes).toEqual([
      cause('apiServerAnswered', { status: 502 }),
    ])
  })

  it('a Status’s message is bounded, and its invisible characters are escaped', () => {
    const error = statusError({ message: `\u202e${'x'.repeat(5_000)}` }, { status: 400, now })
    expect(error.message.slice(0, 8)).toBe('\\u202exx')
    expect(error.message.length).toBeLessThan(1_100)
  })

  it.each<[string, string | undefined, number | null]>([
    ['none', undefined, null],
    ['seconds', '7', 7_000],
    ['zero', '0', null],
    ['a date', 'Tue, 24 Nov 2026 12:00:30 GMT', 30_000],
    ['a date gone by', 'Tue, 24 Nov 2026 11:00:00 GMT', 0],
    ['a day', '86400', 120_000],
    ['nonsense', 'soon', null],
    ['negative', '-5', 0],
  ])('the Retry-After is read: %s', (_, header, ms) => {
    expect(parseRetryAfter(header, now)).toBe(ms)
  })

  it('a Status without the header gives the wait in its details', () => {
    const body = { message: 'busy', details: { retryAfterSeconds: 3 } }
    expect(statusError(body, { status: 429, now }).retryAfterMs).toBe(3_000)
  })
})

describe('the network’s errors', () => {
  const thrown = (code: string) => Object.assign(new Error(`${code} at 10.0.0.1`), { code })
  it.each([
    ['ECONNREFUSED', 'network', false],
    ['ENOTFOUND', 'network', false],
    ['UND_ERR_CONNECT_TIMEOUT', 'timeout', false],
    ['ECONNRESET', 'network', true],
    ['UND_ERR_SOCKET', 'network', true],
    ['SOMETHING_NEW', 'network', true],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'certificate', false],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'certificate', false],
    ['CERT_HAS_EXPIRED', 'certificate', false],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'certificate', false],
  ])('the network’s error %s: %s, sent: %s', (code, kind, sent) => {
    const error = networkError(thrown(code), 'https://api:6443')
    expect(error).toMatchObject({ kind, sent, code })
    expect(error.message).toContain('https://api:6443')
  })

  it('the code is looked for behind the first error', () => {
    const outer = new Error('fetch failed', { cause: thrown('ECONNREFUSED') })
    expect(networkError(outer, 'https://api:6443').code).toBe('ECONNREFUSED')
  })
})
