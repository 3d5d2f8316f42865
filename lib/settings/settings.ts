import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { isSignerName } from '#lib/csr/name-syntax.ts'
import { DEFAULT_LEASE, readLeasePlace } from '#lib/kube/writes/lease.ts'
import { LOOPBACK, type Ports } from '#lib/settings/hosts.ts'
import { RECORD, type RecordSetting, recordSetting } from '#lib/settings/record-setting.ts'
import {
  readServiceSettings,
  type ServiceSettings,
  TEAM_SETTINGS,
} from '#lib/settings/service-settings.ts'
import {
  type Env,
  isProblem,
  type Problem,
  readCommand,
  readTables,
  type Setting,
  type Table,
  type ValuesOf,
} from '#lib/settings/setting.ts'
import {
  listenAddress,
  listOf,
  millisecondsOf,
  port,
  value,
} from '#lib/settings/setting-readers.ts'
import { KUBELETS, type LiveSetting, liveSetting, SHARED } from '#lib/settings/shared-settings.ts'
import { preferencesFile, stateFolder } from '#lib/settings/state-file.ts'
import { WEBHOOK, type WebhookSetting } from '#lib/settings/webhook-setting.ts'

export const DEFAULT_PORT = 8430

const LAUNCH_KEY_LENGTH = 32
const DEFAULT_HOST = 'localhost'
/**
 * Time without a visible page after which a session ends, unless set. A team's is short: its address
 * opens on every machine, a laptop's only on the laptop.
 */
const IDLE = { laptop: '12h', team: '10m' } as const
const LEAST_IDLE = '1m'
/** Longest time that may be set, a week: Node's timers end at 24 days. */
const MOST_IDLE = '168h'

/** Settings that are used as they are read. */
const DIRECT = {
  ...SHARED,
  kubeconfig: {
    ...SHARED.kubeconfig,
    unset: "`KUBECONFIG`, else in team mode the Pod's service account, else `~/.kube/config`",
  },
  policy: { ...SHARED.policy, unset: 'the built-in one' },
  clusterName: {
    flag: '--cluster-name <name>',
    env: 'COUNTERSIGN_CLUSTER_NAME',
    chart: '`dashboard.clusterName`',
    help: "the cluster's name on pages, before sign-in too",
    unset:
      "OpenShift's infrastructure name, else the API server's host where it is a name (not an address, not `*.svc`), else the host of the public address",
    read: value(
      (text) => (/^[\p{L}\p{N}][\p{L}\p{N} ._:-]{0,63}$/u.test(text) ? text : null),
      () =>
        'takes up to 64 letters, digits, spaces and . _ : - and begins with a letter or a digit.',
    ),
  },
  port: {
    flag: '--port <number>',
    env: 'PORT',
    help: 'port, 0 for any free one',
    usual: String(DEFAULT_PORT),
    read: port,
  },
  /** Pages at 127.0.0.1 and a port of their own, for browsers that do not open `*.localhost`. */
  plainAddress: {
    flag: `--host ${LOOPBACK}`,
    env: 'HOST',
    help: `pages at ${LOOPBACK} and a random port, for a browser that does not open names under localhost`,
    usual: DEFAULT_HOST,
    read: readHost,
  },
  approverLease: {
    flag: '--approver-lease <ns>/<name>',
    env: 'COUNTERSIGN_APPROVER_LEASE',
    chart: "the release's name",
    help: 'Lease of the automatic approver, where what it does is read',
    usual: DEFAULT_LEASE,
    read: readLeasePlace,
  },
  metrics: {
    flag: '--metrics <address>',
    env: 'COUNTERSIGN_METRICS',
    chart: '`dashboard.listenAddress`, `dashboard.ports.metrics`',
    help: '`/metrics` without the key, at an address and port of its own',
    unset: 'none',
    read: listenAddress,
  },
  /** Signers other than the two kubelet ones that may be approved. */
  extraSigners: {
    env: 'COUNTERSIGN_SIGNERS',
    help: 'other signers whose requests may be approved, comma-separated; always one at a time, with a reason',
    usual: '',
    read: listOf(
      value(
        (text) => (isSignerName(text) ? text : null),
        'is not the name of one signer, as example.com/my-signer.',
      ),
    ),
  },
} satisfies Table

const START = {
  noOpen: {
    flag: '--no-open',
    help: "do not open the address in a browser. Without it one opens where standard output is a terminal on this machine's own screen: not over SSH, under tmux, Screen or sudo, and not in CI",
  },
  dev: { flag: '--dev', help: 'development server' },
  /**
   * The launch key, in RFC 6750's syntax: it travels in an Authorization header and in a URL
   * fragment.
   */
  launchKey: {
    env: 'COUNTERSIGN_LAUNCH_KEY',
    refusesEmpty: true,
    help: `the key that opens the dashboard, at least ${LAUNCH_KEY_LENGTH} characters; without it a new one is made at each start`,
    read: value(
      (text) =>
        text.length >= LAUNCH_KEY_LENGTH && /^[A-Za-z0-9._~+/=-]+$/.test(text) ? text : null,
      () => `must be at least ${LAUNCH_KEY_LENGTH} characters out of A-Z a-z 0-9 . _ ~ + / = -`,
    ),
  },
  sessionIdleMs: {
    env: 'COUNTERSIGN_SESSION_IDLE',
    chart: '`dashboard.sessionIdle`',
    help: `a browser is signed out when no page was visible for this long, from ${LEAST_IDLE} to ${MOST_IDLE}`,
    unset: `\`${IDLE.laptop}\`, in team mode \`${IDLE.team}\``,
    read: value(
      (text) => {
        const ms = millisecondsOf(text)
        return ms < millisecondsOf(LEAST_IDLE) || ms > millisecondsOf(MOST_IDLE) ? null : ms
      },
      () => `takes a duration from ${LEAST_IDLE} to ${MOST_IDLE}, such as 30m, 12h or 1h30m.`,
    ),
  },
} satisfies Table

const TABLES = {
  direct: DIRECT,
  start: START,
  kubelets: KUBELETS,
  record: RECORD,
  webhook: WEBHOOK,
}
const OWN: readonly Setting[] = Object.values(TABLES).flatMap((table: Table) =>
  Object.values(table),
)
/** Every setting of the dashboard. */
export const ALL_SETTINGS: readonly Setting[] = [...OWN, ...TEAM_SETTINGS]

/** Settings for the docs: of a team, with those that a laptop has, too, and of the webhook. */
export const DOCUMENTED = {
  team: [...TEAM_SETTINGS, DIRECT.clusterName, START.sessionIdleMs],
  webhook: Object.values(WEBHOOK),
} satisfies Readonly<Record<string, readonly Setting[]>>

/** Settings the process starts with. Read once; no other code reads `process.env`. */
export interface Settings extends ValuesOf<typeof DIRECT> {
  /** The launch key: 256 bits made here, unless given. */
  readonly launchKey: string
  /** Whether the settings give the key: then the server does not print it. */
  readonly isLaunchKeyGiven: boolean
  /** Whether the address may be opened in a browser here. */
  readonly opensBrowser: boolean
  readonly sessionIdleMs: number
  readonly liveCertificates: LiveSetting
  /** Receiver of messages about waiting machines; null: none. */
  readonly webhook: WebhookSetting | null
  /** File in which the settings of a person for the pages are kept; null for none. */
  readonly preferences: string | null
  /** The durable record; null for none. */
  readonly record: RecordSetting | null
  readonly demo: boolean
  readonly dev: boolean
  /** The settings of team mode; null on a laptop. */
  readonly service: ServiceSettings | null
  /** Next's output folder, from the root of the project. */
  readonly distDir: string
  /** Environment for the kubeconfig and its credential plugins, without our own secrets. */
  readonly env: Env
}

export type SettingsReading = { readonly settings: Settings } | { readonly help: string } | Problem

const USAGE = `Usage: countersign [options]

  Serves the dashboard to this machine only, at an address that is another one at each start:
  http://<random>.localhost:${DEFAULT_PORT}. Scripts find its API at http://${LOOPBACK}:${DEFAULT_PORT}.
`

/** The settings of this process. */
export function settingsOfProcess(): SettingsReading {
  return readSettings(process.argv.slice(2), process.env)
}

/** Reads the command line and environment whole: nothing starts with one bad value. */
export function readSettings(args: readonly string[], env: Env): SettingsReading {
  const title = 'Team mode, where people sign in (docs/sign-in.md)'
  const given = readCommand(args, env, USAGE, OWN, [[title, TEAM_SETTINGS]])
  if (!('flags' in given)) return given
  const read = readTables(TABLES, given)
  if (isProblem(read)) return read
  const service = readServiceSettings(given)
  if (service !== null && isProblem(service)) return service
  const { direct, webhook } = read
  const isFile = direct.policy?.kind === 'file' || direct.expected?.kind === 'file'
  if (service !== null && isFile) {
    return {
      problem:
        'In team mode --policy and --expected take configmap:<namespace>/<name>: each save needs the right of the person who saves.',
    }
  }
  const demo = env.COUNTERSIGN_DEMO === '1'
  const record = recordSetting(read.record, demo ? { kind: 'memory' } : recordFolder(env))
  if (record !== null && isProblem(record)) return record
  const { launchKey, sessionIdleMs, ...start } = read.start
  const dev = start.dev !== null
  // The machines of the demo are nowhere but behind its proxy; their addresses may be another network's.
  const live = liveSetting(read.kubelets)
  return {
    settings: {
      ...direct,
      launchKey: launchKey ?? randomBytes(32).toString('base64url'),
      isLaunchKeyGiven: launchKey !== null,
      opensBrowser: start.noOpen === null && !dev && launchKey === null,
      sessionIdleMs: sessionIdleMs ?? millisecondsOf(service === null ? IDLE.laptop : IDLE.team),
      liveCertificates: demo && live.on && live.proxy === null ? { on: false } : live,
      webhook: webhook.url === null ? null : { ...webhook, url: webhook.url },
      preferences: preferencesFile(env),
      record,
      demo,
      dev,
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

/** Whether pages have the plain address of this machine. */
function readHost(text: string, name: string): boolean | Problem {
  if (text === DEFAULT_HOST || text === LOOPBACK) return text === LOOPBACK
  const problem = `Will not listen on "${text}": each caller of the dashboard acts with your credentials, so it serves ${DEFAULT_HOST} only.`
  // Some shells export the machine's name as HOST.
  const cure = ` That is HOST in the environment: unset it, or add --host ${DEFAULT_HOST}, which goes before it.`
  return { problem: name === 'HOST' ? `${problem}${cure}` : problem }
}

function recordFolder(env: Env): RecordSetting['place'] | null {
  const folder = stateFolder(env)
  return folder === null ? null : { kind: 'folder', path: join(folder, 'record') }
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

/** The address that signs a browser in. */
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
