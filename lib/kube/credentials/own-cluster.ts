import { type ClusterConfig, readKubeconfig } from '#lib/kube/credentials/config.ts'
import { ConfigError } from '#lib/kube/credentials/config-error.ts'
import { isInCluster, readInCluster } from '#lib/kube/credentials/in-cluster.ts'

/**
 * The cluster that a program is started for: that of its Pod, where `mayBePods` and no kubeconfig is
 * named, else that of a kubeconfig. One never replaces the other: what cannot be read is a problem.
 */
export function ownCluster(
  settings: {
    readonly kubeconfig: string | null
    readonly context: string | null
    readonly env: Readonly<Record<string, string | undefined>>
  },
  mayBePods: boolean,
): ClusterConfig | { readonly problem: string } {
  const { kubeconfig, context, env } = settings
  const isNamed = kubeconfig !== null || Boolean(env.KUBECONFIG)
  try {
    return mayBePods && !isNamed && isInCluster(env)
      ? readInCluster({ env })
      : readKubeconfig({ kubeconfig: kubeconfig ?? undefined, context: context ?? undefined, env })
  } catch (error) {
    if (error instanceof ConfigError) return { problem: error.message }
    throw error
  }
}
