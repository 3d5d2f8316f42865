import type { Sentence } from '#lib/csr/cause.ts'
import { explain } from '#lib/refusals/explain.ts'
import type { Problem } from '#lib/wire/wire.ts'

/** Stable codes of all refusals; scripts and the page switch on them. */
const TITLES = {
  badRequest: 'Bad request',
  unauthorized: 'Not signed in',
  wrongToken: 'Token not accepted',
  noAccess: 'No right to see',
  rightsUnknown: 'Rights unknown',
  slowDown: 'Too many tries',
  searchTooLong: 'Search too long',
  foreignHost: 'Foreign host',
  badUrl: 'Bad address',
  crossSite: 'Not from this page',
  notFound: 'Not found',
  methodNotAllowed: 'Method not allowed',
  notJson: 'Not JSON',
  lengthRequired: 'Length required',
  tooLarge: 'Too large',
  invalidBody: 'Invalid body',
  notLive: 'Not live',
  notAllowed: 'Not allowed',
  mayNotApprove: 'No right to approve',
  nothingLeft: 'Nothing left',
  tooManyRuns: 'Too many runs',
  notReady: 'Not ready',
  tooManyStreams: 'Too many streams',
  tooManyCalls: 'Too many calls',
  stopping: 'Stopping',
  internal: 'Internal error',
} as const

export type ProblemCode = keyof typeof TITLES

/** HTTP status of each refusal. */
export const STATUS: Readonly<Record<ProblemCode, number>> = {
  badRequest: 400,
  unauthorized: 401,
  wrongToken: 401,
  noAccess: 403,
  rightsUnknown: 503,
  slowDown: 429,
  searchTooLong: 422,
  foreignHost: 421,
  badUrl: 400,
  crossSite: 403,
  notFound: 404,
  methodNotAllowed: 405,
  notJson: 415,
  lengthRequired: 411,
  tooLarge: 413,
  invalidBody: 400,
  notLive: 409,
  notAllowed: 403,
  mayNotApprove: 403,
  nothingLeft: 409,
  tooManyRuns: 429,
  notReady: 503,
  tooManyStreams: 503,
  tooManyCalls: 429,
  stopping: 503,
  internal: 500,
}

export const PROBLEM_TYPE = 'application/problem+json'
export function problem(code: ProblemCode, why: Sentence | readonly Sentence[]): Problem {
  const [title, status] = [TITLES[code], STATUS[code]]
  return { type: 'about:blank', title, status, code, ...explain([why].flat()) }
}

export function problemResponse(
  code: ProblemCode,
  why: Sentence | readonly Sentence[],
  headers: Readonly<Record<string, string>> = {},
): Response {
  const body = problem(code, why)
  return new Response(JSON.stringify(body), {
    status: body.status,
    headers: { 'content-type': PROBLEM_TYPE, 'cache-control': 'no-store', ...headers },
  })
}
