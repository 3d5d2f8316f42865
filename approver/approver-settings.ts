import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { parseArgs } from 'node:util'
import type { SecondPersonKind } from '#lib/csr/policy/policy.ts'
import { readSecondPersonSetting } from '#lib/csr/policy/second-person-setting.ts'
import { type DocumentPlace, readPlace } from '#lib/kube/documents/document-place.ts'
import { type LiveSetting, readLiveSetting } from '#lib/kube/kubelet/live-setting.ts'
import { readNetworksSetting } from '#lib/kube/reads/service-networks.ts'
import { DEFAULT_LEASE, type LeasePlace, readLeasePlace } from '#lib/kube/writes/lease.ts'

/** Settings the approver starts with. Read once; no other code reads `process.env`. */
export interface Settings {
  /**
   * Path of one file. Null: `KUBECONFIG`, else the Pod's service account, else the home kubeconfig.
   */
  readonly kubeconfig: string | null
  readonly context: string | null
  readonly policy: DocumentPlace
  /** Place of the expected-machines list; null for none. */
  readonly expected: DocumentPlace | null
  readonly lease: LeasePlace
  /** Unique to this process. */
  readonly identity: string
  readonly metricsHost: string
  readonly metricsPort: number
  /** CIDR prefixes of Services, for clusters that do not publish them. */
  readonly serviceNetworks: readonly string[]
  /** Kinds that take two people whatever the policy says, and so are never approved here. */
  readonly secondPerson: readonly SecondPersonKind[]
  /** Whether to ask kubelets with pending requests for the certificate they present. */
  readonly liveCertificates: LiveSetting
  readonly env: Readonly<Record<string, string | undefined>>
}

export type SettingsReading =
  | { readonly settings: Settings }
  | { readonly help: string }
  | { readonly problem: string }

const LOOPBACK = '127.0.0.1'
const DEFAULT_PORT = '8431'

const HELP = `Usage: countersign-approver --policy <place> [options]

  Approves requests that the policy lets it approve, and never denies one. It does nothing
  until the policy says "automatic.mode: shadow" (says what it would do) or "act".

Options
  --policy <place>        ApprovalPolicy: a file, or configmap:<namespace>/<name>
                          (COUNTERSIGN_POLICY); beside it, as a file or a key of the ConfigMap:
                            paused    the kill switch, on unless absent or "false"
                            released  when a person released the brake, RFC 3339
  --expected <place>      expected machines: a CSV or YAML file, or configmap:<namespace>/<name>
                          (COUNTERSIGN_EXPECTED, else none)
  --kubeconfig <file>     kubeconfig to use (KUBECONFIG, else the Pod's service account,
                          else ~/.kube/config)
  --context <name>        context in it (its current context)
  --lease <ns>/<name>     Lease by which one of several leads (${DEFAULT_LEASE})
  --identity <text>       begins this process's name in the Lease (the host's name)
  --metrics-host <host>   address of /metrics, /livez and /readyz (${LOOPBACK})
  --metrics-port <port>   port of it, 0 for any free one (${DEFAULT_PORT})
  --help                  this text

Environment
  COUNTERSIGN_SERVICE_NETWORKS
                          prefixes of Services, comma-separated, where the cluster does not say:
                          no machine may ask for an address in them
  COUNTERSIGN_SECOND_PERSON
                          suspicious, controlPlane: what takes two people whatever the policy says,
                          and is left to them
  COUNTERSIGN_LIVE_CERTIFICATES
                          "off": kubelets are not asked for the certificate they have. Else, while
                          a serving request waits, its node's InternalIP is: a TLS handshake only.
                          http://<proxy>: through that HTTP proxy
  COUNTERSIGN_KUBELET_PORTS
                          ports at which kubelets are asked, comma-separated (10250)
  COUNTERSIGN_KUBELET_NETWORKS
                          prefixes of nodes in 100.64.0.0/10 or 198.18.0.0/15, comma-separated:
                          kubelets in these two ranges are not asked unless named (none)
`

const OPTIONS = {
  policy: { type: 'string' },
  expected: { type: 'string' },
  kubeconfig: { type: 'string' },
  context: { type: 'string' },
  lease: { type: 'string' },
  identity: { type: 'string' },
  'metrics-host': { type: 'string' },
  'metrics-port': { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const

/** Reads the command line and environment completely; one bad value prevents the start. */
export function readSettings(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): SettingsReading {
  const parsed = parseFlags(args)
  if ('problem' in parsed) return parsed
  const { flags } = parsed
  if (flags.help === true) return { help: HELP }

  const policy = readPlace(flags.policy ?? env.COUNTERSIGN_POLICY, 'policy')
  if (policy === null) {
    return { problem: 'There is no policy: --policy <file> or configmap:<namespace>/<name>.' }
  }
  if ('problem' in policy) return policy
  const expected = readPlace(
    flags.expected ?? env.COUNTERSIGN_EXPECTED,
    'list of expected machines',
  )
  if (expected !== null && 'problem' in expected) return expected

  const lease = readLeasePlace(flags.lease ?? DEFAULT_LEASE)
  if ('problem' in lease) return lease

  const live = readLiveSetting(env)
  if ('problem' in live) return live

  const services = readNetworksSetting(env)
  if ('problem' in services) return services

  const secondPerson = readSecondPersonSetting(env)
  if ('problem' in secondPerson) return secondPerson

  const port = flags['metrics-port'] ?? DEFAULT_PORT
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) {
    return { problem: `"${port}" is not a port: a number from 0 to 65535.` }
  }

  return {
    settings: {
      kubeconfig: flags.kubeconfig ?? null,
      context: flags.context ?? null,
      policy,
      expected,
      lease,
      identity: `${flags.identity ?? hostname()}_${randomUUID()}`,
      metricsHost: flags['metrics-host'] ?? LOOPBACK,
      metricsPort: Number(port),
      serviceNetworks: services.networks,
      secondPerson: secondPerson.kinds,
      liveCertificates: live,
      env,
    },
  }
}

interface Flags {
  readonly policy?: string
  readonly expected?: string
  readonly kubeconfig?: string
  readonly context?: string
  readonly lease?: string
  readonly identity?: string
  readonly 'metrics-host'?: string
  readonly 'metrics-port'?: string
  readonly help?: boolean
}

function parseFlags(
  args: readonly string[],
): { readonly flags: Flags } | { readonly problem: string } {
  try {
    return { flags: parseArgs({ args: [...args], options: OPTIONS }).values }
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) }
  }
}
