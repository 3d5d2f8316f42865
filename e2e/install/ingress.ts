/** The cluster's ingress: browsers reach it over TLS, and it calls a Service over plain HTTP. */
import { once } from 'node:events'
import { request } from 'node:http'
import { createServer } from 'node:https'
import { Authority } from '#sandbox/authority.ts'
import { until } from '#sandbox/control-plane/wait-until.ts'

const ADDRESS = '127.0.0.1'

/**
 * Serves the name at this machine's port 443, and ends with the namespaces. Resolves when the
 * Service accepts connections: kube-proxy refuses them for a moment after the Pods are ready.
 */
export async function startIngress(name: string, service: string): Promise<string> {
  await until(`the Service at ${service} to answer`, () =>
    fetch(`http://${service}:443/livez`).catch(() => null),
  )
  const { certificate, privateKey } = new Authority('ingress-ca', Date.now()).issueWithKey({
    commonName: name,
    servesAt: { name, ip: ADDRESS },
    now: Date.now(),
  })
  const server = createServer({ cert: certificate, key: privateKey }, (incoming, outgoing) => {
    const { method, url: path, headers } = incoming
    const call = request({ host: service, port: 443, method, path, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(outgoing)
      // The answer broke off after its head: the browser must not take it for whole.
      answer.on('error', () => outgoing.destroy())
    })
    call.on('error', () =>
      outgoing.headersSent ? outgoing.destroy() : outgoing.writeHead(502).end(),
    )
    outgoing.on('close', () => call.destroy())
    incoming.pipe(call)
  })
  server.listen(443, ADDRESS)
  await once(server, 'listening')
  return ADDRESS
}
