import { canonicalIp, ipInPrefix } from '#lib/csr/addresses/ip.ts'
import { type Cause, cause } from '#lib/csr/cause.ts'
import {
  type Authorization,
  BINDING_HEADER,
  type KnownCaller,
  PEER_HEADER,
  type Proof,
} from '#lib/people/people.ts'
import { type ProblemCode, problem } from '#lib/refusals/problem.ts'
import type { Hosts } from '#lib/settings/hosts.ts'
import {
  isDataPath,
  longestBody,
  type Method,
  PAGE_METHODS,
  type Route,
  routeOf,
} from '#lib/web/door/route-table.ts'
import { isRouterState, ROUTER_STATE } from '#lib/web/door/router-state.ts'
import { dataHeaders, HSTS, pageHeaders, pagePolicy } from '#lib/web/door/security-headers.ts'
import type { Problem } from '#lib/wire/wire.ts'

/** The gate's view of an HTTP request: Node's `method`, `url` and `headersDistinct`. */
export interface GateRequest {
  readonly method: string
  readonly url: string
  /** Lower-case names, each with all its values. */
  readonly headers: Readonly<Record<string, readonly string[] | undefined>>
  /** Address of the connection's other end. */
  readonly peer?: string | undefined
}

export interface GatePolicy {
  readonly hosts: Hosts
  /** Allows the websocket and the calls of Next's development client. */
  readonly dev: boolean
  readonly authorize: (proof: Proof) => Authorization
  /** Team mode: prefixes of the proxies that are believed about a caller's address. */
  readonly proxies?: readonly string[]
  /** Whether these proxies are also believed about a token: one of them signs people in. */
  readonly believesTokens?: boolean
}

export type Refusal = Extract<GateAnswer, { readonly answer: 'refuse' }>
export type Passed = Extract<GateAnswer, { readonly answer: 'pass' }>

export type GateAnswer =
  | {
      readonly answer: 'refuse'
      readonly code: ProblemCode
      readonly problem: Problem
      readonly headers: Readonly<Record<string, string>>
    }
  | {
      readonly answer: 'pass'
      /** Headers for the response. */
      readonly headers: Readonly<Record<string, string>>
      /** Headers to set in the request before any other code reads it; null removes one. */
      readonly requestHeaders: Readonly<Record<string, string | null>>
      /** Null for a page or a file. */
      readonly route: Route | null
      /** The caller's address: that of the connection, or what a listed proxy says. */
      readonly address: string | undefined
      /** Length of the body, which is not read yet. */
      readonly bytes: number
      readonly proof: Proof
    }

/** Header with the token of OpenShift's oauth-proxy, whose `Authorization` has only a name. */
const PROXY_TOKEN = 'x-forwarded-access-token'

/** Headers that other readers might read differently when sent twice. */
const ONCE = [
  'host',
  'origin',
  'authorization',
  PROXY_TOKEN,
  'cookie',
  BINDING_HEADER,
  'sec-fetch-site',
  'sec-fetch-mode',
  'sec-fetch-dest',
  'content-type',
  'content-length',
  'transfer-encoding',
  ROUTER_STATE,
] as const

/**
 * Headers removed because no proxy in front is trusted, and Next would believe them. Next searches
 * `user-agent` for bots by a quadratic pattern: 1.3 s for 15 kB.
 */
const NEVER_BELIEVED =
  /^(x-forwarded-.*|forwarded|x-real-ip|x-original-.*|x-rewrite-.*|x-http-method.*|x-method-override|x-middleware-.*|x-matched-path|x-invoke-.*|x-now-.*|x-vercel-.*|content-security-policy.*|next-action|next-resume|user-agent)$/

/**
 * The only entrance for pages, files, data and stream. Pure: the caller passes a maker of nonces,
 * called for pages. Checks in order: Host, URL and method, origin, form, key.
 */
export function gate(asked: GateRequest, policy: GatePolicy, nonce: () => string): GateAnswer {
  for (const name of ONCE) {
    if ((asked.headers[name]?.length ?? 0) > 1)
      return refuse('badRequest', cause('headerTwice', { header: name }))
  }
  const request = withProxyToken(asked, policy)
  const host = one(request, 'host')
  const isPageHost = host === policy.hosts.pages
  if (host === undefined || !(isPageHost || policy.hosts.scripts.has(host))) {
    return refuse('foreignHost', cause('foreignHost'))
  }
  const path = readPath(request.url)
  if (path === null) return refuse('badUrl', cause('badUrl'))

  const route = routeOf(path)
  const isData = route !== null || isDataPath(path)
  if (isServiceWorker(request) || (route === null && (isData || path === '/_next/image'))) {
    return refuse('notFound', cause('nothingHere'))
  }
  if (!isData && !isPageHost) return refuse('foreignHost', cause('pagesElsewhere'))
  const methods = methodsOf(path, route, policy)
  if (!methods.some((method) => method === request.method)) {
    const allow = methods.join(', ')
    return refuse('methodNotAllowed', cause('onlyMethods', { methods: allow }), { allow })
  }

  if (!mayAuthorize(request, policy)) {
    return refuse('unauthorized', cause('notThisWay'))
  }

  const origin = `${policy.hosts.scheme}://${host}`
  const changes = request.method !== 'GET' && request.method !== 'HEAD'
  const stranger = changes ? foreignWrite(request, origin) : foreignRead(request, origin, route)
  if (stranger !== null) return refuse('crossSite', stranger)

  const misshapen = request.method === 'POST' ? badBody(request, route) : unwantedBody(request)
  if (misshapen !== null) return misshapen

  if (route !== null && needsKey(route, isPageHost)) {
    const refused = refusedKey(policy.authorize(proofOf(request)))
    if (refused !== null) return refused
  }
  const state = one(request, ROUTER_STATE)
  if (state !== undefined && !isRouterState(state)) {
    return refuse('badRequest', cause('headerUnreadable', { header: ROUTER_STATE }))
  }
  return pass(request, route, nonce, policy)
}

/** Websockets are only for Next's development client. */
export function gateUpgrade(request: GateRequest, policy: GatePolicy): boolean {
  const host = one(request, 'host')
  return (
    policy.dev &&
    host !== undefined &&
    host === policy.hosts.pages &&
    request.headers.origin?.length === 1 &&
    one(request, 'origin') === `${policy.hosts.scheme}://${host}` &&
    readPath(request.url)?.startsWith('/_next/') === true
  )
}

/** Refuses scripts of service workers, as no page registers one. */
function isServiceWorker(request: GateRequest): boolean {
  return (
    request.headers['service-worker'] !== undefined ||
    one(request, 'sec-fetch-dest') === 'serviceworker'
  )
}

/** Only a page exchanges the launch key; a script under another Host sends it directly. */
function needsKey({ open }: Route, isPageHost: boolean): boolean {
  return open === 'withKey' || (open === 'toPages' && !isPageHost)
}

/**
 * The path decoded once; null if readers could disagree: encoded separators or dots, double
 * encoding, empty or dot segments, non-ASCII.
 */
function readPath(url: string): string | null {
  if (url.length > 8192 || !/^\/[\x21-\x7e]*$/.test(url) || /[\\#]/.test(url)) return null
  const encoded = url.split('?', 1)[0] ?? ''
  if (/%(2e|2f|5c|25|[01][0-9a-f]|7f)/i.test(encoded)) return null
  const path = decode(encoded)
  if (path === null || path.includes('//')) return null
  return path.split('/').some((segment) => segment === '.' || segment === '..') ? null : path
}

function decode(text: string): string | null {
  try {
    return decodeURIComponent(text)
  } catch {
    return null
  }
}

function methodsOf(path: string, route: Route | null, policy: GatePolicy): readonly Method[] {
  if (route !== null) return route.methods
  return policy.dev && path.startsWith('/__nextjs_') ? ['GET', 'HEAD', 'POST'] : PAGE_METHODS
}

/** Why a write comes neither from this page nor from a script; null if it does. */
function foreignWrite(request: GateRequest, ours: string): Cause | null {
  const site = one(request, 'sec-fetch-site')
  const origin = one(request, 'origin')
  if (site === undefined && origin === undefined && !isScript(request)) {
    return cause('originMissing', { origin: ours })
  }
  if (site !== undefined && site !== 'same-origin') return cause('otherSite')
  if (origin !== undefined && origin !== ours) {
    return cause('otherOrigin')
  }
  return null
}

/**
 * A browser never adds a bearer key by itself, so a caller with one is a script and needs no
 * origin.
 */
function isScript(request: GateRequest): boolean {
  return isBearer(request) && request.headers.cookie === undefined
}

function isBearer(request: GateRequest): boolean {
  return /^bearer /i.test(one(request, 'authorization') ?? '')
}

/** Other sites may link to a page, but not frame it, embed a file or fetch data. */
function foreignRead(request: GateRequest, ours: string, route: Route | null): Cause | null {
  const origin = one(request, 'origin')
  if (origin !== undefined && origin !== ours) {
    return cause('otherOrigin')
  }
  const site = one(request, 'sec-fetch-site')
  if (site === undefined || site === 'same-origin' || site === 'none') return null
  const linked =
    (route === null || route.isLinked === true) &&
    one(request, 'sec-fetch-mode') === 'navigate' &&
    one(request, 'sec-fetch-dest') === 'document'
  return linked ? null : cause('otherSite')
}

function badBody(request: GateRequest, route: Route | null): GateAnswer | null {
  const type = one(request, 'content-type') ?? ''
  if (!/^application\/json(\s*;\s*charset="?utf-8"?)?$/i.test(type)) {
    return refuse('notJson', cause('bodyNotJsonType'))
  }
  const length = one(request, 'content-length')
  if (length === undefined || !/^\d+$/.test(length) || request.headers['transfer-encoding']) {
    return refuse('lengthRequired', cause('bodyLengthMissing'))
  }
  // A POST without a route is a call of Next's development client.
  return route === null ? null : tooLong(Number(length), longestBody(route))
}

function tooLong(length: number, bytes: number): Refusal | null {
  return length > bytes ? refuse('tooLarge', cause('bodyTooLarge', { bytes })) : null
}

function unwantedBody(request: GateRequest): GateAnswer | null {
  const length = one(request, 'content-length') ?? '0'
  return length === '0' && !request.headers['transfer-encoding']
    ? null
    : refuse('badRequest', cause('bodyUnwanted', { method: request.method }))
}

function refusedKey(authorization: Authorization): GateAnswer | null {
  switch (authorization) {
    case 'launchKey':
    case 'session':
      return null
    case 'slowDown':
      return refuse('slowDown', cause('tooManyKeys'), { 'retry-after': '5' })
    case 'missing':
    case 'wrong':
      return ofNobody()
  }
}

/** Uses a listed proxy's token, which it sends in a header of its own, as the bearer. */
function withProxyToken(request: GateRequest, policy: GatePolicy): GateRequest {
  const token = one(request, PROXY_TOKEN)
  if (token === undefined || isBearer(request) || !isTokenBelieved(request, policy)) return request
  return { ...request, headers: { ...request.headers, authorization: [`Bearer ${token}`] } }
}

function pass(
  request: GateRequest,
  route: Route | null,
  nonce: () => string,
  policy: GatePolicy,
): GateAnswer {
  const { hosts, proxies, dev } = policy
  const authorization = one(request, 'authorization')
  const requestHeaders: Record<string, string | null> =
    authorization === undefined ? {} : { authorization }
  for (const name of Object.keys(request.headers)) {
    if (NEVER_BELIEVED.test(name)) requestHeaders[name] = null
  }
  const address = callerAddress(request, policy)
  if (route !== null && route.open !== 'withKey') {
    requestHeaders[PEER_HEADER] = address ?? null
  }
  const hsts = hosts.scheme === 'https' ? HSTS : {}
  const bytes = Number(one(request, 'content-length') ?? 0)
  const proof = proofOf(request)
  const passed = { answer: 'pass', route, requestHeaders, address, bytes, proof } as const
  if (route !== null) return { ...passed, headers: { ...dataHeaders(), ...hsts } }
  const csp = pagePolicy(nonce(), dev)
  requestHeaders['content-security-policy'] = csp
  // For a browser on the same machine, packing a page's files takes longer than sending them.
  if (proxies === undefined) requestHeaders['accept-encoding'] = null
  return { ...passed, headers: { ...pageHeaders(csp), ...hsts } }
}

/** The caller's address. A listed proxy appends it as the last of `X-Forwarded-For`. */
function callerAddress(request: GateRequest, policy: GatePolicy): string | undefined {
  if (!isListedProxy(request, policy)) return request.peer
  const last = request.headers['x-forwarded-for']?.at(-1)?.split(',').at(-1)?.trim()
  return canonicalIp(last ?? '') ?? request.peer
}

/**
 * Reason that a person may not send this call, judged by its headers: their right to see, and the
 * body's length.
 */
export function gatePerson({ route, bytes }: Passed, person: KnownCaller): Refusal | null {
  if (route === null || route.open !== 'withKey') return null
  if (route.isForAll !== true) {
    if (person.viewRight === 'mayNot') return refuse('noAccess', cause('noAccess'))
    if (person.viewRight === 'unknown') return refuse('rightsUnknown', cause('rightsUnknown'))
  }
  const [ofViewer, ofApprover] = [route.body ?? 0, longestBody(route)]
  const isUnclear = person.mayApprove === null && bytes > ofViewer && bytes <= ofApprover
  if (isUnclear) return refuse('rightsUnknown', cause('rightsUnknown'))
  return tooLong(bytes, person.mayApprove === false ? ofViewer : ofApprover)
}

/** The answer to a call without a valid key, session or token. */
export function ofNobody(): Refusal {
  return refuse('unauthorized', cause('keyMissing'), { 'www-authenticate': 'Bearer' })
}

/** The answer where a caller has as many calls, or bytes of bodies, under way as allowed. */
export function tooManyCalls(): Refusal {
  return refuse('tooManyCalls', cause('tooManyCalls'), { 'retry-after': '1' })
}

/** The answer where a caller, or all callers together, have acted as often as allowed in a minute. */
export function tooManyActs(): Refusal {
  return refuse('tooManyCalls', cause('tooManyActs'), { 'retry-after': '60' })
}

function refuse(
  code: ProblemCode,
  why: Cause,
  headers: Readonly<Record<string, string>> = {},
): Refusal {
  return {
    answer: 'refuse',
    code,
    problem: problem(code, why),
    headers: { ...dataHeaders(), 'cache-control': 'no-store', ...headers },
  }
}

function proofOf(request: GateRequest): Proof {
  return {
    authorization: one(request, 'authorization'),
    cookie: one(request, 'cookie'),
    binding: one(request, BINDING_HEADER),
  }
}

function one(request: GateRequest, name: (typeof ONCE)[number]): string | undefined {
  return request.headers[name]?.[0]
}

/** In team mode only the proxy that signs people in may send an `Authorization` header. */
function mayAuthorize(request: GateRequest, policy: GatePolicy): boolean {
  if (policy.proxies === undefined || request.headers.authorization === undefined) return true
  return isTokenBelieved(request, policy)
}

function isTokenBelieved(request: GateRequest, policy: GatePolicy): boolean {
  return policy.believesTokens === true && isListedProxy(request, policy)
}

function isListedProxy({ peer = '' }: GateRequest, { proxies = [] }: GatePolicy): boolean {
  return proxies.some((prefix) => ipInPrefix(peer, prefix))
}
