/**
 * The thread that answers on the ports of `openPorts`: whoever files requests makes keys meanwhile,
 * and a kubelet is not kept from answering by that.
 */
import { type AddressInfo, createServer } from 'node:net'
import { createSecureContext, TLSSocket } from 'node:tls'
import { parentPort, workerData } from 'node:worker_threads'
import type { Answer } from './ports.ts'

/** The alert "internal error": a kubelet that has no certificate says nothing else. */
const NO_CERTIFICATE = Uint8Array.of(21, 3, 3, 0, 2, 2, 80)

const answers = new Map<string, Answer>()

parentPort?.on('message', ([address, answer]: [string, Answer]) => answers.set(address, answer))

// A server has one address or all there are, and these are thousands: nobody gets a word from here at
// any other.
const server = createServer((socket) => {
  // Whoever asked goes away as soon as they know.
  socket.on('error', () => {})
  if (!socket.localAddress?.startsWith(workerData.prefix)) {
    socket.destroy()
    return
  }
  const answer = answers.get(socket.localAddress ?? '')
  if (answer === undefined) socket.once('data', () => socket.end(NO_CERTIFICATE))
  else if (answer !== 'silence') {
    const secureContext = createSecureContext(answer)
    new TLSSocket(socket, { isServer: true, secureContext }).on('error', () => {})
  }
})
server.listen(0, '0.0.0.0', () => {
  parentPort?.postMessage((server.address() as AddressInfo).port)
})
