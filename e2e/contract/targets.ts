import { startCluster } from '#sandbox/control-plane/control-plane.ts'
import { forgetHistory } from '#sandbox/control-plane/etcd.ts'
import { hasGo, NO_GO } from '#sandbox/control-plane/go.ts'
import { hasKubelets } from '#sandbox/control-plane/real-kubelets.ts'
import type { IdentityName } from '#sandbox/identities.ts'
import { authenticationConfiguration } from '#sandbox/openid/authentication-configuration.ts'
import { type OpenIdProvider, startOpenIdProvider } from '#sandbox/openid/openid-provider.ts'
import { startSandbox } from '#sandbox/sandbox.ts'
import { untilTrusted } from '../fixtures/id-token.ts'
import { kubeClient } from '../fixtures/kube-client.ts'
import { throttleApprovals } from '../fixtures/throttle.ts'
import { type Client, openClient, until } from './raw-client.ts'

/** Cluster that the contract runs against. */
export interface Target {
  readonly name: TargetName
  readonly as: Readonly<Record<IdentityName, Client>>
  /** A client with the given bearer token. */
  readonly withToken: (token: string) => Client
  /** Provider whose ID tokens the API server takes. */
  readonly provider: OpenIdProvider
  /** Waits until earlier lists and watches are too old to continue. */
  expireHistory(): Promise<void>
  /** Makes the API server refuse `approver`'s approvals as too many, until the returned undo. */
  throttleApprovals(): Promise<() => Promise<void>>
  readonly kubelets: Kubelets
  stop(): Promise<void>
}

/** Machines with a kubelet on a port of its own. */
export interface Kubelets {
  /** Reason that no such machines can run here; null where they can. */
  readonly leftOut: string | null
  /** The HTTP proxy in front of them. */
  readonly proxy: URL | null
  /** Starts a machine, which files its first request. */
  start(name: string): Promise<void>
  /** Stops its requests. */
  stop(name: string): Promise<void>
}

export type TargetName = 'sandbox' | 'real'

/** Set by the configuration that runs the suite. */
export const TARGET: TargetName = process.env.CONTRACT_TARGET === 'real' ? 'real' : 'sandbox'

/**
 * Reason that this target cannot be tested here; null where it can. Without Go there is no real API
 * server; with CI=true that fails.
 */
export const leftOut: string | null = TARGET === 'real' && !hasGo() ? NO_GO : null

export async function openTarget(): Promise<Target> {
  if (leftOut !== null) throw new Error(`the real API server cannot be tested: ${leftOut}`)
  const provider = await startOpenIdProvider({ publicUrl: 'https://countersign.example.com' })
  return TARGET === 'real' ? openReal(provider) : openSandbox(provider)
}

async function openSandbox(provider: OpenIdProvider): Promise<Target> {
  const authenticationConfig = authenticationConfiguration(provider)
  const sandbox = await startSandbox({ authenticationConfig })
  const stop = async () => {
    await sandbox.stop()
    await provider.close()
  }
  return {
    ...clientsOf('sandbox', sandbox.kubeconfigs, stop),
    provider,
    expireHistory: async () => sandbox.expireHistory(),
    async throttleApprovals() {
      const match = { method: 'PUT', path: /\/approval$/ }
      const undo = sandbox.failNext({ match, times: 1_000, status: 429, retryAfter: 1 })
      return async () => undo()
    },
    kubelets: {
      leftOut: null,
      proxy: new URL(sandbox.kubeletProxy),
      async start(name) {
        sandbox.addMachine({ name, role: 'worker', ip: '198.51.100.200' })
      },
      // The machine has its certificates, and files nothing more.
      async stop() {},
    },
  }
}

async function openReal(provider: OpenIdProvider): Promise<Target> {
  const authenticationConfig = authenticationConfiguration(provider)
  const cluster = await startCluster({ authenticationConfig })
  const fixtures = kubeClient(cluster.kubeconfigs.admin)
  const stop = async () => {
    await fixtures.close()
    await cluster.stop()
    await provider.close()
  }
  const target: Target = {
    ...clientsOf('real', cluster.kubeconfigs, stop),
    provider,
    // The API server caches history beside etcd: the cache ends with its process.
    async expireHistory() {
      await forgetHistory(cluster)
      // Killed: a regular stop would wait for its watches.
      await cluster.killApiServer()
      await cluster.restartApiServer()
      await warmUp(target.as.admin)
    },
    async throttleApprovals() {
      const throttle = await throttleApprovals(fixtures, 'approver')
      await throttle.occupy()
      return () => throttle.lift()
    },
    kubelets: {
      leftOut: hasKubelets(cluster) ? null : cluster.noKubelets,
      proxy: null,
      async start(name) {
        await cluster.startKubelet(name)
      },
      stop: (name) => cluster.stopKubelet(name),
    },
  }
  await warmUp(target.as.admin)
  await untilTrusted(cluster, provider)
  return target
}

/** Waits for newly defined resources: the API server answers 429 until it has read them. */
async function warmUp(admin: Client): Promise<void> {
  const machines = '/apis/machine.openshift.io/v1beta1/machines'
  const config = '/apis/config.openshift.io/v1'
  for (const path of [machines, `${config}/clusteroperators`, `${config}/clusterversions`]) {
    await until(
      () => admin.call('GET', path),
      ({ status }) => status === 200,
    )
  }
}

function clientsOf(
  name: TargetName,
  kubeconfigs: Readonly<Record<IdentityName, string>>,
  stop: () => Promise<void>,
): Omit<Target, 'provider' | 'expireHistory' | 'throttleApprovals' | 'kubelets'> {
  const opened: Client[] = []
  const open = (kubeconfig: string, token?: string) => {
    const client = openClient(kubeconfig, token)
    opened.push(client)
    return client
  }
  return {
    name,
    as: {
      admin: open(kubeconfigs.admin),
      viewer: open(kubeconfigs.viewer),
      approver: open(kubeconfigs.approver),
      nobody: open(kubeconfigs.nobody),
    },
    withToken: (token) => open(kubeconfigs.nobody, token),
    async stop() {
      await Promise.all(opened.map((client) => client.close()))
      await stop()
    },
  }
}
