/** Paths of pages. Names are strangers' text: always encode them. */
export const MACHINES_PATH = '/'
export const REQUESTS_PATH = '/requests'
export const NODES_PATH = '/nodes'
/** The second view of nodes: their kubelets' certificates. */
export const KUBELETS_PATH = `${NODES_PATH}?view=kubelets`
export const EXPECTED_PATH = '/expected'
export const POLICY_PATH = '/policy'
export const ACTIVITY_PATH = '/activity'
/** Under the tab of activity. */
export const RUNS_PATH = '/runs'

/** In the menu under the person's name. */
export const NOTIFICATIONS_PATH = '/notifications'

/** Pages with a tab, in its order; `g` and the letter lead there. */
export const PAGES = [
  { name: 'machines', path: MACHINES_PATH, letter: 'm' },
  { name: 'requests', path: REQUESTS_PATH, letter: 'r' },
  { name: 'nodes', path: NODES_PATH, letter: 'n' },
  { name: 'expected', path: EXPECTED_PATH, letter: 'e' },
  { name: 'policy', path: POLICY_PATH, letter: 'p' },
  { name: 'activity', path: ACTIVITY_PATH, letter: 'a' },
] as const

export function machinePath(name: string): string {
  return `/machines/${encodeURIComponent(name)}`
}

/** A request's page by uid: its name may hold anything, and may be used again. */
export function requestPath(uid: string): string {
  return `${REQUESTS_PATH}/${encodeURIComponent(uid)}`
}

/** The report of a run, for a ticket. */
export function runPath(id: string): string {
  return `${RUNS_PATH}/${encodeURIComponent(id)}`
}

/** The decisions about a machine. */
export function decisionsPath(machine: string): string {
  return `${ACTIVITY_PATH}?machine=${encodeURIComponent(machine)}`
}

/** The Node of that name, in its list. */
export function nodePath(name: string): string {
  return `${NODES_PATH}?q=${encodeURIComponent(name)}`
}

/** The editor of the list of expected machines, with this machine added. */
export function expectedPath(name: string): string {
  return `${EXPECTED_PATH}?add=${encodeURIComponent(name)}`
}
