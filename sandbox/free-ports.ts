import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'

// First port below Linux's ephemeral range, from which every outgoing connection takes one.
const FIRST = 20_000
const LAST = 32_767

/**
 * A free port for a server that announces its port before it listens, or reuses it. Port 0 would
 * allow other programs to take it in between. Throws when none is free.
 */
export async function lastingPort(): Promise<number> {
  for (let i = 0; i < 100; i++) {
    const port = randomInt(FIRST, LAST + 1)
    if (await isFree(port)) return port
  }
  throw new Error(`no free port from ${FIRST} to ${LAST}`)
}

/** Whether a server on loopback could bind the port now. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}
