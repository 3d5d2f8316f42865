import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { decideByHand, type Filing, fileServing } from '#e2e/approver/machines.ts'
import { type KubeClient, readCsr } from '#e2e/fixtures/kube-client.ts'
import { fixtureKey } from '#lib/csr/fixtures/keys.ts'
import { until } from '#sandbox/control-plane/wait-until.ts'

/**
 * Kubelet ports of machines that do not exist: every address of this benchmark network (RFC 2544)
 * belongs to this machine, and the first ones answer as told. Needs root.
 */
export interface Ports {
  /** Port that a Node must state for its kubelet. */
  readonly port: number
  /** Sets the answer of an address from now on; the default is no certificate yet. */
  present(address: string, answer: Answer): void
  close(): Promise<void>
}

export type Answer =
  | { readonly cert: string; readonly key: string }
  /** Accepts the connection and stays silent until the client hangs up. */
  | 'silence'

/** Messages to the answering thread: the addresses exist now, or one of them has a new answer. */
export type ToPorts = 'listen' | readonly [address: string, answer: Answer]

const NETWORK = '198.19.0.0/16'

/** Address of the network by number, from 0. */
export function portAddress(number: number): string {
  return `198.19.${(number + 1) >> 8}.${(number + 1) & 255}`
}

/** Opens the ports of the first `count` addresses. */
export async function openPorts(count: number): Promise<Ports> {
  const addresses = Array.from({ length: count }, (_, number) => portAddress(number))
  const server = new Worker(new URL('./ports-server.ts', import.meta.url), {
    workerData: { addresses },
  })
  const tell = (message: ToPorts) => server.postMessage(message)
  const [port] = await once(server, 'message')
  // Several runs may route the same network at a time, each with its own route.
  const route = ['local', NETWORK, 'dev', 'lo', 'metric', String(port)]
  execFileSync('ip', ['route', 'add', ...route])
  // Removes the route when its standard input closes: when this process ends, even by SIGKILL.
  const undo = spawn('sh', ['-c', 'cat; exec ip route del "$@"', 'sh', ...route], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  const listening = once(server, 'message')
  tell('listen')
  await listening

  return {
    port,
    present: (address, answer) => tell([address, answer]),
    async close() {
      const undone = once(undo, 'exit')
      undo.stdin.end()
      await Promise.all([undone, server.terminate()])
    },
  }
}

/** A serving certificate of the cluster's CA, for the kubelet of that name. */
export async function certificateOf(
  kube: KubeClient,
  nodeName: string,
  over: Partial<Filing> = {},
): Promise<Exclude<Answer, string>> {
  const keyName = `${nodeName}/presented`
  const filing = { nodeName, keyName, dnsNames: [nodeName], ...over }
  const { metadata } = await decideByHand(kube, await fileServing(kube, filing), 'Approved')
  const issued = await until(`a certificate of ${nodeName}`, async () => {
    return (await readCsr(kube, metadata.name))?.status?.certificate
  })
  const { privateKey } = fixtureKey(keyName, 'P-256')
  return {
    cert: Buffer.from(issued, 'base64').toString(),
    key: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
  }
}
