import type { ClusterConfig } from '#lib/kube/credentials/config.ts'
import { ConfigError, checkedCa, namedText } from '#lib/kube/credentials/config-error.ts'
import { followCa } from '#lib/kube/credentials/followed-ca.ts'
import { kubeconfigCredential } from '#lib/kube/credentials/kubeconfig-credential.ts'
import { createIdentity } from '#lib/kube/transport/acting-identity.ts'
import type { Endpoint } from '#lib/kube/transport/connections.ts'

export interface InClusterQuery {
  readonly env: Readonly<Record<string, string | undefined>>
  /** Folder of the Pod's service account token and CA. */
  readonly directory?: string
  /** Milliseconds since the epoch. */
  readonly now?: () => number
}

const DIRECTORY = '/var/run/secrets/kubernetes.io/serviceaccount'

/** Whether this process runs in a Pod that can reach its API server. */
export function isInCluster(env: InClusterQuery['env']): boolean {
  return Boolean(env.KUBERNETES_SERVICE_HOST && env.KUBERNETES_SERVICE_PORT)
}

/**
 * The Pod's cluster with its own service account. Token and CA are reread every few seconds, as
 * both are renewed in place. Throws a ConfigError.
 */
export function readInCluster(query: InClusterQuery): ClusterConfig {
  const { env, directory = DIRECTORY, now = Date.now } = query
  const host = env.KUBERNETES_SERVICE_HOST ?? ''
  const address = `https://${host.includes(':') ? `[${host}]` : host}:${env.KUBERNETES_SERVICE_PORT}`
  if (!isInCluster(env) || !URL.canParse(address)) {
    const what = 'KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT'
    throw new ConfigError(`${what} do not name an API server.`)
  }
  const tokenFile = `${directory}/token`
  // Read now, so that a Pod without a service account fails at its start.
  namedText(tokenFile, 'This Pod has no service account token')
  const caFile = `${directory}/ca.crt`
  const read = () =>
    checkedCa(namedText(caFile, 'The CA of the cluster'), `the cluster (${caFile})`)
  const currentCa = followCa({ ca: read(), files: [caFile], read, now })
  const endpoint: Endpoint = {
    origin: new URL(address).origin,
    prefix: '',
    get ca() {
      return currentCa()
    },
    servername: null,
    insecure: false,
    proxy: null,
  }
  const name = 'service account of this Pod'
  return {
    name: 'in-cluster',
    server: endpoint.origin,
    apiServerHost: host,
    insecure: false,
    endpoint,
    identity: createIdentity({
      name,
      endpoint,
      ...kubeconfigCredential({
        user: {
          name,
          certificate: null,
          proof: { kind: 'tokenFile', file: tokenFile },
          impersonation: {},
        },
        endpoint,
        env: {},
        reload: () => null,
        now,
      }),
    }),
  }
}
