import { isIPv6 } from 'node:net'
import type { Duplex } from 'node:stream'

/** An import of `node:http` would also load Node's own fetch: 10 MB. */
const { request } = process.getBuiltinModule('node:http')

/**
 * Opens a connection through an HTTP proxy (RFC 9110 §9.3.6, CONNECT). Rejects when the proxy is
 * unreachable or refuses, and when the signal aborts.
 */
export function tunnel(
  proxy: URL,
  { host, port }: { readonly host: string; readonly port: number },
  signal: AbortSignal,
): Promise<Duplex> {
  const authority = `${isIPv6(host) ? `[${host}]` : host}:${port}`
  return new Promise((resolve, reject) => {
    request({
      host: proxy.hostname.replace(/^\[|\]$/g, ''),
      port: proxy.port || 80,
      method: 'CONNECT',
      path: authority,
      headers: { host: authority, ...credentialOf(proxy) },
      agent: false,
      signal,
    })
      .once('connect', ({ statusCode = 0 }, socket) => {
        if (statusCode >= 200 && statusCode < 300) {
          resolve(socket)
          return
        }
        socket.destroy()
        reject(new Error(`the proxy answers ${statusCode}`))
      })
      .on('error', reject)
      .end()
  })
}

function credentialOf({ username, password }: URL): Record<string, string> {
  if (username === '') return {}
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  return { 'proxy-authorization': `Basic ${Buffer.from(pair).toString('base64')}` }
}
