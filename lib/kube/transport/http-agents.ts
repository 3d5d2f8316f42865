/**
 * Undici's agents without its entry, which loads fetch, WebSocket, caches and mocks as well: 10 MB,
 * and 80 ms of each start.
 */
import calls from 'undici/lib/api/index.js'
import Agent from 'undici/lib/dispatcher/agent.js'
import Dispatcher from 'undici/lib/dispatcher/dispatcher.js'
import ProxyAgent from 'undici/lib/dispatcher/proxy-agent.js'

// Undici's entry does this, too: `request()`, and `connect()` for a proxy.
Object.assign(Dispatcher.prototype, calls)

export { Agent, ProxyAgent }
