import { once } from 'node:events'
import { request } from 'node:http'
import { connect as connectTcp, type Socket } from 'node:net'
import { connect, type DetailedPeerCertificate } from 'node:tls'

/** Result of a TLS handshake: the certificate's owner, or OpenSSL's error. */
export type Handshake =
  | { readonly peer: DetailedPeerCertificate; readonly vouched: boolean }
  | { readonly error: string }

interface Where {
  readonly host: string
  readonly port: number
  /** Behind that HTTP proxy. */
  readonly proxy: URL | null
}

/** Performs only a handshake; `vouched`: the certificate is by that CA. */
export async function shakeHands(where: Where, ca: string): Promise<Handshake> {
  const through = await reach(where)
  // The address is no name of the certificate; the caller checks the names.
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
