import {
  MACHINE_APPROVER,
  type MachineApprover,
  type MachineApproverBrake,
  UNKNOWN_MACHINE_APPROVER,
} from '#lib/csr/machine-approver.ts'
import type { ClusterOperator } from '#lib/csr/model.ts'
import type { Clock } from '#lib/kube/clock.ts'
import { keepAsking } from '#lib/kube/keep-asking.ts'
import type { Source } from '#lib/live/wire.ts'

/** Milliseconds between two looks at its ConfigMap. */
const LOOK_AGAIN_MS = 5 * 60 * 1000
/** The brake's counts change with every request: they are told so far apart, its state at once. */
const COUNTS_APART_MS = 1_000

/** What this process knows of the cluster's machine-approver. */
export interface MachineApproverWatch {
  /** What the ClusterOperators say now. */
  operators(source: Source['state'], operators: readonly ClusterOperator[]): void
  /** Looks at its ConfigMap again, if it is there. */
  look(): void
  /** How its brake stands. */
  brake(brake: MachineApproverBrake): void
  stop(): void
}

export interface MachineApproverWatchOptions {
  readonly clock: Clock
  /** Whether its client flow is off; null when that cannot be read. */
  readonly readClientDisabled: (signal: AbortSignal) => Promise<boolean | null>
  readonly onChange: (machineApprover: MachineApprover) => void
  readonly onBrake: () => void
}

/**
 * Whether it runs is told by its ClusterOperator, which is followed anyway; its configuration is
 * read now and then.
 */
export function watchMachineApprover(options: MachineApproverWatchOptions): MachineApproverWatch {
  const { clock, readClientDisabled, onChange, onBrake } = options
  let known = UNKNOWN_MACHINE_APPROVER
  let told: MachineApproverBrake | null = null
  let cancelCounts: (() => void) | null = null

  function learn(facts: Partial<MachineApprover>): void {
    known = { ...known, ...facts }
    onChange(known)
  }

  const looking = keepAsking(clock, async (signal) => {
    if (known.presence !== 'present') return LOOK_AGAIN_MS
    try {
      learn({ clientDisabled: await readClientDisabled(signal) })
    } catch {
      // What was known stands until the next look.
    }
    return LOOK_AGAIN_MS
  })

  return {
    operators(source, operators) {
      const operator = operators.find(({ name }) => name === MACHINE_APPROVER)
      const presence = presenceOf(source, operator !== undefined)
      const appeared = presence === 'present' && known.presence !== 'present'
      const available = operator?.available ?? false
      const message = operator?.message ?? ''
      const same =
        presence === known.presence && available === known.available && message === known.message
      if (same) return
      learn({ presence, available, message })
      if (appeared) looking.now()
    },
    look: looking.now,
    brake(brake) {
      const same = told?.pending === brake.pending && told.limit === brake.limit
      if (same) return
      const tell = () => {
        cancelCounts = null
        onBrake()
      }
      if (told?.state !== brake.state) {
        cancelCounts?.()
        tell()
      } else if (brake.state !== 'ok') cancelCounts ??= clock.after(COUNTS_APART_MS, tell)
      told = brake
    },
    stop() {
      looking.stop()
      cancelCounts?.()
    },
  }
}

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
