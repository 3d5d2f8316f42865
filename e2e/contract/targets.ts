import { spawnSync } from 'node:child_process'
import { setTimeout as wait } from 'node:timers/promises'
import type { IdentityName } from '#sandbox/identities.ts'
import { startSandbox } from '#sandbox/sandbox.ts'
import { startCluster } from '../cluster/cluster.ts'
import { type Client, openClient, until } from './client.ts'

/** What the same assertions are held against. */
export interface Target {
  readonly name: TargetName
  readonly as: Readonly<Record<IdentityName, Client>>
  /** With a bearer token that nobody has. */
  readonly withToken: (token: string) => Client
  /** Waits until what was listed or watched before is too old to be continued. */
  expireHistory(): Promise<void>
  stop(): Promise<void>
}

export type TargetName = 'sandbox' | 'real'

/** Set by the configuration that runs the suite. */
export const TARGET: TargetName = process.env.CONTRACT_TARGET === 'real' ? 'real' : 'sandbox'

/** Null: it can be tested here. Without Go there is no real API server; with CI=true that fails. */
export const leftOut: string | null =
  TARGET === 'real' && spawnSync('go', ['version']).status !== 0 ? 'Go is not installed' : null

export async function openTarget(): Promise<Target> {
  if (leftOut !== null) throw new Error(`the real API server cannot be tested: ${leftOut}`)
  return TARGET === 'real' ? openReal() : openSandbox()
}

async function openSandbox(): Promise<Target> {
  const sandbox = await startSandbox()
  return {
    ...clientsOf('sandbox', sandbox.kubeconfigs, () => sandbox.stop()),
    expireHistory: async () => sandbox.expireHistory(),
  }
}

/** The API server compacts what is older than one such interval. */
const COMPACTION_SECONDS = 2

async function openReal(): Promise<Target> {
  const cluster = await startCluster({
    apiServerArgs: [`--etcd-compaction-interval=${COMPACTION_SECONDS}s`],
  })
  const target: Target = {
    ...clientsOf('real', cluster.kubeconfigs, () => cluster.stop()),
    // etcd forgets with its compactions (the first notes the revision that the second forgets), the
    // API server's own memory of what was watched with its process.
    async expireHistory() {
      await wait(3 * COMPACTION_SECONDS * 1000)
      await cluster.restartApiServer()
      await warmUp(target.as.admin)
    },
  }
  await warmUp(target.as.admin)
  return target
}

/** Of resources defined a moment ago an API server says 429 until it has read them. */
async function warmUp(admin: Client): Promise<void> {
  const machines = '/apis/machine.openshift.io/v1beta1/machines'
  for (const path of [machines, '/apis/config.openshift.io/v1/clusteroperators']) {
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
): Omit<Target, 'expireHistory'> {
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
