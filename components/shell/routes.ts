/** Where things are shown. Names are strangers' text: always encoded, never pasted together. */
export const MACHINES_PATH = '/'
export const REQUESTS_PATH = '/requests'
export const NODES_PATH = '/nodes'
export const EXPECTED_PATH = '/expected'
export const POLICY_PATH = '/policy'
export const ACTIVITY_PATH = '/activity'

export function machinePath(name: string): string {
  return `/machines/${encodeURIComponent(name)}`
}

/** By uid: a request's name may hold anything, and may come back as another object. */
export function requestPath(uid: string): string {
  return `${REQUESTS_PATH}/${encodeURIComponent(uid)}`
}

/** The editor of the list of expected machines, with that machine added to what is there. */
export function expectedPath(name: string): string {
  return `${EXPECTED_PATH}?add=${encodeURIComponent(name)}`
}
