import { afterAll, beforeAll } from 'vitest'
import { type Cluster, startCluster } from '#sandbox/control-plane/control-plane.ts'
import { authenticationConfiguration } from '#sandbox/openid/authentication-configuration.ts'
import { type OpenIdProvider, startOpenIdProvider } from '#sandbox/openid/openid-provider.ts'
import { CSRS, type KubeClient, kubeClient } from '../fixtures/kube-client.ts'
import { newPublicUrl } from '../fixtures/team-app.ts'

/** A cluster of OpenShift's kind, and a provider whose tokens it takes. */
export interface SharedCluster {
  readonly provider: OpenIdProvider
  readonly cluster: Cluster
  readonly admin: KubeClient
}

/** Collections whose objects a file leaves behind. */
const LEFT = [
  CSRS,
  '/api/v1/nodes',
  '/apis/machine.openshift.io/v1beta1/namespaces/openshift-machine-api/machines',
]

/** Ends with the worker's process, whose files run one after the other. */
let opened: Promise<SharedCluster> | undefined

/**
 * The cluster of the files that change only its objects. Each file finds no request, no Node and no
 * Machine, and removes what else it makes itself.
 */
export function sharedCluster(): SharedCluster {
  const shared = {} as SharedCluster
  beforeAll(async () => {
    opened ??= open()
    Object.assign(shared, await opened)
  })
  afterAll(async () => {
    for (const path of LEFT) await shared.admin?.call('DELETE', path)
  })
  return shared
}

async function open(): Promise<SharedCluster> {
  const provider = await startOpenIdProvider({ publicUrl: await newPublicUrl() })
  const authenticationConfig = authenticationConfiguration(provider)
  const cluster = await startCluster({ authenticationConfig })
  return { provider, cluster, admin: kubeClient(cluster.kubeconfigs.admin) }
}
