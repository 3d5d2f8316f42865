import { type Cause, cause } from '#lib/csr/cause.ts'
import type { BrowserApis } from '#lib/query/edges.ts'
import { keyOf, proofOf, type Session, sessionOver } from '#lib/query/session.ts'
import type { Store } from '#lib/query/store.ts'
import type { Problem } from '#lib/wire/wire.ts'

/** The server's own words for why it did not do what was asked (RFC 9457, `code` is stable). */
export class ProblemError extends Error {
  readonly problem: Problem
  /** Seconds to wait, where the answer said so (429, 503). */
  readonly retryAfter: number | null

  constructor(problem: Problem, retryAfter: number | null = null) {
    super(`${problem.code}: ${problem.detail}`)
    this.name = 'ProblemError'
    this.problem = problem
    this.retryAfter = retryAfter
  }
}

/** Codes of problems that are found here, not at the server. */
export const UNREACHABLE = 'unreachable'
export const BAD_ANSWER = 'badAnswer'
/** Codes of the server's problem where a person may not see, or not before the API server answers. */
const SEES_NOTHING: ReadonlySet<string> = new Set(['noAccess', 'rightsUnknown'])

export interface ApiOptions {
  readonly method?: 'GET' | 'POST'
  readonly body?: unknown
  readonly signal?: AbortSignal | undefined
  readonly accept?: string
  /** ETag of a known answer: where it is still the same, the answer has status 304 and no body. */
  readonly etag?: string | null | undefined
}

/** An answer, and when it was asked for, milliseconds of this browser's clock. */
export interface Tagged<Answer> {
  /** ETag of the answer's state; null where the server sent none. */
  readonly etag: string | null
  readonly sentAt: number
  readonly answer: Answer
}

interface TaggedOptions<Answer> extends Pick<ApiOptions, 'signal'> {
  readonly known: Tagged<Answer> | undefined
}

export interface Api {
  /**
   * An answer with status 2xx, its body not yet read. Rejects with ProblemError, or with the
   * signal's reason when aborted. A redirect, 401 and 421 end the session for all tabs.
   */
  send(path: string, options?: ApiOptions): Promise<Response>
  /** The JSON of such an answer. Our own server wrote it: its shape is not checked again. */
  json<Answer>(path: string, options?: ApiOptions): Promise<Answer>
  /** The same with its ETag; `known` itself where the server says that it is still the same. */
  tagged<Answer>(path: string, options: TaggedOptions<Answer>): Promise<Tagged<Answer>>
}

export interface ApiParts extends Pick<BrowserApis, 'fetch' | 'localNow'> {
  readonly session: Store<Session>
  /** Taken before the server is asked; null without any. */
  readonly early: Pick<BrowserApis['early'], 'take'> | null
}

export function createApi(edges: ApiParts): Api {
  async function send(path: string, options: ApiOptions = {}): Promise<Response> {
    const session = edges.session.get()
    const proof = proofOf(session)
    const headers: Record<string, string> = {
      accept: options.accept ?? 'application/json',
      ...proof.headers,
    }
    if (options.body !== undefined) headers['content-type'] = 'application/json'
    if (options.etag != null) headers['if-none-match'] = options.etag
    let response: Response
    try {
      response = await edges.fetch(path, {
        method: options.method ?? 'GET',
        headers,
        body: options.body === undefined ? null : JSON.stringify(options.body),
        signal: options.signal ?? null,
        cache: 'no-store',
        credentials: proof.credentials,
        redirect: 'manual',
      })
    } catch (error) {
      if (options.signal?.aborted === true) throw error
      throw new ProblemError(unreachable(error))
    }
    if (response.ok || (response.status === 304 && options.etag != null)) return response
    const error = await toProblemError(response)
    // Our server redirects no call: a proxy in front sends whoever it has signed out to its sign-in.
    if (response.type === 'opaqueredirect' || endsSession(error.problem)) endSession(session)
    throw error
  }

  function endSession(asked: Session): void {
    // A slow answer to an old session must not end the new one.
    edges.session.change((now) => (keyOf(now) === keyOf(asked) ? sessionOver(now) : now))
  }

  return {
    send,
    async json(path, options = {}) {
      return bodyOf(await send(path, options), options.signal)
    },
    async tagged<Answer>(path: string, { known, signal }: TaggedOptions<Answer>) {
      const early = await edges.early?.take(path)
      if (early) return early as Tagged<Answer>
      const sentAt = edges.localNow()
      const response = await send(path, { signal, etag: known?.etag })
      if (response.status === 304 && known !== undefined) return known
      return { etag: response.headers.get('etag'), sentAt, answer: await bodyOf(response, signal) }
    },
  }
}

/** Our own server wrote it: its shape is not checked again. */
async function bodyOf<Answer>(
  response: Response,
  signal: AbortSignal | undefined,
): Promise<Answer> {
  try {
    return (await response.json()) as Answer
  } catch (error) {
    if (signal?.aborted === true) throw error
    throw new ProblemError(pageProblem(BAD_ANSWER, cause('serverAnswerNotJson'), response.status))
  }
}

/**
 * The session is over, the person may no longer see, or the server was started again and pages have
 * another address.
 */
export function endsSession({ status, code }: Pick<Problem, 'status' | 'code'>): boolean {
  return status === 401 || status === 421 || SEES_NOTHING.has(code)
}

/** Reads a problem+json answer; anything else (a proxy's page) becomes a problem of our own. */
export async function toProblemError(response: Response): Promise<ProblemError> {
  const retryAfter = retryAfterSeconds(response.headers.get('retry-after'))
  try {
    const body: unknown = await response.json()
    if (isProblem(body)) return new ProblemError(body, retryAfter)
  } catch {
    // not JSON: falls through
  }
  const { status, statusText: said } = response
  const why = cause('serverAnswered', { status, said })
  return new ProblemError(pageProblem(BAD_ANSWER, why, status), retryAfter)
}

/** The delta-seconds form, which is the one that API servers and our own send. */
export function retryAfterSeconds(header: string | null): number | null {
  return header !== null && /^\d{1,6}$/.test(header.trim()) ? Number(header.trim()) : null
}

export function problemOf(error: unknown): Problem {
  return error instanceof ProblemError ? error.problem : unreachable(error)
}

function isProblem(body: unknown): body is Problem {
  if (typeof body !== 'object' || body === null) return false
  const { title, status, code, detail, causes } = body as Partial<Record<keyof Problem, unknown>>
  return (
    typeof title === 'string' &&
    typeof status === 'number' &&
    typeof code === 'string' &&
    typeof detail === 'string' &&
    Array.isArray(causes)
  )
}

function unreachable(error: unknown): Problem {
  const said = error instanceof Error ? error.message : String(error)
  return pageProblem(UNREACHABLE, cause('serverUnreachable', { said }))
}

/** A problem that is found here, not at the server: its words are the page's alone. */
export function pageProblem(code: string, why: Cause, status = 0): Problem {
  const { code: detail } = why
  return { type: 'about:blank', title: code, status, code, detail, causes: [why] }
}
