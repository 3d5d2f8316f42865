/** A machine on its way to the state that a script waits for. Pure. */

import type { Verdict } from '#lib/csr/model.ts'
import type { JudgedMachine, Stage } from '#lib/csr/rows/rows.ts'
import { inEnglish } from '#lib/messages/english.ts'

/** The state that is waited for. */
export const GOALS = ['ready', 'requested', 'gone'] as const
export type Goal = (typeof GOALS)[number]

export interface Standing {
  readonly machine: string
  /** `absent`: neither a request nor a Node has this name. */
  readonly stage: Stage | 'absent'
  /** Null when nothing is pending. */
  readonly verdict: Verdict | null
  readonly isDone: boolean
  /** The reason why only a person can go on, in English; null for none. */
  readonly person: string | null
}

/** `row`: what is known under that name; null for nothing. */
export function standingOf(machine: string, row: JudgedMachine | null, goal: Goal): Standing {
  const { verdict = null } = row ?? {}
  // A Machine object alone is not there yet.
  const isThere = row !== null && (row.requests.length > 0 || row.node !== null)
  const stage = isThere ? row.stage : 'absent'
  const isDone = DONE[goal](row)
  return { machine, stage, verdict, isDone, person: isDone ? null : personFor(row, goal) }
}

const DONE: Readonly<Record<Goal, (row: JudgedMachine | null) => boolean>> = {
  ready: (row) => row?.stage === 'ready' && row.node?.ready === true,
  requested: (row) => row !== null && (row.requests.length > 0 || row.node !== null),
  gone: (row) => row === null || (row.node === null && !row.waiting),
}

/** A request that is held back is decided by a person; a denied or failed one comes again or never. */
function personFor(row: JudgedMachine | null, goal: Goal): string | null {
  if (row === null || goal !== 'ready') return null
  if (row.waiting && row.next === 'review') {
    return `${row.verdict}: ${row.reason === null ? 'see its checks' : inEnglish([row.reason])}`
  }
  if (row.waiting) return null
  if (row.stage === 'denied') return 'denied: a person denied its request'
  if (row.stage === 'failed') return 'failed: its signer refused its request'
  return null
}
