import { BlockList, isIP } from 'node:net'

/**
 * kubectl's HTTP proxy for an https server: the kubeconfig's, otherwise HTTPS_PROXY unless NO_PROXY
 * or a loopback host exempts it. Null for none.
 */
export function proxyFor(
  host: string,
  configured: string | null,
  env: Readonly<Record<string, string | undefined>>,
): string | null {
  if (configured !== null) return configured
  const proxy = env.HTTPS_PROXY || env.https_proxy || ''
  if (proxy === '' || isLoopback(host)) return null
  const exempt = (env.NO_PROXY || env.no_proxy || '').split(',').map((rule) => rule.trim())
  if (exempt.some((rule) => rule !== '' && matches(host, rule))) return null
  return proxy.includes('://') ? proxy : `http://${proxy}`
}

/** 127.0.0.0/8, ::1 and localhost: addresses of this machine. */
export function isLoopback(host: string): boolean {
  if (host === 'localhost' || host === '::1') return true
  return isIP(host) === 4 && host.startsWith('127.')
}

function matches(host: string, rule: string): boolean {
  if (rule === '*' || rule === host) return true
  const [network, bits] = rule.split('/')
  if (bits !== undefined && network !== undefined) return inNetwork(host, network, Number(bits))
  const domain = rule.replace(/^\*?\./, '')
  return host.endsWith(`.${domain}`)
}

function inNetwork(host: string, network: string, bits: number): boolean {
  const family = isIP(network)
  if (family === 0 || isIP(host) !== family || !(bits >= 0 && bits <= (family === 4 ? 32 : 128))) {
    return false
  }
  const name = family === 4 ? 'ipv4' : 'ipv6'
  const list = new BlockList()
  list.addSubnet(network, bits, name)
  return list.check(host, name)
}
