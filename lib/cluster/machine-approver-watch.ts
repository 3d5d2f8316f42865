import type { MachineApproverBrake } from '#lib/csr/machine-approver/machine-approver-brake.ts'
import {
  type ClientFlow,
  MACHINE_APPROVER,
  type MachineApprover,
  UNKNOWN_MACHINE_APPROVER,
} from '#lib/csr/machine-approver/machine-approver-facts.ts'
import type { ClusterOperator } from '#lib/csr/model.ts'
import { sameValue } from '#lib/csr/same-value.ts'
import { MINUTE_MS } from '#lib/csr/units-of-time.ts'
import type { Clock } from '#lib/kube/transport/clock.ts'
import { keepAsking } from '#lib/kube/transport/keep-asking.ts'
import type { Source } from '#lib/wire/wire.ts'

/** Milliseconds between two looks at the machine-approver's ConfigMap. */
const LOOK_AGAIN_MS = 5 * MINUTE_MS
/** Milliseconds between two announcements of the brake's counts; its state is announced at once. */
const COUNTS_APART_MS = 1_000

export interface MachineApproverWatchOptions {
  readonly clock: Clock
  /** Reads the client flow, at intervals; rejects when the API server does not answer. */
  readonly clientFlow: (signal: AbortSignal) => Promise<ClientFlow>
  readonly onChange: (machineApprover: MachineApprover) => void
  readonly onBrake: () => void
}

/**
 * Follows the cluster's machine-approver: presence, settings, brake. Presence comes from its ClusterOperator, which is followed anyway; its configuration is read at
 * intervals.
 */
export function watchMachineApprover(options: MachineApproverWatchOptions) {
  const { clock, clientFlow, onChange, onBrake } = options
  let known = UNKNOWN_MACHINE_APPROVER
  let announced: MachineApproverBrake | null = null
  let cancelCounts: (() => void) | null = null

  function learn(facts: Partial<MachineApprover>): void {
    const before = known
    known = { ...known, ...facts }
    if (!sameValue(before, known)) onChange(known)
  }

  const looking = keepAsking(clock, async (signal) => {
    if (known.presence !== 'present') return LOOK_AGAIN_MS
    await clientFlow(signal).then((clients) => learn({ clients }), stands)
    return LOOK_AGAIN_MS
  })

  return {
    /** Takes the ClusterOperators as they are now. */
    operators(source: Source['state'], operators: readonly ClusterOperator[]): void {
      const operator = operators.find(({ name }) => name === MACHINE_APPROVER)
      const presence = presenceOf(source, operator !== undefined)
      const appeared = presence === 'present' && known.presence !== 'present'
      const available = operator?.available ?? false
      const message = operator?.message ?? ''
      learn({ presence, available, message })
      if (appeared) looking.now()
    },
    /** Reads the machine-approver's ConfigMap again, where it is present. */
    look: looking.now,
    /** Takes the state of the machine-approver's brake. */
    brake(brake: MachineApproverBrake): void {
      const same = announced?.pending === brake.pending && announced.limit === brake.limit
      if (same) return
      const tell = () => {
        cancelCounts = null
        onBrake()
      }
      if (announced?.state !== brake.state) {
        cancelCounts?.()
        tell()
      } else if (brake.state !== 'ok') cancelCounts ??= clock.after(COUNTS_APART_MS, tell)
      announced = brake
    },
    stop(): void {
      looking.stop()
      cancelCounts?.()
    },
  }
}

/** Does nothing: the last answer stays while the API server does not answer. */
function stands(): void {}

function presenceOf(source: Source['state'], listed: boolean): MachineApprover['presence'] {
  switch (source) {
    case 'absent':
      return 'absent'
    case 'live':
    case 'reconnecting':
    case 'stale':
      return listed ? 'present' : 'absent'
    default:
      return 'unknown'
  }
}
