import type { RowChange } from '#lib/live/changes.ts'
import {
  ascending,
  descending,
  type Facts,
  factsOfMachine,
  factsOfRequest,
  failedFirst,
} from '#lib/query/board-facts.ts'
import { keptUp } from '#lib/query/kept-up.ts'
import { reordered } from '#lib/query/reordered.ts'

/** How all rows stand, whatever the filter and the time: what the board is cut from. */
export interface Standing {
  /** By deadline: overdue longest first, those without one last. */
  readonly waiting: readonly Facts[]
  readonly alarms: readonly Facts[]
  /** Denied, or failed at the signer: the latter first, then newest first. */
  readonly stopped: readonly Facts[]
  readonly onTheirWay: readonly Facts[]
  /** Whenever that was; newest first. */
  readonly joined: readonly Facts[]
  readonly others: readonly Facts[]
  readonly tallies: Tallies
}

/** What is counted over rows, and not by the length of a section. */
export interface Tallies {
  readonly verified: number
  readonly plausible: number
  /** Suspicious or refused: never part of a bulk. */
  readonly heldBack: number
  readonly duplicates: number
  readonly pendingRequests: number
  readonly requests: number
  readonly nodes: number
  readonly notReady: number
  /** Ready or not, they do not work: what the nodes page shows as `execUnavailable`. */
  readonly withoutExecAndLogs: number
  /** Ready, and nobody can say. */
  readonly execAndLogsUnknown: number
}

const SECTIONS = {
  waiting: ascending,
  alarms: descending,
  stopped: failedFirst,
  onTheirWay: descending,
  joined: descending,
  others: ascending,
} as const
type Section = keyof typeof SECTIONS
const SECTION_NAMES = Object.keys(SECTIONS) as readonly Section[]

/** Of the snapshot's rows as they are now. Sections without a change keep their identity. */
export const standingOf = keptUp<Standing>(() => NOBODY, follow)

const NOBODY: Standing = {
  waiting: [],
  alarms: [],
  stopped: [],
  onTheirWay: [],
  joined: [],
  others: [],
  tallies: {
    verified: 0,
    plausible: 0,
    heldBack: 0,
    duplicates: 0,
    pendingRequests: 0,
    requests: 0,
    nodes: 0,
    notReady: 0,
    withoutExecAndLogs: 0,
    execAndLogsUnknown: 0,
  },
}

function follow(standing: Standing, changes: readonly RowChange[]): Standing {
  if (changes.length === 0) return standing
  const gone = bySection()
  const come = bySection()
  const tallies = { ...standing.tallies }
  for (const change of changes) {
    const [before, after] = factsOf(change)
    if (before !== null) {
      count(tallies, before, -1)
      if (before.place !== 'none') gone[before.place].push(before)
    }
    if (after !== null) {
      count(tallies, after, 1)
      if (after.place !== 'none') come[after.place].push(after)
    }
  }
  const next = { ...standing, tallies }
  for (const section of SECTION_NAMES) {
    next[section] = reordered(standing[section], gone[section], come[section], SECTIONS[section])
  }
  return next
}

function factsOf(change: RowChange): readonly [Facts | null, Facts | null] {
  return change.kind === 'machine'
    ? [change.before && factsOfMachine(change.before), change.after && factsOfMachine(change.after)]
    : [change.before && factsOfRequest(change.before), change.after && factsOfRequest(change.after)]
}

function bySection(): Record<Section, Facts[]> {
  return { waiting: [], alarms: [], stopped: [], onTheirWay: [], joined: [], others: [] }
}

function count(
  tallies: { -readonly [Key in keyof Tallies]: number },
  facts: Facts,
  by: 1 | -1,
): void {
  tallies.pendingRequests += by * facts.pending
  if (facts.place === 'waiting') {
    if (facts.verdict === 'verified') tallies.verified += by
    else if (facts.verdict === 'plausible') tallies.plausible += by
    else tallies.heldBack += by
  }
  if (facts.kind === 'request') {
    tallies.requests += by
    return
  }
  const { machine } = facts
  tallies.requests += by * machine.requests.length
  if (facts.place === 'waiting') tallies.duplicates += by * machine.duplicates
  if (machine.node === null) return
  tallies.nodes += by
  if (machine.execAndLogs === 'unavailable') tallies.withoutExecAndLogs += by
  if (!machine.node.ready) tallies.notReady += by
  else if (machine.execAndLogs === 'unknown') tallies.execAndLogsUnknown += by
}
