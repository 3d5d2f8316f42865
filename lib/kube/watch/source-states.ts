import type { Readable } from '#lib/csr/world/world.ts'
import type { ReflectorState } from '#lib/kube/watch/reflector-state.ts'

/** Before the first word of a reflector. */
export function connecting(now: string): ReflectorState {
  return {
    state: 'connecting',
    since: now,
    lastHeardAt: null,
    retryAt: null,
    causes: [],
    setAside: 0,
  }
}

/** What a source answers with can be used: it was read, and is being followed. */
export function isReadable({ state }: ReflectorState): boolean {
  // Reconnecting is a matter of seconds; after that it is `stale`.
  return state === 'live' || state === 'reconnecting'
}

/**
 * What may be judged by it: what it holds, or for good nothing, because the API server says that it
 * has none or shows it to nobody of our rights. Elsewhere nobody can say what it would tell, and what
 * only it could speak against would look innocent.
 */
export function isSettled(source: ReflectorState): boolean {
  return isReadable(source) || source.state === 'forbidden' || source.state === 'absent'
}

/** Worst first: of several that make up one source, the first of these is told. */
const TELLING: readonly ReflectorState['state'][] = [
  'unauthorized',
  'forbidden',
  'unreachable',
  'stale',
  'reconnecting',
  'connecting',
  'live',
  'absent',
]

/** Two APIs that serve the same kind of object, as one source: absent only when both are. */
export function combine(states: readonly [ReflectorState, ...ReflectorState[]]): ReflectorState {
  const told = states.reduce((worst, state) =>
    TELLING.indexOf(state.state) < TELLING.indexOf(worst.state) ? state : worst,
  )
  return { ...told, setAside: states.reduce((sum, { setAside }) => sum + setAside, 0) }
}

/** Of the Nodes, and of the APIs that serve Machines, what can be judged by. */
export function readableFrom(nodes: ReflectorState, machines: readonly ReflectorState[]): Readable {
  const there = machines.filter(({ state }) => state !== 'absent')
  const read = there.filter(isReadable)
  return { nodes: isReadable(nodes), machines: howMany(read.length, there.length) }
}

function howMany(read: number, there: number): Readable['machines'] {
  if (there === 0) return 'absent'
  return read > 0 && read < there ? 'partly' : read === there
}
