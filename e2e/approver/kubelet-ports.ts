import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { type Filing, fileServing } from '#e2e/approver/machines.ts'
import { type KubeClient, readCsr } from '#e2e/fixtures/kube-client.ts'
import { fixtureKey } from '#lib/csr/fixtures/keys.ts'
import type { Cluster } from '#sandbox/control-plane/control-plane.ts'
import { until } from '#sandbox/control-plane/wait-until.ts'

/**
 * The kubelets' ports of machines that are not there: every address of this network is one of this
 * machine, and whoever connects to one of the first is answered as is said here. Of the range for benchmarks (RFC 2544),
 * which is nobody's. Needs root, as real kubelets do.
 */
export interface Ports {
  /** What a Node has to say of its kubelet. */
  readonly port: number
  /** From now on. An address of which nothing is said has no certificate yet. */
  present(address: string, answer: Answer): void
  close(): Promise<void>
}

export type Answer =
  | { readonly cert: string; readonly key: string }
  /** Takes the connection and says nothing, for as long as somebody listens. */
  | 'silence'

/** To the thread that answers: the addresses are this machine's by now, or what one of them presents. */
export type ToPorts = 'listen' | readonly [address: string, answer: Answer]

const NETWORK = '198.19.0.0/16'

/** An address of it by number, the first 0. */
export function portAddress(number: number): string {
  return `198.19.${(number + 1) >> 8}.${(number + 1) & 255}`
}

/** Those of the first so many addresses. */
export async function openPorts(count: number): Promise<Ports> {
  const addresses = Array.from({ length: count }, (_, number) => portAddress(number))
  const server = new Worker(new URL('./ports-server.ts', import.meta.url), {
    workerData: { addresses },
  })
  const tell = (message: ToPorts) => server.postMessage(message)
  const [port] = await once(server, 'message')
  // The same network may be routed to this machine by several at a time: each its own route.
  const route = ['local', NETWORK, 'dev', 'lo', 'metric', String(port)]
  execFileSync('ip', ['route', 'add', ...route])
  // Its standard input is the route's life line: it ends when this process does, even by SIGKILL.
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

/** A serving certificate by the cluster's own CA, as the kubelet of that name would have it. */
export async function certificateOf(
  { cluster, admin }: { readonly cluster: Cluster; readonly admin: KubeClient },
  nodeName: string,
  over: Partial<Filing> = {},
): Promise<Exclude<Answer, string>> {
  const keyName = `${nodeName}/presented`
  const filing = { nodeName, keyName, dnsNames: [nodeName], ...over }
  const { metadata } = await fileServing(admin, filing)
  await cluster.kubectl(['certificate', 'approve', metadata.name])
  const issued = await until(`a certificate of ${nodeName}`, async () => {
    return (await readCsr(admin, metadata.name))?.status?.certificate
  })
  const { privateKey } = fixtureKey(keyName, 'P-256')
  return {
    cert: Buffer.from(issued, 'base64').toString(),
    key: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
  }
}
