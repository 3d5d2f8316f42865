export type Method = 'GET' | 'HEAD' | 'POST' | 'DELETE'

/** A way in that answers data instead of a page. */
export interface Route {
  /** `*` stands for one segment. */
  readonly path: string
  readonly methods: readonly Method[]
  /** Whether it answers only with the launch key or a session. */
  readonly needsKey: boolean
}

const READ: readonly Method[] = ['GET', 'HEAD']
const WRITE: readonly Method[] = ['POST']

/** Every data route there is. What is not in here is refused under `/api`, whatever Next knows. */
export const ROUTES: readonly Route[] = [
  { path: '/livez', methods: READ, needsKey: false },
  { path: '/readyz', methods: READ, needsKey: false },
  { path: '/metrics', methods: READ, needsKey: true },
  { path: '/api/session', methods: ['POST', 'DELETE'], needsKey: false },
  { path: '/api/snapshot', methods: READ, needsKey: true },
  { path: '/api/stream', methods: ['GET'], needsKey: true },
  { path: '/api/machines/*', methods: READ, needsKey: true },
  { path: '/api/requests/*', methods: READ, needsKey: true },
  { path: '/api/alarms/dismiss', methods: WRITE, needsKey: true },
  { path: '/api/preflight', methods: WRITE, needsKey: true },
  { path: '/api/decisions', methods: WRITE, needsKey: true },
  { path: '/api/decisions/halt', methods: WRITE, needsKey: true },
  { path: '/api/nodes/in-view', methods: WRITE, needsKey: true },
  { path: '/api/retry', methods: WRITE, needsKey: true },
  { path: '/api/expected', methods: ['GET', 'HEAD', 'POST'], needsKey: true },
  { path: '/api/expected/preview', methods: WRITE, needsKey: true },
  { path: '/api/policy', methods: ['GET', 'HEAD', 'POST'], needsKey: true },
  { path: '/api/policy/forecast', methods: READ, needsKey: true },
  { path: '/api/policy/preview', methods: WRITE, needsKey: true },
  { path: '/api/policy/pause', methods: WRITE, needsKey: true },
  { path: '/api/policy/release', methods: WRITE, needsKey: true },
]

/** Pages and their static files. */
export const PAGE_METHODS: readonly Method[] = READ

/** The route of a decoded path, or null: then it is a page's or nobody's. */
export function routeOf(path: string): Route | null {
  return ROUTES.find((route) => matches(route.path, path)) ?? null
}

/** Paths that hold data only: what has no route there does not exist. */
export function isDataPath(path: string): boolean {
  return path === '/api' || path.startsWith('/api/')
}

function matches(pattern: string, path: string): boolean {
  if (!pattern.endsWith('/*')) return pattern === path
  const prefix = pattern.slice(0, -1)
  const rest = path.slice(prefix.length)
  return path.startsWith(prefix) && rest !== '' && !rest.includes('/')
}
