import { randomBytes } from 'node:crypto'

/** The exact Host values that this server answers to. */
export interface Hosts {
  /** The one origin of pages: no program that had a port of this machine before has been there. */
  readonly pages: string
  /** For probes, and for scripts that send a key: no page is answered here. */
  readonly scripts: ReadonlySet<string>
}

/** Ports that were bound; `pages` is null where pages have a name instead of a port of their own. */
export interface Ports {
  readonly scripts: number
  readonly pages: number | null
}

/** The IPv4 address that is listened on; names under `localhost` mean it, too. */
export const LOOPBACK = '127.0.0.1'

/** A DNS label of 80 random bits. */
export function makeLabel(): string {
  return randomBytes(10).toString('hex')
}

export function hostsOf({ scripts, pages }: Ports, label: string): Hosts {
  return {
    pages: pages === null ? hostAt(`${label}.localhost`, scripts) : hostAt(LOOPBACK, pages),
    scripts: new Set([hostAt(LOOPBACK, scripts), hostAt('localhost', scripts)]),
  }
}

/** As a browser writes it. */
function hostAt(name: string, port: number): string {
  return port === 80 ? name : `${name}:${port}`
}

/**
 * Whether browsers open names under `localhost` here. Chromium and Firefox know them by themselves;
 * Safari asks the system, so that on macOS the system has to know them.
 */
export async function knowsNames(
  platform: NodeJS.Platform,
  label: string,
  isOurs: (name: string) => Promise<boolean>,
): Promise<boolean> {
  return platform !== 'darwin' || isOurs(`${label}.localhost`)
}
