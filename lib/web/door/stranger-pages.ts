import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http'
import { type Language, languageFor } from '#lib/messages/languages.ts'
import { browserPreferences, cookieWith } from '#lib/people/preference-store.ts'
import { OF_STRANGERS } from '#lib/refusals/limits.ts'
import { PROBLEM_TYPE } from '#lib/refusals/problem.ts'
import { createCallerTurns } from '#lib/web/door/caller-turns.ts'
import { drawnInMemory } from '#lib/web/door/drawn-in-memory.ts'
import { tooManyCalls } from '#lib/web/door/gate.ts'
import { STATIC_PAGES } from '#lib/web/door/route-table.ts'

/** Answers a request with a page, as Next does. */
export type Draw = (request: IncomingMessage, response: ServerResponse) => Promise<void>

/** A page that was drawn once. */
interface Drawing {
  readonly status: number
  readonly headers: OutgoingHttpHeaders
  /** The body, cut at each nonce. */
  readonly parts: readonly string[]
}

interface Wishes {
  readonly language: Language
  /** The preferences as the browser's cookie has them. */
  readonly cookie: string
}

/** A kept drawing depends only on these headers of its first caller. */
const KEPT_HEADERS: ReadonlySet<string> = new Set(['host', 'content-security-policy'])

/**
 * Answers pages to callers without a session. A page without a parameter is drawn once for each
 * language and each choice of preferences: the server draws no person into it. Other pages are
 * drawn one at a time, into memory, so that no slow reader holds up the next page.
 */
export function createStrangerPages(draw: Draw): Draw {
  const kept = new Map<string, Drawing>()
  const turns = createCallerTurns(1)
  let waiting = 0

  async function drawingFor(request: IncomingMessage, nonce: string): Promise<Drawing> {
    const name = keptNameOf(request)
    const known = name === null ? undefined : kept.get(name)
    if (known !== undefined) return known
    if (name !== null) leaveOnly(request, wishesOf(request))
    // The text is kept unpacked, because each answer gets a nonce of its own.
    delete request.headers['accept-encoding']
    const { status, headers, body } = await drawnInMemory(request, draw)
    // A file may be of any bytes, and has no nonce.
    const parts = body.toString('latin1').split(nonce)
    const drawing = { status, headers, parts }
    if (name !== null && status === 200) kept.set(name, drawing)
    return drawing
  }

  return async (request, response) => {
    const nonce = nonceOf(request)
    const known = kept.get(keptNameOf(request) ?? '')
    if (known !== undefined) return send(known, nonce, response)
    // Pages that wait, as many as the limit allows, take some ten seconds.
    if (waiting >= OF_STRANGERS.pages.inAll) return refuse(response)
    waiting += 1
    const turn = Promise.withResolvers<void>()
    const leave = turns('strangers', turn.resolve)
    try {
      await turn.promise
      if (!response.destroyed) send(await drawingFor(request, nonce), nonce, response)
    } finally {
      waiting -= 1
      leave()
    }
  }
}

/** Key of the kept drawing; null for a page with a parameter, and for Next's own calls. */
function keptNameOf(request: IncomingMessage): string | null {
  const { method, url = '', headers } = request
  const isNexts = Object.keys(headers).some((name) => name === 'rsc' || name.startsWith('next-'))
  if (method !== 'GET' || isNexts || !STATIC_PAGES.has(url)) return null
  const { language, cookie } = wishesOf(request)
  return `${language} ${cookie} ${url}`
}

/** The reader's choices. Each has few values: an unknown language counts as none. */
function wishesOf({ headers }: IncomingMessage): Wishes {
  const { theme, language: tag, letters } = browserPreferences(headers.cookie)
  const accepted = headers['accept-language'] ?? ''
  const language = languageFor(tag === null ? accepted : `${tag},${accepted}`)
  const [cookie = ''] = cookieWith({
    theme,
    language: tag === language ? tag : null,
    letters,
  }).split(';')
  return { language, cookie }
}

function leaveOnly({ headers }: IncomingMessage, { language, cookie }: Wishes): void {
  for (const name of Object.keys(headers)) if (!KEPT_HEADERS.has(name)) delete headers[name]
  Object.assign(headers, { 'accept-language': language, cookie })
}

/** The nonce that the gate made for this request. */
function nonceOf({ headers }: IncomingMessage): string {
  return /'nonce-([^']+)'/.exec(String(headers['content-security-policy']))?.[1] ?? ''
}

function send({ status, headers, parts }: Drawing, nonce: string, response: ServerResponse): void {
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) response.setHeader(name, value)
  }
  response.statusCode = status
  response.end(Buffer.from(parts.join(nonce), 'latin1'))
}

function refuse(response: ServerResponse): void {
  const { problem, headers } = tooManyCalls()
  response.writeHead(problem.status, { ...headers, 'content-type': PROBLEM_TYPE })
  response.end(JSON.stringify(problem))
}
