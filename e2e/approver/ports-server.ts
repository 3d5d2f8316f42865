/** The thread behind `openPorts`, so that making keys does not delay a kubelet's answer. */
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { createSecureContext, TLSSocket } from 'node:tls'
import { parentPort, workerData } from 'node:worker_threads'
import type { Answer, ToPorts } from '#e2e/approver/kubelet-ports.ts'

/** The alert "internal error", which is all that a kubelet without a certificate sends. */
const NO_CERTIFICATE = Uint8Array.of(21, 3, 3, 0, 2, 2, 80)

const addresses: readonly string[] = workerData.addresses
const answers = new Map<string, Answer>()

parentPort?.on('message', (message: ToPorts) => {
  if (message === 'listen') void listenEverywhere()
  else answers.set(...message)
})

const port = await listen('127.0.0.1', 0)
parentPort?.postMessage(port)

/**
 * One server for each address: a single server for all would also be open to the machine's network.
 */
async function listenEverywhere(): Promise<void> {
  for (const address of addresses) await listen(address, port)
  parentPort?.postMessage('listening')
}

async function listen(address: string, port: number): Promise<number> {
  const server = createServer(answer).listen(port, address)
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

function answer(socket: Socket): void {
  // A client hangs up as soon as it has the certificate.
  socket.on('error', () => {})
  const answer = answers.get(socket.localAddress ?? '')
  if (answer === undefined) socket.once('data', () => socket.end(NO_CERTIFICATE))
  else if (answer !== 'silence') {
    const secureContext = createSecureContext(answer)
    new TLSSocket(socket, { isServer: true, secureContext }).on('error', () => {})
  }
}
