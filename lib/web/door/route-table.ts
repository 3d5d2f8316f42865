import { RUN_ACTS } from '#lib/wire/run-answers.ts'

export type Method = 'GET' | 'HEAD' | 'POST' | 'DELETE'

/** A route that answers data instead of a page. */
export interface Route {
  /** `*` is any single segment. */
  readonly path: string
  readonly methods: readonly Method[]
  /** Allowed callers: the launch key or a session; also a page without one; every caller. */
  readonly open: 'withKey' | 'toPages' | 'toAll'
  /** Whether another site may send a browser there, as a provider does. */
  readonly isLinked?: true
  /** Most bytes of a POST's body, and those of a person who may approve, whose orders are long. */
  readonly body?: number
  readonly bodyOfApprover?: number
  /** Whether the route answers a session that may not see the cluster, too. */
  readonly isForAll?: true
  /** Whether an answer may take long, so that it takes no turn of others. */
  readonly isLong?: true
  /** Whether each POST may log, write or send something: they are counted (`acts` of the limits). */
  readonly isAct?: true
  /** Whether the act stops or pauses something. */
  readonly stops?: boolean
}

/** Bytes of: `{}` or a flag; a launch key or a token; a form; a document, or a list of requests. */
const [FLAG, KEY, FORM, TEXT] = [1024, 16 * 1024, 64 * 1024, 1024 * 1024]

const READ: readonly Method[] = ['GET', 'HEAD']
const WRITE: readonly Method[] = ['POST']
const READ_WRITE: readonly Method[] = [...READ, ...WRITE]
/** A list of at most 20,000 requests by uid. */
const LIST = { body: FORM, bodyOfApprover: TEXT } as const
/** An act that says no more than yes or no. */
const ACT = { methods: WRITE, open: 'withKey', body: FLAG, isAct: true } as const

/** All data routes. Other paths under `/api` are refused, even if Next knows them. */
export const ROUTES: readonly Route[] = [
  { path: '/livez', methods: READ, open: 'toAll' },
  { path: '/readyz', methods: READ, open: 'toAll' },
  { path: '/metrics', methods: READ, open: 'withKey' },
  { path: '/sign-in/oidc', methods: ['GET'], open: 'toAll', isLinked: true },
  { path: '/sign-in/callback', methods: ['GET'], open: 'toAll', isLinked: true },
  { path: '/api/session', methods: ['GET', 'HEAD', 'POST', 'DELETE'], open: 'toPages', body: KEY },
  { path: '/api/session/in-view', methods: WRITE, open: 'withKey', body: FLAG, isForAll: true },
  { path: '/api/snapshot', methods: READ, open: 'withKey' },
  { path: '/api/events', methods: ['GET'], open: 'withKey', isLong: true },
  { path: '/api/search', methods: READ, open: 'withKey' },
  { path: '/api/summary', methods: READ, open: 'withKey' },
  { path: '/api/machines', methods: READ, open: 'withKey' },
  { path: '/api/requests', methods: READ, open: 'withKey' },
  { path: '/api/nodes', methods: READ, open: 'withKey' },
  { path: '/api/activity', methods: READ, open: 'withKey' },
  { path: '/api/activity/export', methods: READ, open: 'withKey' },
  { path: '/api/activity/record', methods: READ, open: 'withKey' },
  { path: '/api/activity/joins', methods: READ, open: 'withKey' },
  { path: '/api/machines/*', methods: READ, open: 'withKey' },
  { path: '/api/requests/*', methods: READ, open: 'withKey' },
  { path: '/api/requests/*/record', methods: READ, open: 'withKey' },
  { path: '/api/alarms', methods: READ, open: 'withKey' },
  { path: '/api/alarms/dismiss', ...ACT },
  { path: '/api/notifications', methods: READ, open: 'withKey' },
  { path: '/api/notifications/test', ...ACT },
  { path: '/api/notifications/again', ...ACT },
  { path: '/api/plans', methods: WRITE, open: 'withKey', ...LIST },
  { path: '/api/plans/*', methods: READ, open: 'withKey' },
  { path: '/api/plans/*/script', methods: READ, open: 'withKey' },
  { path: '/api/runs', methods: READ_WRITE, open: 'withKey', ...LIST, isAct: true },
  { path: '/api/runs/*', methods: READ, open: 'withKey' },
  ...RUN_ACTS.map(
    (act): Route => ({
      path: `/api/runs/*/${act}`,
      ...ACT,
      stops: act === 'stop' || act === 'pause',
    }),
  ),
  { path: '/api/decisions', methods: WRITE, open: 'withKey', ...LIST, isLong: true },
  { path: '/api/nodes/kubelets', methods: READ_WRITE, open: 'withKey', body: FLAG },
  { path: '/api/nodes/in-view', methods: WRITE, open: 'withKey', body: FORM },
  { path: '/api/preferences', methods: READ_WRITE, open: 'withKey', body: FORM },
  { path: '/api/retry', methods: WRITE, open: 'withKey', body: FLAG },
  { path: '/api/expected', methods: READ_WRITE, open: 'withKey', body: TEXT, isAct: true },
  { path: '/api/expected/machines', methods: READ, open: 'withKey' },
  { path: '/api/expected/preview', methods: WRITE, open: 'withKey', body: TEXT },
  { path: '/api/policy', methods: READ_WRITE, open: 'withKey', body: TEXT, isAct: true },
  { path: '/api/policy/forecast', methods: READ, open: 'withKey' },
  { path: '/api/policy/preview', methods: WRITE, open: 'withKey', body: TEXT },
  { path: '/api/policy/pause', ...ACT, stops: true },
  { path: '/api/policy/release', ...ACT },
]

/** Documents of the guide, by their files' names. */
const DOCUMENTS = [
  ...['approver', 'attacker-model', 'benchmarks', 'changelog', 'expected-machines', 'glossary-ja'],
  ...['guide', 'http-api', 'install', 'notifications', 'policy', 'release', 'scripts', 'security'],
  ...['settings', 'sign-in', 'two-people', 'verify', 'versions'],
]

/**
 * Pages whose address has no parameter except the name of a document: the server draws them the
 * same for every person.
 */
export const STATIC_PAGES: ReadonlySet<string> = new Set([
  ...['/', '/activity', '/expected', '/guide', '/nodes', '/notifications', '/policy', '/requests'],
  '/runs',
  ...DOCUMENTS.map((name) => `/guide/${name}`),
])

/** Pages and their static files. */
export const PAGE_METHODS: readonly Method[] = READ

/** The route of a decoded path; null for a page and for an unknown path. */
export function routeOf(path: string): Route | null {
  return ROUTES.find((route) => matches(route.path, path)) ?? null
}

/** Most bytes of a body that any caller may send there. */
export function longestBody(route: Route | null): number {
  return route?.bodyOfApprover ?? route?.body ?? 0
}

/** True for a path that only routes may have: without a route it does not exist. */
export function isDataPath(path: string): boolean {
  return path === '/api' || path.startsWith('/api/')
}

function matches(pattern: string, path: string): boolean {
  const wanted = pattern.split('/')
  const segments = path.split('/')
  return (
    segments.length === wanted.length &&
    segments.every(
      (segment, at) => segment === wanted[at] || (wanted[at] === '*' && segment !== ''),
    )
  )
}
