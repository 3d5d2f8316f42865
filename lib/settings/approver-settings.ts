import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import {
  type Env,
  isProblem,
  type Problem,
  readCommand,
  readTables,
} from '#lib/settings/setting.ts'
import {
  APPROVER_TABLES,
  type ApproverValues,
  type LiveSetting,
  liveSetting,
} from '#lib/settings/setting-tables.ts'

/** Settings the approver starts with. Read once; no other code reads `process.env`. */
export interface Settings extends Readonly<ApproverValues['approver']> {
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
  const given = readCommand(args, env, USAGE, APPROVER_TABLES)
  if (!('flags' in given)) return given
  const read = readTables(APPROVER_TABLES, given)
  if (isProblem(read)) return read
  const { approver, kubelets } = read
  const identity = `${approver.identity ?? hostname()}_${randomUUID()}`
  return { settings: { ...approver, identity, liveCertificates: liveSetting(kubelets), env } }
}
