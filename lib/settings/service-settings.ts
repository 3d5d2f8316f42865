import { ipText, parseIp, readPrefix } from '#lib/csr/addresses/ip.ts'
import { commaList } from '#lib/csr/comma-list.ts'
import {
  CLAIMS,
  IMPERSONATION_MODES,
  type NamedOidcSettings,
  OIDC,
  oidcSettings,
  wrongMode,
} from '#lib/settings/oidc-settings.ts'
import {
  type Given,
  isProblem,
  type Problem,
  readTables,
  type Table,
  textsOf,
  type ValuesOf,
} from '#lib/settings/setting.ts'
import { listenAddress, listOf, value } from '#lib/settings/setting-readers.ts'

const WAYS = ['oidc', 'token', 'proxy'] as const
type Way = (typeof WAYS)[number]
const MODES = ['off', ...IMPERSONATION_MODES] as const

/** Team mode, where people sign in. */
const TEAM = {
  /** The only origin of pages and calls, as `https://countersign.example.com`. */
  publicUrl: {
    flag: '--public-url <url>',
    env: 'COUNTERSIGN_PUBLIC_URL',
    chart: '`dashboard.publicUrl`',
    help: 'the address that people open; it begins team mode',
    read: value(
      originOf,
      'is no origin as https://countersign.example.com. Without TLS only names under localhost are allowed.',
    ),
  },
  listen: {
    flag: '--listen <address>',
    env: 'COUNTERSIGN_LISTEN',
    chart: '`dashboard.listenAddress`, `dashboard.ports.pages`',
    help: 'where pages are served, as `0.0.0.0:8443`',
    usual: '127.0.0.1:8443',
    read: listenAddress,
  },
  tlsCert: {
    flag: '--tls-cert <file>',
    env: 'COUNTERSIGN_TLS_CERT',
    chart: '`dashboard.tls.existingSecret`',
    help: 'certificate of the pages, PEM; absent where a proxy before them ends TLS',
  },
  tlsKey: {
    flag: '--tls-key <file>',
    env: 'COUNTERSIGN_TLS_KEY',
    chart: '`dashboard.tls.existingSecret`',
    help: 'its key, PEM',
  },
  /** Address of probes; null: they are answered only where pages are. */
  probes: {
    flag: '--probes <address>',
    env: 'COUNTERSIGN_PROBES',
    chart: '`dashboard.listenAddress`, `dashboard.ports.probes`',
    help: 'where `/livez` and `/readyz` are answered besides',
    unset: 'nowhere',
    read: listenAddress,
  },
  ways: {
    env: 'COUNTERSIGN_SIGN_IN',
    chart: '`dashboard.signIn`',
    help: 'ways to sign in, comma-separated: `oidc` at a provider, `token` pasted, `proxy` in front that has signed people in',
    usual: '',
    read: value(waysOf, wrongWays),
  },
  /** Prefixes of the proxies that are believed about a caller's address, with `proxy` about a token. */
  proxies: {
    env: 'COUNTERSIGN_TRUSTED_PROXIES',
    chart: '`dashboard.trustedProxies`',
    help: "addresses or prefixes of proxies, comma-separated, that are believed about a caller's address, with `proxy` also about a person's token",
    usual: '',
    unset: 'none',
    read: listOf(readProxy),
  },
  /** Path at which the proxy ends its own sign-in; null where none is known. */
  proxySignOut: {
    env: 'COUNTERSIGN_PROXY_SIGN_OUT',
    chart: '`dashboard.proxySignOut`',
    help: 'path at which the proxy ends its own sign-in, as `/oauth2/sign_out`',
    read: value(
      (text) => (/^\/(?![/\\])[\x21-\x7e]+$/.test(text) ? text : null),
      (text) => `has "${text}": it takes a path, such as /oauth2/sign_out.`,
    ),
  },
  /** ClusterRole of viewers. Its default is the name where the chart is installed as `countersign`. */
  viewerRole: {
    env: 'COUNTERSIGN_VIEWER_ROLE',
    chart: "the release's name",
    help: 'ClusterRole in the command that a person without the right to see is shown',
    usual: 'countersign-viewer',
    read: value((text) => (/^[\w.:-]+$/.test(text) ? text : null), 'is no name of a ClusterRole.'),
  },
  impersonation: {
    env: 'COUNTERSIGN_IMPERSONATE',
    chart: '`dashboard.impersonation`',
    help: "`constrained` or `legacy`: where the API server takes no tokens of the provider, the program's own account acts as who signed in",
    usual: 'off',
    read: value((text) => MODES.find((mode) => mode === text) ?? null, wrongMode),
  },
} satisfies Table

/** Settings that a laptop does not have. */
export const TEAM_SETTINGS = [TEAM, OIDC, CLAIMS].flatMap((table: Table) => Object.values(table))

/** Settings of a team's service, where people sign in. */
export interface ServiceSettings
  extends Omit<ValuesOf<typeof TEAM>, 'tlsCert' | 'tlsKey' | 'impersonation'> {
  readonly publicUrl: string
  /** PEM files; null for plain HTTP, behind a server that ends TLS. */
  readonly tls: { readonly cert: string; readonly key: string } | null
  /** Settings of the provider; null unless people sign in at one. */
  readonly oidc: NamedOidcSettings | null
}

/** The settings of team mode; null where none of them is set: then this is a laptop. */
export function readServiceSettings(given: Given): ServiceSettings | null | Problem {
  if (textsOf(TEAM.publicUrl, given).length === 0) {
    const set = TEAM_SETTINGS.flatMap((setting) => textsOf(setting, given).map(([name]) => name))
    if (set.length === 0) return null
    return {
      problem: `Settings of team mode: ${set.join(', ')}. COUNTERSIGN_PUBLIC_URL is missing: set it to the address that people open, as https://countersign.example.com. To serve one person at this machine, leave these settings out.`,
    }
  }
  const read = readTables({ team: TEAM }, given)
  if (isProblem(read)) return read
  const { publicUrl, tlsCert, tlsKey, impersonation, ...team } = read.team
  if (publicUrl === null) return null
  const hasProvider = team.ways.includes('oidc')
  if (impersonation !== 'off' && !hasProvider) {
    return { problem: 'COUNTERSIGN_IMPERSONATE needs "oidc" in COUNTERSIGN_SIGN_IN.' }
  }
  if (team.ways.includes('proxy') && team.proxies.length === 0) {
    return {
      problem:
        '"proxy" in COUNTERSIGN_SIGN_IN needs COUNTERSIGN_TRUSTED_PROXIES: name the addresses of the proxy.',
    }
  }
  if ((tlsCert === null) !== (tlsKey === null)) {
    return { problem: 'COUNTERSIGN_TLS_CERT and COUNTERSIGN_TLS_KEY go together.' }
  }
  const provider = hasProvider ? readTables({ oidc: OIDC, claims: CLAIMS }, given) : null
  if (provider !== null && isProblem(provider)) return provider
  const oidc = provider && oidcSettings(provider.oidc, provider.claims, impersonation, publicUrl)
  if (oidc !== null && isProblem(oidc)) return oidc
  const tls = tlsCert === null || tlsKey === null ? null : { cert: tlsCert, key: tlsKey }
  return { ...team, publicUrl, tls, oidc }
}

/** The origin, if the text is nothing else; cookies need TLS or this very machine. */
function originOf(text: string): string | null {
  const url = URL.parse(text)
  if (url === null || url.origin !== text.replace(/\/$/, '')) return null
  const isHere = url.hostname === 'localhost' || url.hostname.endsWith('.localhost')
  return url.protocol === 'https:' || (url.protocol === 'http:' && isHere) ? url.origin : null
}

function waysOf(text: string): readonly Way[] | null {
  const ways = commaList(text)
  return ways.length > 0 && ways.every(isWay) ? ways : null
}

function isWay(text: string): text is Way {
  return (WAYS as readonly string[]).includes(text)
}

function wrongWays(text: string): string {
  const strange = commaList(text).find((way) => !isWay(way))
  const wrong = strange === undefined ? 'is empty' : `has "${strange}"`
  return `${wrong}: it takes ${WAYS.join(', ')}, comma-separated. Each caller of this address must sign in.`
}

/** An address or prefix in the spelling that peers are compared with: `::ffff:10.0.0.1` is IPv4. */
function readProxy(text: string, name: string): string | Problem {
  const wrong = (why: string) => ({ problem: `${name}: "${text}" ${why}` })
  const address = parseIp(text)
  if (address !== null) return `${ipText(address)}/${address.length * 8}`
  const prefix = readPrefix(text)
  if (prefix === null) return wrong('is no address and no prefix.')
  const { bytes, bits } = prefix
  const first = bytes.map(
    (byte, at) => byte & (0xff << Math.min(8, Math.max(0, 8 * at + 8 - bits))),
  )
  const canonical = `${ipText(first)}/${bits}`
  if (ipText(first) === ipText(bytes)) return canonical
  return wrong(`names one address and many: write ${ipText(bytes)}, or ${canonical}.`)
}
