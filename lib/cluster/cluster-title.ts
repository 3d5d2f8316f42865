import { canonicalIp } from '#lib/csr/addresses/ip.ts'
import { sameValue } from '#lib/csr/same-value.ts'
import type { ClusterWords } from '#lib/kube/reads/cluster-words.ts'
import type { Clock } from '#lib/kube/transport/clock.ts'
import { keepAsking } from '#lib/kube/transport/keep-asking.ts'
import type { ClusterTitle } from '#lib/wire/session-answers.ts'

interface Names {
  /** Name by setting; null without one. */
  readonly given: string | null
  readonly apiServerHost: string
  /** The name where the API server's host names no cluster: the context's, or the pages' host. */
  readonly otherwise: string
}

/** Milliseconds until the next question: an upgrade changes the version. */
const AGAIN_MS = { afterAnswer: 10 * 60_000, afterError: 5_000 } as const

/**
 * Asks the cluster for its name and versions, now and every ten minutes: pages show them, also before a
 * person signs in.
 */
export function keepClusterTitle(
  options: Names & {
    readonly ask: (signal: AbortSignal) => Promise<ClusterWords>
    readonly clock: Clock
    readonly onChange: () => void
  },
) {
  const { ask, clock, onChange } = options
  let words: ClusterWords = { infrastructureName: null, versions: [] }
  const asking = keepAsking(clock, async (signal) => {
    try {
      const before = words
      words = await ask(signal)
      if (!sameValue(before, words)) onChange()
      return AGAIN_MS.afterAnswer
    } catch {
      return AGAIN_MS.afterError
    }
  })
  asking.now()
  return {
    current: (): ClusterTitle => ({
      name: clusterName(options, words.infrastructureName),
      versions: words.versions,
    }),
    stop: asking.stop,
  }
}

/** The setting, else OpenShift's infrastructure name, else the API server's host. */
export function clusterName(names: Names, infrastructureName: string | null): string {
  const { given, apiServerHost, otherwise } = names
  return given ?? infrastructureName ?? (namesACluster(apiServerHost) ? apiServerHost : otherwise)
}

/**
 * Whether the host names a cluster: no address, not this machine, no name that every cluster has
 * inside.
 */
function namesACluster(host: string): boolean {
  if (canonicalIp(host) !== null) return false
  return host.includes('.') && !/(^|\.)(localhost|svc|svc\.cluster\.local)$/.test(host)
}
