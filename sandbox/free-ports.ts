import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'

// Below those that Linux gives to whoever asks for any, which is each connection that is made.
const FIRST = 20_000
const LAST = 32_767
const TRIES = 100

/**
 * One that nobody has, for a server that says it before it listens, or comes back to it: unlike one
 * that was asked for as 0, it is not given to others in between. Throws when it finds none.
 */
export async function lastingPort(): Promise<number> {
  for (let i = 0; i < TRIES; i++) {
    const port = randomInt(FIRST, LAST + 1)
    if (await isFree(port)) return port
  }
  throw new Error(`no free port from ${FIRST} to ${LAST}`)
}

/** Whether a server on this machine alone could have it now. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}
