/**
 * Paths of things that are made before the namespaces, inside which nothing can be fetched:
 * `run-installed.ts`.
 */
export interface Place {
  /** Cgroup that contains the Pods. */
  readonly cgroup: string
  /** Program that holds a Pod's namespaces. */
  readonly pause: string
  /** oauth2-proxy. */
  readonly signInProxy: string
  /** OCI archive of the product's image. */
  readonly archive: string
}

const VARIABLE = 'COUNTERSIGN_INSTALL_PLACE'

export function placeInEnv(place: Place): Readonly<Record<string, string>> {
  return { [VARIABLE]: JSON.stringify(place) }
}

export function readPlace(): Place {
  const text = process.env[VARIABLE]
  if (text === undefined) throw new Error('Run this by `node e2e/install/run-installed.ts`.')
  return JSON.parse(text) as Place
}
