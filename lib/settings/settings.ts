import { randomBytes } from 'node:crypto'
import { parseArgs } from 'node:util'
import { commaList } from '#lib/csr/comma-list.ts'
import { isSignerName } from '#lib/csr/name-syntax.ts'
import type { SecondPersonKind } from '#lib/csr/policy/policy.ts'
import { readSecondPersonSetting } from '#lib/csr/policy/second-person-setting.ts'
import { type DocumentPlace, readPlace } from '#lib/kube/documents/document-place.ts'
import { type LiveSetting, readLiveSetting } from '#lib/kube/kubelet/live-setting.ts'
import { readNetworksSetting } from '#lib/kube/reads/service-networks.ts'
import { DEFAULT_LEASE, type LeasePlace, readLeasePlace } from '#lib/kube/writes/lease.ts'
import { LOOPBACK, type Ports } from '#lib/settings/hosts.ts'
import { type ListenAddress, readListenAddress } from '#lib/settings/listen-address.ts'
import { type RecordSetting, readRecordSetting } from '#lib/settings/record-setting.ts'
import {
  readServiceSettings,
  SERVICE_FLAGS,
  type ServiceFlags,
  type ServiceSettings,
} from '#lib/settings/service-settings.ts'
import { DEFAULT_IDLE, readSessionIdle, SERVICE_IDLE } from '#lib/settings/session-idle.ts'
import { preferencesFile } from '#lib/settings/state-file.ts'
import { readWebhookSetting, type WebhookSetting } from '#lib/settings/webhook-setting.ts'

/** Settings the process starts with. Read once; no other code reads `process.env`. */
export interface Settings {
  /** One file; null: `KUBECONFIG`, else the home one. */
  readonly kubeconfig: string | null
  /** Null: the kubeconfig's own current context. */
  readonly context: string | null
  /** The cluster's name on pages; null: its own, or its host. */
  readonly clusterName: string | null
  /** 0: any free port. */
  readonly port: number
  /** Pages at 127.0.0.1 and a port of their own, for browsers that do not open `*.localhost`. */
  readonly plainAddress: boolean
  /** 256 bits made here, unless given. */
  readonly launchKey: string
  /** Whether the settings give the key: then the server does not print it. */
  readonly isLaunchKeyGiven: boolean
  /** Whether the address may be opened in a browser here. */
  readonly opensBrowser: boolean
  /** A session ends when no page of it was visible for this long, milliseconds. */
  readonly sessionIdleMs: number
  /** Signers other than the two kubelet ones that may be approved, one at a time. */
  readonly extraSigners: readonly string[]
  /** Kinds of requests that take two people, whatever the policy says. */
  readonly secondPerson: readonly SecondPersonKind[]
  /** CIDR prefixes of Services, for clusters that do not tell. */
  readonly serviceNetworks: readonly string[]
  /** The ApprovalPolicy; null: the built-in one. */
  readonly policy: DocumentPlace | null
  /** The expected-machines list; null: there is none. */
  readonly expected: DocumentPlace | null
  /** By which the automatic approver leads: what it does is read there. */
  readonly approverLease: LeasePlace
  /** Whether kubelets whose requests wait, or whose nodes are on screen, are asked what they present. */
  readonly liveCertificates: LiveSetting
  /** Port of its own for `/metrics`; null: none. */
  readonly metrics: ListenAddress | null
  /** Receiver of messages about waiting machines; null: none. */
  readonly webhook: WebhookSetting | null
  /** Where what a person sets for the pages is kept; null: nowhere. */
  readonly preferences: string | null
  /** The durable trail; null for none. */
  readonly record: RecordSetting | null
  readonly demo: boolean
  readonly dev: boolean
  /** Null on a laptop. */
  readonly service: ServiceSettings | null
  /** Next's output folder, from the root of the project. */
  readonly distDir: string
  /** For the kubeconfig and its credential plugins; without our own secrets. */
  readonly env: Readonly<Record<string, string | undefined>>
}

export type SettingsReading =
  | { readonly settings: Settings }
  | { readonly help: string }
  | { readonly problem: string }

export const DEFAULT_PORT = 8430
export const LAUNCH_KEY_LENGTH = 32

const DEFAULT_HOST = 'localhost'

const HELP = `Usage: countersign [options]

  Serves the dashboard to this machine only, at an address that is another one at each start:
  http://<random>.localhost:${DEFAULT_PORT}. Scripts find its API at http://${LOOPBACK}:${DEFAULT_PORT}.

Options
  --kubeconfig <file>  kubeconfig to use             (KUBECONFIG, else ~/.kube/config)
  --context <name>     context in it                 (its current context)
  --cluster-name <name>
                       its name on pages, before sign-in too (COUNTERSIGN_CLUSTER_NAME, else
                       OpenShift's infrastructure name, else the API server's host)
  --port <number>      port, 0 for any free one      (PORT, else ${DEFAULT_PORT})
  --host ${LOOPBACK}     pages at ${LOOPBACK} and a random port, for a browser that does not
                       open names under localhost    (HOST, else ${DEFAULT_HOST})
  --no-open            do not open the address in a browser. Without it one opens where standard output
                       is a terminal on this machine's own screen: not over SSH, under tmux,
                       Screen or sudo, and not in CI
  --policy <place>     ApprovalPolicy: a file, or configmap:<namespace>/<name>
                       (COUNTERSIGN_POLICY, else what is built in)
  --expected <place>   expected machines: a CSV or YAML file, or configmap:<namespace>/<name>
                       (COUNTERSIGN_EXPECTED, else none)
  --approver-lease <ns>/<name>
                       Lease of the automatic approver, if it was given another
                       (COUNTERSIGN_APPROVER_LEASE, else ${DEFAULT_LEASE})
  --metrics <address>:<port>
                       /metrics without the key, at a port of its own
                       (COUNTERSIGN_METRICS, else none)
  --public-url <url>   team mode: the address of the pages, where people sign in
                       (COUNTERSIGN_PUBLIC_URL; see docs/sign-in.md)
  --listen <address>   team mode: where pages are served, as 0.0.0.0:8443
                       (COUNTERSIGN_LISTEN, else 127.0.0.1:8443)
  --tls-cert <file>, --tls-key <file>
                       team mode: own TLS (COUNTERSIGN_TLS_CERT, COUNTERSIGN_TLS_KEY)
  --probes <address>   team mode: /livez and /readyz at a port of their own
                       (COUNTERSIGN_PROBES)
  --dev                development server
  --help               this text

Environment
  COUNTERSIGN_LAUNCH_KEY  the key that opens the dashboard, at least ${LAUNCH_KEY_LENGTH} characters;
                          without it a new one is made at each start
  COUNTERSIGN_SESSION_IDLE
                          a browser is signed out when no page was visible for this long, from
                          1m to 168h (default: ${DEFAULT_IDLE})
  COUNTERSIGN_SIGNERS     other signers whose requests may be approved, comma-separated;
                          always one at a time, with a reason
  COUNTERSIGN_SECOND_PERSON
                          what two people approve or nobody, comma-separated: suspicious,
                          controlPlane (default: nothing)
  COUNTERSIGN_SERVICE_NETWORKS
                          prefixes of Services, comma-separated, where the cluster does not say:
                          no machine may ask for an address in them
  COUNTERSIGN_LIVE_CERTIFICATES
                          "off": kubelets are not asked for the certificate they have. Else, while
                          a serving request waits or its node is on screen, the node's InternalIP
                          is: a TLS handshake only. http://<proxy>: through that HTTP proxy
  COUNTERSIGN_KUBELET_PORTS
                          ports at which kubelets are asked, comma-separated (10250)
  COUNTERSIGN_RECORD      where requests and decisions are recorded: off, sqlite:<file>, or
                          postgres at DATABASE_URL (a file in the user's state folder)
  COUNTERSIGN_RECORD_REQUIRED
                          true: nothing is decided while nothing can be recorded (false)
  COUNTERSIGN_RECORD_DAYS, COUNTERSIGN_RECORD_BYTES
                          for how long and how much is kept (365, 1Gi)
  COUNTERSIGN_KUBELET_NETWORKS
                          prefixes of nodes in 100.64.0.0/10 or 198.18.0.0/15, comma-separated:
                          kubelets in these two ranges are not asked unless named (none)
  COUNTERSIGN_WEBHOOK_URL, COUNTERSIGN_WEBHOOK_FORMAT, COUNTERSIGN_WEBHOOK_LANGUAGE,
  COUNTERSIGN_WEBHOOK_SECRET_FILE
                          receiver of messages about machines that wait: its address; json, slack,
                          teams or alertmanager (json); en or ja (en); the file of the key that
                          signs (none)
`

/** The settings of this process. */
export function settingsOfProcess(): SettingsReading {
  return readSettings(process.argv.slice(2), process.env)
}

/** Command line and environment, read whole: one bad value and nothing starts. */
export function readSettings(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): SettingsReading {
  const parsed = parseFlags(args)
  if ('problem' in parsed) return parsed
  const flags = parsed.flags
  if (flags.help === true) return { help: HELP }

  const host = flags.host ?? (env.HOST || DEFAULT_HOST)
  if (host !== DEFAULT_HOST && host !== LOOPBACK) {
    const problem = `Will not listen on "${host}": whoever reaches the dashboard acts with your credentials, so it serves ${DEFAULT_HOST} only.`
    // Some shells export the machine's name as HOST.
    const cure = `That is HOST in the environment: unset it, or add --host ${DEFAULT_HOST}, which goes before it.`
    return { problem: flags.host === undefined ? `${problem} ${cure}` : problem }
  }

  const portText = flags.port ?? env.PORT ?? String(DEFAULT_PORT)
  const port = Number(portText)
  if (!/^\d{1,5}$/.test(portText) || port > 65535) {
    return { problem: `"${portText}" is not a port: a number from 0 to 65535.` }
  }

  const clusterName = (flags['cluster-name'] ?? env.COUNTERSIGN_CLUSTER_NAME) || null
  if (clusterName !== null && !/^[\p{L}\p{N}][\p{L}\p{N} ._:-]{0,63}$/u.test(clusterName)) {
    return {
      problem:
        'COUNTERSIGN_CLUSTER_NAME takes up to 64 letters, digits, spaces and . _ : - and begins with a letter or a digit.',
    }
  }

  const givenKey = env.COUNTERSIGN_LAUNCH_KEY
  if (givenKey !== undefined && !isLaunchKey(givenKey)) {
    return {
      problem: `COUNTERSIGN_LAUNCH_KEY must be at least ${LAUNCH_KEY_LENGTH} characters out of A-Z a-z 0-9 . _ ~ + / = -`,
    }
  }

  const team = readServiceSettings(flags, env)
  if ('problem' in team) return team
  const { service } = team

  const idle = readSessionIdle(env, service === null ? DEFAULT_IDLE : SERVICE_IDLE)
  if ('problem' in idle) return idle

  const policy = readPlace(flags.policy ?? env.COUNTERSIGN_POLICY, 'policy')
  if (policy !== null && 'problem' in policy) return policy
  const expected = readPlace(
    flags.expected ?? env.COUNTERSIGN_EXPECTED,
    'list of expected machines',
  )
  if (expected !== null && 'problem' in expected) return expected

  const isFile = policy?.kind === 'file' || expected?.kind === 'file'
  if (service !== null && isFile) {
    return {
      problem:
        'In team mode --policy and --expected take configmap:<namespace>/<name>: each save needs the right of the person who saves.',
    }
  }

  const approverLease = readLeasePlace(
    flags['approver-lease'] || env.COUNTERSIGN_APPROVER_LEASE || DEFAULT_LEASE,
  )
  if ('problem' in approverLease) return approverLease

  const live = readLiveSetting(env)
  if ('problem' in live) return live
  const services = readNetworksSetting(env)
  if ('problem' in services) return services
  // The machines of the demo are nowhere but behind its proxy; their addresses may be somebody else's.
  const demo = env.COUNTERSIGN_DEMO === '1'

  const extraSigners = commaList(env.COUNTERSIGN_SIGNERS)
  const strange = extraSigners.find((name) => !isSignerName(name))
  if (strange !== undefined) {
    return {
      problem: `COUNTERSIGN_SIGNERS: "${strange}" is not the name of one signer, as example.com/my-signer.`,
    }
  }
  const record = readRecordSetting(env, demo)
  if ('problem' in record) return record
  const secondPerson = readSecondPersonSetting(env)
  if ('problem' in secondPerson) return secondPerson
  const metrics = readListenAddress(flags.metrics ?? env.COUNTERSIGN_METRICS, 'COUNTERSIGN_METRICS')
  if (metrics !== null && 'problem' in metrics) return metrics
  const notify = readWebhookSetting(env)
  if ('problem' in notify) return notify

  return {
    settings: {
      kubeconfig: flags.kubeconfig ?? null,
      context: flags.context ?? null,
      clusterName,
      port,
      plainAddress: host === LOOPBACK,
      launchKey: givenKey ?? randomBytes(32).toString('base64url'),
      isLaunchKeyGiven: givenKey !== undefined,
      opensBrowser: flags['no-open'] !== true && flags.dev !== true && givenKey === undefined,
      sessionIdleMs: idle.ms,
      extraSigners,
      secondPerson: secondPerson.kinds,
      serviceNetworks: services.networks,
      policy,
      expected,
      approverLease,
      liveCertificates: demo && live.on && live.proxy === null ? { on: false } : live,
      metrics,
      webhook: notify.webhook,
      preferences: preferencesFile(env),
      record: record.setting,
      demo,
      dev: flags.dev === true,
      service,
      distDir: env.NEXT_DIST_DIR || '.next',
      env: {
        ...env,
        COUNTERSIGN_LAUNCH_KEY: undefined,
        COUNTERSIGN_WEBHOOK_URL: undefined,
        DATABASE_URL: undefined,
      },
    },
  }
}

/**
 * Line printed once the pages at `host` can be opened. The address has a key that this process made,
 * and not a given one, which would only be copied into logs.
 */
export function openingLine(
  { launchKey, isLaunchKeyGiven }: Pick<Settings, 'launchKey' | 'isLaunchKeyGiven'>,
  host: string,
): string {
  return isLaunchKeyGiven
    ? `Countersign is at http://${host}/#key=… with the key of COUNTERSIGN_LAUNCH_KEY.`
    : `Countersign is at ${pageAddress(launchKey, host)}`
}

/** Address that signs a browser in. */
export function pageAddress(launchKey: string, host: string): string {
  return `http://${host}/#key=${encodeURIComponent(launchKey)}`
}

/** Note about that address, in one line. */
export function addressRemark(
  { plainAddress }: Pick<Settings, 'plainAddress'>,
  port: Ports,
): string {
  if (port.pages === null) {
    return `If your browser cannot open that name, start with --host ${LOOPBACK}.`
  }
  const why = plainAddress ? `--host ${LOOPBACK}` : 'This machine resolves no names under localhost'
  return `${why}: pages have a random port of their own; scripts have ${port.scripts}.`
}

/** RFC 6750's token characters: it travels in an Authorization header and in a URL fragment. */
function isLaunchKey(text: string): boolean {
  return text.length >= LAUNCH_KEY_LENGTH && /^[A-Za-z0-9._~+/=-]+$/.test(text)
}

interface Flags extends ServiceFlags {
  readonly kubeconfig?: string
  readonly context?: string
  readonly 'cluster-name'?: string
  readonly port?: string
  readonly host?: string
  readonly policy?: string
  readonly expected?: string
  readonly 'approver-lease'?: string
  readonly metrics?: string
  readonly 'no-open'?: boolean
  readonly dev?: boolean
  readonly help?: boolean
}

function parseFlags(
  args: readonly string[],
): { readonly flags: Flags } | { readonly problem: string } {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        kubeconfig: { type: 'string' },
        context: { type: 'string' },
        'cluster-name': { type: 'string' },
        port: { type: 'string' },
        host: { type: 'string' },
        policy: { type: 'string' },
        expected: { type: 'string' },
        ...SERVICE_FLAGS,
        'approver-lease': { type: 'string' },
        metrics: { type: 'string' },
        'no-open': { type: 'boolean' },
        dev: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    })
    return { flags: values }
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) }
  }
}
