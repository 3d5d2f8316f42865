/**
 * Undici's agents without its entry, which loads fetch, WebSocket, caches and mocks as well: 10 MB,
 * and 80 ms of each start.
 */
import type { Socket } from 'node:net'
import calls from 'undici/lib/api/index.js'
import buildConnector from 'undici/lib/core/connect.js'
import Agent from 'undici/lib/dispatcher/agent.js'
import Dispatcher from 'undici/lib/dispatcher/dispatcher.js'
import Pool from 'undici/lib/dispatcher/pool.js'
import ProxyAgent from 'undici/lib/dispatcher/proxy-agent.js'

// Undici's entry does this, too: `request()`, and `connect()` for a proxy.
Object.assign(Dispatcher.prototype, calls)

/**
 * Makes the pools of an agent. They tell of each connection to the server, also of one through a
 * proxy, before any byte of a call.
 */
export function poolsThatTell(onConnected: (socket: Socket) => void) {
  return (origin: string | URL, options: Pool.Options): Pool => {
    const connector =
      typeof options.connect === 'function'
        ? options.connect
        : buildConnector({ allowH2: false, ...options.connect })
    return new Pool(origin, {
      ...options,
      connect: (to, done) =>
        connector(to, (...answer) => {
          const [, socket] = answer
          if (socket !== null) onConnected(socket)
          done(...answer)
        }),
    })
  }
}

export { Agent, ProxyAgent }
