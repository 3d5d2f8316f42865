import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { request } from 'node:http'
import { connect as connectTcp, type Socket } from 'node:net'
import { connect, type DetailedPeerCertificate } from 'node:tls'
import { expect, it } from 'vitest'
import { CLIENT_SIGNER, CSRS, contract, csrPath, decide, SERVING_SIGNER } from './contract.ts'
import { until } from './raw-client.ts'

/** Facts that the product learns from a kubelet's port, beside the API's objects. */

const NAME = 'contract-kubelet'
/** Places where clusters publish the CA of their kubelets' serving certificates. */
const AUTHORITIES = [
  ['openshift-config-managed', 'csr-controller-ca', 'ca-bundle.crt'],
  ['kube-system', 'kube-root-ca.crt', 'ca.crt'],
] as const

contract('kubelets', (open) => {
  /**
   * The machine's pending request of that signer, once it exists; other tests leave other requests.
   */
  async function pending(nodeName: string, signerName: string) {
    const selector = encodeURIComponent(`spec.signerName=${signerName}`)
    const asks = async () => {
      const { body } = await open().as.admin.call('GET', `${CSRS}?fieldSelector=${selector}`)
      return body.items.find(({ spec, status }: typeof body) => {
        return !('conditions' in status) && subjectOf(spec.request).includes(nodeName)
      })
    }
    return await until(asks, (csr) => csr !== undefined)
  }

  async function authority(): Promise<string> {
    for (const [namespace, name, key] of AUTHORITIES) {
      const path = `/api/v1/namespaces/${namespace}/configmaps/${name}`
      const { status, body } = await open().as.admin.call('GET', path)
      if (status === 200) return body.data[key]
    }
    throw new Error('no CA is published')
  }

  async function askKubelet(nodeName: string) {
    const { body } = await open().as.admin.call('GET', `/api/v1/nodes/${nodeName}`)
    const { addresses, daemonEndpoints } = body.status
    const { address: host } = addresses.find(({ type }: typeof body) => type === 'InternalIP')
    const { Port: port } = daemonEndpoints.kubeletEndpoint
    return await shakeHands({ host, port, proxy: open().kubelets.proxy }, await authority())
  }

  it('a kubelet has no certificate until its serving request is issued, and then presents that one', async ({
    skip,
    onTestFinished,
  }) => {
    const { kubelets, as } = open()
    skip(kubelets.leftOut !== null, kubelets.leftOut ?? '')
    await kubelets.start(NAME)
    onTestFinished(() => kubelets.stop(NAME))
    await decide(as.admin, await pending(NAME, CLIENT_SIGNER))
    const serving = await pending(NAME, SERVING_SIGNER)
    expect(serving.spec.username).toBe(`system:node:${NAME}`)
    // The API server's alert for a missing certificate: "internal error".
    expect(await askKubelet(NAME)).toEqual({
      error: 'ERR_SSL_TLSV1_ALERT_INTERNAL_ERROR',
    })

    await decide(as.admin, serving)
    const live = await until(
      () => askKubelet(NAME),
      (answer) => !('error' in answer),
    )
    const { body: issued } = await as.admin.call('GET', csrPath(serving.metadata.name))
    const certificate = new X509Certificate(Buffer.from(issued.status.certificate, 'base64'))
    expect(live).toMatchObject({
      vouched: true,
      peer: { serialNumber: certificate.serialNumber, subjectaltname: certificate.subjectAltName },
    })
  })
})

/** Printable part of a request: in DER a name is plain text. */
function subjectOf(request: string): string {
  const pem = Buffer.from(request, 'base64').toString()
  return Buffer.from(pem.replace(/-----[^-]+-----/g, ''), 'base64').toString('latin1')
}

/** Result of a TLS handshake: the certificate's owner, or OpenSSL's error. */
type Handshake =
  | { readonly peer: DetailedPeerCertificate; readonly vouched: boolean }
  | { readonly error: string }

interface Where {
  readonly host: string
  readonly port: number
  /** Behind that HTTP proxy. */
  readonly proxy: URL | null
}

/** Performs only a handshake; `vouched`: the certificate is by that CA. */
async function shakeHands(where: Where, ca: string): Promise<Handshake> {
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
