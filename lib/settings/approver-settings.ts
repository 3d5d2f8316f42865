import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { DEFAULT_LEASE, readLeasePlace } from '#lib/kube/writes/lease.ts'
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
import { port } from '#lib/settings/setting-readers.ts'
import { KUBELETS, type LiveSetting, liveSetting, SHARED } from '#lib/settings/shared-settings.ts'

const DIRECT = {
  policy: {
    ...SHARED.policy,
    usual: '',
    help: `${SHARED.policy.help}; beside it, as a file or a key of the ConfigMap, \`paused\` (the kill switch, on unless absent or "false") and \`released\` (when a person released the brake, RFC 3339)`,
    read: (text: string) =>
      text === ''
        ? { problem: 'There is no policy: --policy <file> or configmap:<namespace>/<name>.' }
        : SHARED.policy.read(text),
  },
  expected: SHARED.expected,
  kubeconfig: SHARED.kubeconfig,
  context: SHARED.context,
  lease: {
    flag: '--lease <ns>/<name>',
    chart: "the release's name",
    help: 'Lease by which one of several leads',
    usual: DEFAULT_LEASE,
    read: readLeasePlace,
  },
  identity: {
    flag: '--identity <text>',
    chart: "the Pod's name",
    help: "begins this process's name in the Lease",
    unset: "the host's name",
  },
  metricsHost: {
    flag: '--metrics-host <host>',
    chart: "the Pod's address",
    help: 'address of `/metrics`, `/livez` and `/readyz`',
    usual: '127.0.0.1',
  },
  metricsPort: {
    flag: '--metrics-port <port>',
    chart: '`approver.port`',
    help: 'port of it, 0 for any free one',
    usual: '8431',
    read: port,
  },
  serviceNetworks: SHARED.serviceNetworks,
  secondPerson: SHARED.secondPerson,
} satisfies Table

export const APPROVER_SETTINGS: readonly Setting[] = [
  ...Object.values(DIRECT),
  ...Object.values(KUBELETS),
]

/** Settings the approver starts with. Read once; no other code reads `process.env`. */
export interface Settings extends ValuesOf<typeof DIRECT> {
  /** Unique to this process. */
  readonly identity: string
  readonly liveCertificates: LiveSetting
  readonly env: Env
}

export type SettingsReading = { readonly settings: Settings } | { readonly help: string } | Problem

const USAGE = `Usage: countersign-approver --policy <place> [options]

  Approves requests that the policy lets it approve, and never denies one. It does nothing
  until the policy says "automatic.mode: shadow" (says what it would do) or "act".
`

/** Reads the command line and environment completely; one bad value prevents the start. */
export function readSettings(args: readonly string[], env: Env): SettingsReading {
  const given = readCommand(args, env, USAGE, APPROVER_SETTINGS)
  if (!('flags' in given)) return given
  const read = readTables({ direct: DIRECT, kubelets: KUBELETS }, given)
  if (isProblem(read)) return read
  const { direct, kubelets } = read
  const identity = `${direct.identity ?? hostname()}_${randomUUID()}`
  const liveCertificates = liveSetting(kubelets)
  return { settings: { ...direct, identity, liveCertificates, env } }
}
