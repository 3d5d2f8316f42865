import { isPrefix } from '#lib/csr/addresses/ip.ts'
import { commaList } from '#lib/csr/comma-list.ts'
import { DEFAULT_KUBELET_RULES, type KubeletRules } from '#lib/csr/kubelets/evidence.ts'

/** Whether and where kubelets are asked, and the HTTP proxy in front of them, if any. */
export type LiveSetting =
  | { readonly on: false }
  | ({ readonly on: true; readonly proxy: URL | null } & Omit<KubeletRules, 'serviceNetworks'>)

type Env = Readonly<Record<string, string | undefined>>
interface Problem {
  readonly problem: string
}

/**
 * `COUNTERSIGN_LIVE_CERTIFICATES`: `on` (default), `off` or a proxy's address.
 * `COUNTERSIGN_KUBELET_PORTS` and `COUNTERSIGN_KUBELET_NETWORKS`: comma-separated limits.
 */
export function readLiveSetting(env: Env): LiveSetting | Problem {
  const ports = readPorts(env)
  if ('problem' in ports) return ports
  const networks = readNetworks(env)
  if ('problem' in networks) return networks
  const text = env.COUNTERSIGN_LIVE_CERTIFICATES || 'on'
  if (text === 'off') return { on: false }
  const where = { ...ports, ...networks }
  if (text === 'on') return { on: true, proxy: null, ...where }
  const proxy = URL.parse(text)
  if (proxy !== null && isProxy(proxy)) return { on: true, proxy, ...where }
  // Without its text, which may contain a password.
  return {
    problem:
      'COUNTERSIGN_LIVE_CERTIFICATES is "on", "off" or the address of an HTTP proxy, http://<host>:<port>, with <user>:<password>@ before the host where it wants them, percent-encoded.',
  }
}

function readPorts(env: Env): Pick<KubeletRules, 'ports'> | Problem {
  const texts = commaList(env.COUNTERSIGN_KUBELET_PORTS)
  const strange = texts.find((text) => !/^[1-9]\d{0,4}$/.test(text) || Number(text) > 65_535)
  if (strange !== undefined) {
    return { problem: `COUNTERSIGN_KUBELET_PORTS: "${strange}" is no port from 1 to 65535.` }
  }
  return { ports: texts.length === 0 ? DEFAULT_KUBELET_RULES.ports : texts.map(Number) }
}

function readNetworks(env: Env): Pick<KubeletRules, 'networks'> | Problem {
  const networks = commaList(env.COUNTERSIGN_KUBELET_NETWORKS)
  const strange = networks.find((text) => !isPrefix(text))
  if (strange === undefined) return { networks }
  return { problem: `COUNTERSIGN_KUBELET_NETWORKS: "${strange}" is no prefix as 100.64.0.0/10.` }
}

function isProxy({ protocol, pathname, search, hash, username, password }: URL): boolean {
  if (protocol !== 'http:' || pathname !== '/' || search !== '' || hash !== '') return false
  try {
    decodeURIComponent(`${username}:${password}`)
    return true
  } catch {
    return false
  }
}
