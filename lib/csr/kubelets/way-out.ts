/** Steps from kubelets that sign their own certificate to metrics-server without its flag. */
export const WAY_STEPS = ['ask', 'approve', 'renew', 'dropFlag'] as const
export type WayStep = (typeof WAY_STEPS)[number]

/** `part`: begun, and not the step that is now. `locked`: not allowed yet. */
export type WayState = 'done' | 'part' | 'now' | 'todo' | 'locked'

export interface WayCounts {
  readonly nodes: number
  /** Nodes that keep the flag, those that were not asked among them. */
  readonly left: number
  /** Nodes that were asked, present no certificate of the cluster and filed no request for one. */
  readonly filedNothing: number
  /** Nodes that were not asked yet. */
  readonly unasked: number
  /** Nodes whose serving request waits: for a click, or held back by a check. */
  readonly approvable: number
  readonly held: number
}

/** The program that approves renewals: null for none, so that each waits for a person. */
export type Renewer = 'approver' | 'machineApprover' | null

/**
 * The state of each step; one at most is `now`. Requests that wait come before nodes that ask for
 * nothing: approving them costs a click, and without it these kubelets serve nothing.
 */
export function wayOut(counts: WayCounts, renewer: Renewer): Readonly<Record<WayStep, WayState>> {
  const isWaiting = counts.approvable + counts.held > 0
  const doAllAsk = counts.nodes > 0 && counts.filedNothing + counts.unasked === 0
  const isFree = counts.nodes > 0 && counts.left === 0
  const now: WayStep | null = isWaiting
    ? 'approve'
    : counts.filedNothing > 0
      ? 'ask'
      : counts.left > 0 || counts.nodes === 0
        ? null
        : renewer === null
          ? 'renew'
          : 'dropFlag'
  const open = (step: WayStep, isDone: boolean, isBegun: boolean): WayState => {
    if (step === now) return 'now'
    return isDone ? 'done' : isBegun ? 'part' : 'todo'
  }
  return {
    ask: open('ask', doAllAsk, counts.filedNothing + counts.unasked < counts.nodes),
    approve: open('approve', isFree, doAllAsk),
    renew: open('renew', renewer !== null, false),
    dropFlag: isFree ? open('dropFlag', false, false) : 'locked',
  }
}
