import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { LOOPBACK, type Ports } from '#lib/settings/hosts.ts'
import { readServiceSettings, type ServiceSettings } from '#lib/settings/service-settings.ts'
import {
  type Env,
  isProblem,
  type Problem,
  readCommand,
  readTables,
} from '#lib/settings/setting.ts'
import { millisecondsOf } from '#lib/settings/setting-readers.ts'
import {
  DASHBOARD_TABLES,
  type DashboardValues,
  DEFAULT_PORT,
  IDLE,
  type LiveSetting,
  liveSetting,
  TEAM_TABLES,
} from '#lib/settings/setting-tables.ts'
import { preferencesFile, stateFolder } from '#lib/settings/state-file.ts'

/** Rows that are read into fields of other names. */
type Start = 'launchKey' | 'sessionIdleMs' | 'noOpen' | 'dev'

export interface WebhookSetting extends Readonly<DashboardValues['webhook']> {
  /** The address, which is never logged: it may hold a secret, as Slack's do. */
  readonly url: URL
}

/** Place of the record: a file, a folder with a file for each cluster, memory, or PostgreSQL. */
export type RecordPlace =
  | { readonly kind: 'file' | 'folder'; readonly path: string }
  | { readonly kind: 'memory' }
  | { readonly kind: 'postgres'; readonly url: string }

export interface RecordSetting extends Omit<DashboardValues['record'], 'named' | 'database'> {
  readonly place: RecordPlace
}

/** Settings the process starts with. Read once; no other code reads `process.env`. */
export interface Settings extends Omit<DashboardValues['dashboard'], Start> {
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
  const given = readCommand(args, env, USAGE, DASHBOARD_TABLES, { [title]: TEAM_TABLES })
  if (!('flags' in given)) return given
  const read = readTables(DASHBOARD_TABLES, given)
  if (isProblem(read)) return read
  const service = readServiceSettings(given)
  if (service !== null && isProblem(service)) return service
  const { webhook } = read
  const { launchKey, sessionIdleMs, noOpen, dev: devFlag, ...direct } = read.dashboard
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
  const dev = devFlag !== null
  // The machines of the demo are nowhere but behind its proxy; their addresses may be another network's.
  const live = liveSetting(read.kubelets)
  return {
    settings: {
      ...direct,
      launchKey: launchKey ?? randomBytes(32).toString('base64url'),
      isLaunchKeyGiven: launchKey !== null,
      opensBrowser: noOpen === null && !dev && launchKey === null,
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

function recordFolder(env: Env): RecordPlace | null {
  const folder = stateFolder(env)
  return folder === null ? null : { kind: 'folder', path: join(folder, 'record') }
}

/** The record's settings; null for none. `otherwise`: its place where none is set. */
function recordSetting(
  { named, database, ...limits }: DashboardValues['record'],
  otherwise: RecordPlace | null,
): RecordSetting | null | Problem {
  const place = placeOf(named, database ?? '', otherwise)
  if (place !== null && 'problem' in place) return place
  if (place !== null) {
    // Most bytes of a record in memory, as a demo has: it must leave the process room.
    const most = place.kind === 'memory' ? 64 * 2 ** 20 : limits.bytes
    return { place, ...limits, bytes: Math.min(limits.bytes, most) }
  }
  if (!limits.required) return null
  return {
    problem: 'COUNTERSIGN_RECORD_REQUIRED is true, and no record is kept: set COUNTERSIGN_RECORD.',
  }
}

function placeOf(
  named: DashboardValues['record']['named'],
  url: string,
  otherwise: RecordPlace | null,
): RecordPlace | null | Problem {
  if (named === null) return otherwise
  if (named === 'off') return null
  if (named !== 'postgres') return named
  // The URL is not repeated in the problem: it may hold a password.
  return /^postgres(ql)?:\/\//.test(url)
    ? { kind: 'postgres', url }
    : { problem: 'COUNTERSIGN_RECORD is postgres: DATABASE_URL has to be a postgres://… URL.' }
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
