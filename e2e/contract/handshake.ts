import { once } from 'node:events'
import { request } from 'node:http'
import { connect as connectTcp, type Socket } from 'node:net'
import { connect, type DetailedPeerCertificate } from 'node:tls'

/** How a TLS handshake ends: with whose certificate, or with which error of OpenSSL's. */
export type Handshake =
  | { readonly peer: DetailedPeerCertificate; readonly vouched: boolean }
  | { readonly error: string }

interface Where {
  readonly host: string
  readonly port: number
  /** Behind that HTTP proxy. */
  readonly proxy: URL | null
}

/** A handshake and nothing more; `vouched`: by that CA. */
export async function shakeHands(where: Where, ca: string): Promise<Handshake> {
  const through = await reach(where)
  // It is asked by its address: which names are in the certificate is for whoever reads it.
  const checkServerIdentity = () => undefined
  const socket = connect({ socket: through, ca, rejectUnauthorized: false, checkServerIdentity })
  try {
    await once(socket, 'secureConnect')
    return { peer: socket.getPeerCertificate(true), vouched: socket.authorized }
  } catch (error) {
    return { error: (error as Error & { code?: string }).code ?? String(error) }
  } finally {
    socket.destroy()
    through.destroy()
  }
}

async function reach({ host, port, proxy }: Where): Promise<Socket> {
  if (proxy === null) {
    const socket = connectTcp(port, host)
    await once(socket, 'connect')
    return socket
  }
  const call = request(proxy, { method: 'CONNECT', path: `${host}:${port}`, agent: false }).end()
  const [{ statusCode }, socket] = await once(call, 'connect')
  if (statusCode !== 200) throw new Error(`the proxy answers ${statusCode}`)
  return socket
}
