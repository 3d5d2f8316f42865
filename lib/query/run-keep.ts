import { TRUST_LEVELS } from '#lib/csr/policy/trust.ts'
import { OUTCOMES } from '#lib/live/wire.ts'
import type { TabStorage } from '#lib/query/edges.ts'
import type { Run } from '#lib/query/run.ts'

/**
 * Where a run outlives its tab. localStorage rather than IndexedDB: it is written before the page
 * is gone, and the largest run (10,000 requests) is about 2 MB of its 5.
 */
const KEY = 'countersign.run'
/** Changes when a kept run of an older build would be misread. */
const FORM = 4

/** False when it could not be kept: the run goes on, but cannot be offered again. */
export function keepRun(storage: TabStorage | null, run: Run): boolean {
  return storage?.set(KEY, JSON.stringify({ form: FORM, run })) ?? false
}

export function forgetRun(storage: TabStorage | null): void {
  storage?.remove(KEY)
}

/** Null when there is none, or none that this build understands. */
export function keptRun(storage: TabStorage | null): Run | null {
  const text = storage?.get(KEY) ?? null
  if (text === null) return null
  try {
    const kept: unknown = JSON.parse(text)
    return isKept(kept) ? kept.run : null
  } catch {
    return null
  }
}

/**
 * Written by this very code for this very form: but storage can be edited, and a run decides
 * things, so what it decides about is looked at. (The server judges every request anew anyway.)
 */
function isKept(kept: unknown): kept is { readonly form: number; readonly run: Run } {
  if (!isRecord(kept) || kept.form !== FORM || !isRecord(kept.run)) return false
  const { id, startedAt, user, server, options, status, pause, machines, items } = kept.run
  return (
    [id, user, server].every((text) => typeof text === 'string') &&
    typeof startedAt === 'number' &&
    isRecord(options) &&
    [options.plausible, options.rebootstrapping, options.superseded, options.followServing].every(
      (option) => typeof option === 'boolean',
    ) &&
    (status === 'running' ||
      status === 'paused' ||
      status === 'stopped' ||
      status === 'finished') &&
    (pause === null || isKeptPause(pause)) &&
    Array.isArray(machines) &&
    machines.every(isKeptMachine) &&
    Array.isArray(items) &&
    items.every(isKeptItem)
  )
}

/** Why is told by another build, maybe: nothing of what is cut off goes by it. */
function isKeptPause(pause: unknown): boolean {
  return isRecord(pause) && (pause.until === null || typeof pause.until === 'number')
}

function isKeptMachine(machine: unknown): boolean {
  return (
    isRecord(machine) &&
    typeof machine.name === 'string' &&
    Array.isArray(machine.seen) &&
    machine.seen.every((uid) => typeof uid === 'string')
  )
}

const STATES: ReadonlySet<unknown> = new Set([
  'queued',
  'sent',
  'unclear',
  'approved',
  'heldBack',
  'failed',
  'left',
])
const TRUSTS: ReadonlySet<unknown> = new Set(TRUST_LEVELS)
const KNOWN_OUTCOMES: ReadonlySet<unknown> = new Set([null, ...OUTCOMES])

function isKeptItem(item: unknown): boolean {
  return (
    isRecord(item) &&
    [item.uid, item.name, item.machine, item.signerName, item.resourceVersion].every(
      (text) => typeof text === 'string',
    ) &&
    STATES.has(item.state) &&
    KNOWN_OUTCOMES.has(item.outcome) &&
    TRUSTS.has(item.accept) &&
    typeof item.superseded === 'boolean' &&
    typeof item.followed === 'boolean' &&
    typeof item.at === 'number'
  )
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
