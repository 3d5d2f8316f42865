import { ConfigError, checkedCa, namedText } from '#lib/kube/credentials/config-error.ts'
import { followCa } from '#lib/kube/credentials/followed-ca.ts'
import { kubeconfigCredential } from '#lib/kube/credentials/kubeconfig-credential.ts'
import {
  type Kubeconfig,
  type KubeconfigQuery,
  loadKubeconfig,
  pathOf,
  type Section,
  textOf,
} from '#lib/kube/credentials/kubeconfig-file.ts'
import { type KubeconfigUser, readUser } from '#lib/kube/credentials/kubeconfig-user.ts'
import { createIdentity, type Identity } from '#lib/kube/transport/acting-identity.ts'
import type { Endpoint } from '#lib/kube/transport/connections.ts'
import { isLoopback, proxyFor } from '#lib/kube/transport/proxy.ts'

export interface ClusterConfig {
  /** The kubeconfig context's name. */
  readonly name: string
  readonly server: string
  /** The host in `server`, without port or brackets. */
  readonly apiServerHost: string
  /** The kubeconfig says insecure-skip-tls-verify, so pages must say so too. */
  readonly insecure: boolean
  readonly endpoint: Endpoint
  readonly identity: Identity
}

/**
 * The cluster and identity of a kubeconfig. Reads files only; exec plugins run at the first call.
 * Throws a ConfigError, never falls back to another context, user or server.
 */
export function readKubeconfig(query: KubeconfigQuery): ClusterConfig {
  const { now = Date.now } = query
  const loaded = loadKubeconfig(query)
  const chosen = choose(loaded, query.context)
  const first = readEndpoint(chosen.clusterName, chosen.cluster, query.env)
  const { host } = first
  const user = readUser(chosen.userName, chosen.user)
  const pinned = { ...query, context: chosen.name }
  const caFile = pathOf(chosen.cluster, 'certificate-authority')
  const currentCa = followCa({
    ca: first.endpoint.ca,
    files: caFile === null ? loaded.paths : [...loaded.paths, caFile],
    read: () => readAgain().endpoint.ca,
    now,
  })
  const endpoint: Endpoint = {
    ...first.endpoint,
    get ca() {
      return currentCa()
    },
  }

  /** Throws if the context has another server now: that is another identity. */
  function readAgain(): { readonly chosen: Chosen; readonly endpoint: Endpoint } {
    const again = choose(loadKubeconfig(pinned), pinned.context)
    const { endpoint } = readEndpoint(again.clusterName, again.cluster, query.env)
    const { origin, prefix, insecure } = first.endpoint
    if (
      endpoint.origin !== origin ||
      endpoint.prefix !== prefix ||
      endpoint.insecure !== insecure
    ) {
      throw new ConfigError(`Context ${chosen.name} is of another server now.`)
    }
    return { chosen: again, endpoint }
  }

  /** Another user name in the context is another identity, too. */
  function reload(): KubeconfigUser | null {
    try {
      const { chosen: again } = readAgain()
      if (again.userName !== user.name) return null
      const renewed = readUser(again.userName, again.user)
      const same = JSON.stringify(renewed.impersonation) === JSON.stringify(user.impersonation)
      return same ? renewed : null
    } catch {
      return null
    }
  }

  return {
    name: chosen.name,
    server: endpoint.origin + endpoint.prefix,
    apiServerHost: host,
    insecure: endpoint.insecure,
    endpoint,
    identity: createIdentity({
      name: user.name,
      endpoint,
      ...kubeconfigCredential({
        user,
        endpoint,
        env: query.env,
        reload,
        now,
      }),
    }),
  }
}

interface Chosen {
  readonly name: string
  readonly clusterName: string
  readonly cluster: Section
  readonly userName: string
  readonly user: Section
}

function choose(config: Kubeconfig, wanted: string | undefined): Chosen {
  const name = wanted ?? config.currentContext
  if (name === '') {
    throw new ConfigError(
      `The kubeconfig has no current-context. Choose one with --context: ${known(config.contexts)}.`,
    )
  }
  const context = config.contexts.get(name)
  if (context === undefined) {
    throw new ConfigError(
      `The kubeconfig has no context ${name}. It has: ${known(config.contexts)}.`,
    )
  }
  const clusterName = textOf(context.fields.cluster) ?? ''
  const cluster = config.clusters.get(clusterName)
  if (cluster === undefined) {
    throw new ConfigError(
      `Context ${name} names the cluster "${clusterName}", which the kubeconfig does not have.`,
    )
  }
  const userName = textOf(context.fields.user) ?? ''
  const user = config.users.get(userName)
  if (user === undefined) {
    throw new ConfigError(
      `Context ${name} names the user "${userName}", which the kubeconfig does not have.`,
    )
  }
  return { name, clusterName, cluster, userName, user }
}

function known(sections: ReadonlyMap<string, Section>): string {
  return [...sections.keys()].join(', ') || 'none'
}

function readEndpoint(
  name: string,
  section: Section,
  env: KubeconfigQuery['env'],
): { readonly endpoint: Endpoint; readonly host: string } {
  const { fields } = section
  const url = readServer(name, textOf(fields.server) ?? '')
  const host = url.hostname.replace(/^\[|\]$/g, '')
  if (url.protocol === 'http:' && !isLoopback(host)) {
    throw new ConfigError(
      `The server of cluster ${name} is http:// on another machine: ` +
        'credentials would travel in the clear. Use https://.',
    )
  }
  const insecure = fields['insecure-skip-tls-verify'] === true
  const ca = readCa(name, section)
  // Like client-go: a configured CA means that the certificate must be verified.
  if (insecure && ca !== null) {
    throw new ConfigError(
      `Cluster ${name} names a CA and says insecure-skip-tls-verify, which contradict each other. ` +
        'Remove one of them.',
    )
  }
  const endpoint: Endpoint = {
    origin: url.origin,
    prefix: url.pathname.replace(/\/+$/, ''),
    ca,
    servername: textOf(fields['tls-server-name']),
    insecure,
    proxy: url.protocol === 'http:' ? null : readProxy(name, host, section, env),
  }
  return { endpoint, host }
}

function readServer(name: string, server: string): URL {
  const url = URL.canParse(server) ? new URL(server) : null
  const plain = url !== null && url.search + url.hash + url.username + url.password === ''
  if (url !== null && plain && /^https?:$/.test(url.protocol)) return url
  throw new ConfigError(
    `The server of cluster ${name} is not a usable address. ` +
      'It should look like https://api.example.com:6443.',
  )
}

function readCa(name: string, section: Section): string | null {
  const data = textOf(section.fields['certificate-authority-data'])
  const file = pathOf(section, 'certificate-authority')
  if (data === null && file === null) return null
  const pem =
    data === null
      ? namedText(file ?? '', `The CA of cluster ${name}`)
      : Buffer.from(data, 'base64').toString()
  return checkedCa(pem, `cluster ${name} (${data === null ? file : 'certificate-authority-data'})`)
}

function readProxy(
  name: string,
  host: string,
  section: Section,
  env: KubeconfigQuery['env'],
): string | null {
  const proxy = proxyFor(host, textOf(section.fields['proxy-url']), env)
  if (proxy === null || (URL.canParse(proxy) && /^https?:$/.test(new URL(proxy).protocol))) {
    return proxy
  }
  throw new ConfigError(`The proxy of cluster ${name} is not an http:// or https:// address.`)
}
