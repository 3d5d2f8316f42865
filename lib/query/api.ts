import { type Cause, cause } from '#lib/csr/cause.ts'
import type { BrowserApis } from '#lib/query/edges.ts'
import { keyOf, proofOf, type Session, sessionOver } from '#lib/query/session.ts'
import type { Store } from '#lib/query/store.ts'
import type { Problem } from '#lib/wire/wire.ts'

/** The server's own words for a refusal or failure (RFC 9457; `code` is stable). */
export class ProblemError extends Error {
  readonly problem: Problem

  constructor(problem: Problem) {
    super(`${problem.code}: ${problem.detail}`)
    this.name = 'ProblemError'
    this.problem = problem
  }
}

/** Codes of problems found by the page itself. */
export const UNREACHABLE = 'unreachable'
export const BAD_ANSWER = 'badAnswer'
/** Codes for a person who may not see, or whose right to see the API server has not confirmed. */
const SEES_NOTHING: ReadonlySet<string> = new Set(['noAccess', 'rightsUnknown'])

export interface ApiOptions {
  readonly method?: 'GET' | 'POST'
  readonly body?: unknown
  readonly signal?: AbortSignal | undefined
  readonly accept?: string
  /** ETag of a known answer: if nothing changed, the answer is status 304 without a body. */
  readonly etag?: string | null | undefined
}

/** An answer, and when it was asked for, in milliseconds of this browser's clock. */
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
   * signal's reason when aborted. A redirect, 401 and 421 end the session in all tabs.
   */
  send(path: string, options?: ApiOptions): Promise<Response>
  /** The JSON of a 2xx answer. Our own server wrote it: its shape is not checked again. */
  json<Answer>(path: string, options?: ApiOptions): Promise<Answer>
  /** The JSON with its ETag. Returns `known` itself where the server says that nothing changed. */
  tagged<Answer>(path: string, options: TaggedOptions<Answer>): Promise<Tagged<Answer>>
}

export interface ApiParts extends Pick<BrowserApis, 'fetch' | 'localNow'> {
  readonly session: Store<Session>
  /** Early answers, taken before the server is asked; null for none. */
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
    // Our server redirects no call. A redirect is a proxy's, to its sign-in.
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
 * True where the session is over, the person may no longer see, or pages have another address since
 * the server was started again.
 */
export function endsSession({ status, code }: Pick<Problem, 'status' | 'code'>): boolean {
  return status === 401 || status === 421 || SEES_NOTHING.has(code)
}

/**
 * Reads a problem+json answer; any other body, such as a proxy's page, becomes a problem of our
 * own.
 */
export async function toProblemError(response: Response): Promise<ProblemError> {
  try {
    const body: unknown = await response.json()
    if (isProblem(body)) return new ProblemError(body)
  } catch {
    // not JSON: falls through
  }
  const { status, statusText: said } = response
  const why = cause('serverAnswered', { status, said })
  return new ProblemError(pageProblem(BAD_ANSWER, why, status))
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

/** A problem found by the page itself, with the page's own words. */
export function pageProblem(code: string, why: Cause, status = 0): Problem {
  const { code: detail } = why
  return { type: 'about:blank', title: code, status, code, detail, causes: [why] }
}
