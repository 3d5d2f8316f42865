import { randomBytes } from 'node:crypto'

/** Exact Host values that this server answers. */
export interface Hosts {
  readonly scheme: 'http' | 'https'
  /** The only origin of pages: no earlier program on a port of this machine had it. */
  readonly pages: string
  /** Hosts for probes and for scripts with a key, without pages. */
  readonly scripts: ReadonlySet<string>
}

/** Bound ports; `pages` is null when pages have a name instead of a port. */
export interface Ports {
  readonly scripts: number
  readonly pages: number | null
}

/** The IPv4 address that is listened on; names under `localhost` mean it too. */
export const LOOPBACK = '127.0.0.1'

/** A DNS label of 80 random bits. */
export function makeLabel(): string {
  return randomBytes(10).toString('hex')
}

export function hostsOf({ scripts, pages }: Ports, label: string): Hosts {
  return {
    scheme: 'http',
    pages: pages === null ? hostAt(`${label}.localhost`, scripts) : hostAt(LOOPBACK, pages),
    scripts: new Set([hostAt(LOOPBACK, scripts), hostAt('localhost', scripts)]),
  }
}

/** The hosts of team mode: one origin has all of it. */
export function hostsAt(publicUrl: string): Hosts {
  const { protocol, host } = new URL(publicUrl)
  return { scheme: protocol === 'https:' ? 'https' : 'http', pages: host, scripts: new Set() }
}

/** The Host value as a browser writes it. */
function hostAt(name: string, port: number): string {
  return port === 80 ? name : `${name}:${port}`
}

/**
 * Whether browsers here resolve names under `localhost`. Chromium and Firefox do themselves; Safari
 * asks the system, so on macOS the system must.
 */
export async function knowsNames(
  platform: NodeJS.Platform,
  label: string,
  isOurs: (name: string) => Promise<boolean>,
): Promise<boolean> {
  return platform !== 'darwin' || isOurs(`${label}.localhost`)
}
