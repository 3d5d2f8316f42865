import { ipText, parseIp, readPrefix } from '#lib/csr/addresses/ip.ts'
import { commaList } from '#lib/csr/comma-list.ts'
import { type ListenAddress, readListenAddress } from '#lib/settings/listen-address.ts'
import {
  type NamedOidcSettings,
  OIDC_VARIABLES,
  readOidcSettings,
} from '#lib/settings/oidc-settings.ts'

const WAYS = ['oidc', 'token', 'proxy'] as const
type Way = (typeof WAYS)[number]

/** Settings of a team's service, where people sign in. */
export interface ServiceSettings {
  /** The only origin of pages and calls, as `https://countersign.example.com`. */
  readonly publicUrl: string
  readonly listen: ListenAddress
  /** PEM files; null: plain HTTP, behind something that ends TLS. */
  readonly tls: { readonly cert: string; readonly key: string } | null
  /** Where `/livez` and `/readyz` are answered; null: nowhere else. */
  readonly probes: ListenAddress | null
  readonly ways: readonly Way[]
  /** Null unless people sign in at a provider. */
  readonly oidc: NamedOidcSettings | null
  /** Prefixes of the proxies that are believed about a caller's address, with `proxy` about a token. */
  readonly proxies: readonly string[]
  /** ClusterRole of viewers, for the command that gives a person the right to see. */
  readonly viewerRole: string
  /** Path at which the proxy ends its own sign-in, as `/oauth2/sign_out`; null: none is known. */
  readonly proxySignOut: string | null
}

/** Flags of team mode; each has an environment variable, too. */
export const SERVICE_FLAGS = {
  'public-url': { type: 'string' },
  listen: { type: 'string' },
  'tls-cert': { type: 'string' },
  'tls-key': { type: 'string' },
  probes: { type: 'string' },
} as const

export type ServiceFlags = { readonly [Flag in keyof typeof SERVICE_FLAGS]?: string }

/** Variables of team mode, beside its address. */
const SERVICE_VARIABLES = [
  'COUNTERSIGN_SIGN_IN',
  'COUNTERSIGN_TRUSTED_PROXIES',
  'COUNTERSIGN_PROXY_SIGN_OUT',
  'COUNTERSIGN_LISTEN',
  'COUNTERSIGN_PROBES',
  'COUNTERSIGN_TLS_CERT',
  'COUNTERSIGN_TLS_KEY',
  'COUNTERSIGN_VIEWER_ROLE',
  ...OIDC_VARIABLES,
]

const DEFAULT_LISTEN = '127.0.0.1:8443'
/** The role's name where the chart is installed as `countersign`. */
const DEFAULT_VIEWER_ROLE = 'countersign-viewer'

/** The settings of team mode; null where none of them is set: then this is a laptop. */
export function readServiceSettings(
  flags: ServiceFlags,
  env: Readonly<Record<string, string | undefined>>,
): { readonly service: ServiceSettings | null } | { readonly problem: string } {
  const publicUrl = flags['public-url'] ?? (env.COUNTERSIGN_PUBLIC_URL || null)
  if (publicUrl === null) {
    const flagged = Object.keys(flags).filter((flag) => flag in SERVICE_FLAGS)
    const named = SERVICE_VARIABLES.filter((name) => env[name])
    const set = [...flagged.map((flag) => `--${flag}`), ...named]
    if (set.length === 0) return { service: null }
    return {
      problem: `Settings of team mode: ${set.join(', ')}. COUNTERSIGN_PUBLIC_URL is missing: set it to the address that people open, as https://countersign.example.com. To serve one person at this machine, leave these settings out.`,
    }
  }
  const origin = originOf(publicUrl)
  if (origin === null) {
    return {
      problem: `COUNTERSIGN_PUBLIC_URL: "${publicUrl}" is no origin as https://countersign.example.com. Without TLS only names under localhost are allowed.`,
    }
  }
  const ways = commaList(env.COUNTERSIGN_SIGN_IN)
  const strange = ways.find((way) => !isWay(way))
  if (strange !== undefined || ways.length === 0) {
    const wrong = strange === undefined ? 'is empty' : `has "${strange}"`
    return {
      problem: `COUNTERSIGN_SIGN_IN ${wrong}: it takes ${WAYS.join(', ')}, comma-separated. Whoever reaches this address must sign in.`,
    }
  }
  const oidc = ways.includes('oidc') ? readOidcSettings(env, origin) : { oidc: null }
  if ('problem' in oidc) return oidc
  if (oidc.oidc === null && !['', 'off'].includes(env.COUNTERSIGN_IMPERSONATE ?? '')) {
    return { problem: 'COUNTERSIGN_IMPERSONATE needs "oidc" in COUNTERSIGN_SIGN_IN.' }
  }
  const proxies: string[] = []
  for (const text of commaList(env.COUNTERSIGN_TRUSTED_PROXIES)) {
    const proxy = readProxy(text)
    if ('wrong' in proxy)
      return { problem: `COUNTERSIGN_TRUSTED_PROXIES: "${text}" ${proxy.wrong}` }
    proxies.push(proxy.prefix)
  }
  if (ways.includes('proxy') && proxies.length === 0) {
    return {
      problem:
        '"proxy" in COUNTERSIGN_SIGN_IN needs COUNTERSIGN_TRUSTED_PROXIES: name the addresses of the proxy.',
    }
  }
  const proxySignOut = env.COUNTERSIGN_PROXY_SIGN_OUT || null
  if (proxySignOut !== null && !/^\/(?![/\\])[\x21-\x7e]+$/.test(proxySignOut)) {
    return {
      problem: `COUNTERSIGN_PROXY_SIGN_OUT has "${proxySignOut}": it takes a path, such as /oauth2/sign_out.`,
    }
  }
  const listen = readListenAddress(
    flags.listen ?? (env.COUNTERSIGN_LISTEN || DEFAULT_LISTEN),
    'COUNTERSIGN_LISTEN',
  )
  const probes = readListenAddress(flags.probes ?? env.COUNTERSIGN_PROBES, 'COUNTERSIGN_PROBES')
  if (listen !== null && 'problem' in listen) return listen
  if (probes !== null && 'problem' in probes) return probes
  const cert = flags['tls-cert'] ?? env.COUNTERSIGN_TLS_CERT ?? ''
  const key = flags['tls-key'] ?? env.COUNTERSIGN_TLS_KEY ?? ''
  if ((cert === '') !== (key === '')) {
    return { problem: 'COUNTERSIGN_TLS_CERT and COUNTERSIGN_TLS_KEY go together.' }
  }
  const viewerRole = env.COUNTERSIGN_VIEWER_ROLE || DEFAULT_VIEWER_ROLE
  if (!/^[\w.:-]+$/.test(viewerRole)) {
    return { problem: `COUNTERSIGN_VIEWER_ROLE: "${viewerRole}" is no name of a ClusterRole.` }
  }
  return {
    service: {
      publicUrl: origin,
      listen: listen ?? { host: '127.0.0.1', port: 8443 },
      tls: cert === '' ? null : { cert, key },
      probes,
      ways: ways.filter(isWay),
      oidc: oidc.oidc,
      proxies,
      viewerRole,
      proxySignOut,
    },
  }
}

/** The origin, if the text is nothing else; cookies need TLS or this very machine. */
function originOf(text: string): string | null {
  const url = URL.parse(text)
  if (url === null || url.origin !== text.replace(/\/$/, '')) return null
  const isHere = url.hostname === 'localhost' || url.hostname.endsWith('.localhost')
  return url.protocol === 'https:' || (url.protocol === 'http:' && isHere) ? url.origin : null
}

function isWay(text: string): text is Way {
  return (WAYS as readonly string[]).includes(text)
}

/** An address or prefix in the spelling that peers are compared with: `::ffff:10.0.0.1` is IPv4. */
function readProxy(text: string): { readonly prefix: string } | { readonly wrong: string } {
  const address = parseIp(text)
  if (address !== null) return { prefix: `${ipText(address)}/${address.length * 8}` }
  const prefix = readPrefix(text)
  if (prefix === null) return { wrong: 'is no address and no prefix.' }
  const { bytes, bits } = prefix
  const first = bytes.map(
    (byte, at) => byte & (0xff << Math.min(8, Math.max(0, 8 * at + 8 - bits))),
  )
  const canonical = `${ipText(first)}/${bits}`
  if (ipText(first) === ipText(bytes)) return { prefix: canonical }
  return { wrong: `names one address and many: write ${ipText(bytes)}, or ${canonical}.` }
}
