import type { Server } from 'node:http'
import { createServer, type Server as NetServer } from 'node:net'
import { unboundPort } from '#lib/metrics/unbound-port.ts'
import { LOOPBACK, type Ports } from '#lib/settings/hosts.ts'

export interface Listening {
  readonly ports: Ports
  readonly servers: readonly Server[]
}

/** Binds the address of team mode. */
export async function listenAt(
  make: () => Server,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<Listening | Trouble> {
  const server = make()
  const bound = await bind(server, port, host)
  if ('error' in bound) return { problem: unboundPort('COUNTERSIGN_LISTEN', bound.error) }
  return { ports: { scripts: bound.port, pages: null }, servers: [server] }
}

type Trouble = { readonly problem: string }

/**
 * For a name under `localhost` browsers may try this address first: no other program may answer
 * there.
 */
const LOOPBACK_6 = '::1'

/** Attempts to find a port that is free at both addresses. */
const TRIES = 10

/** Error codes of a machine without IPv6. */
const ABSENT: ReadonlySet<string | undefined> = new Set(['EADDRNOTAVAIL', 'EAFNOSUPPORT'])

/**
 * Binds the port (0: any free one) at both loopback addresses, and with `pagePort` another port for
 * pages. Binds all or none; returns what prevents it as a problem.
 */
export async function listen(
  make: () => Server,
  wanted: number,
  pagePort: boolean,
): Promise<Listening | Trouble> {
  const both = await bindBoth(make, wanted, TRIES)
  if ('problem' in both || !pagePort) return both
  const server = make()
  const bound = await bind(server, 0, LOOPBACK)
  if ('port' in bound) {
    return {
      ports: { ...both.ports, pages: bound.port },
      servers: [...both.servers, server],
    }
  }
  for (const one of both.servers) one.close()
  return { problem: bound.error.message }
}

async function bindBoth(
  make: () => Server,
  wanted: number,
  tries: number,
): Promise<Listening | Trouble> {
  const [server, server6] = [make(), make()]
  const bound = await bind(server, wanted, LOOPBACK)
  if ('error' in bound) return { problem: problemOf(bound.error, wanted, LOOPBACK) }
  const { port } = bound
  const ports = { scripts: port, pages: null }
  const bound6 = await bind(server6, port, LOOPBACK_6)
  if ('port' in bound6) return { ports, servers: [server, server6] }
  if (ABSENT.has(bound6.error.code)) return { ports, servers: [server] }
  server.close()
  return wanted === 0 && tries > 1 && isTaken(bound6.error)
    ? bindBoth(make, wanted, tries - 1)
    : { problem: problemOf(bound6.error, port, `[${LOOPBACK_6}]`) }
}

/** Whether the system resolves the name to a loopback address, tested by listening there. */
export async function isLoopbackName(name: string): Promise<boolean> {
  const server = createServer()
  const bound = await bind(server, 0, name)
  if ('error' in bound) return false
  const address = server.address()
  server.close()
  const at = typeof address === 'object' && address !== null ? address.address : ''
  return at.startsWith('127.') || at === LOOPBACK_6
}

function bind(
  server: NetServer,
  port: number,
  host: string,
): Promise<{ readonly port: number } | { readonly error: NodeJS.ErrnoException }> {
  return new Promise((resolve) => {
    server.once('error', (error) => resolve({ error }))
    server.listen(port, host, () => {
      const address = server.address()
      resolve({ port: typeof address === 'object' && address !== null ? address.port : port })
    })
  })
}

function isTaken({ code }: NodeJS.ErrnoException): boolean {
  return code === 'EADDRINUSE'
}

function problemOf(error: NodeJS.ErrnoException, port: number, host: string): string {
  if (!isTaken(error)) return error.message
  return `Port ${port} is taken at ${host}. Choose another with --port, or 0 for any free one.`
}
