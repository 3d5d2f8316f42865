import type { Readable } from '#lib/csr/world/world.ts'
import type { ReflectorState } from '#lib/kube/watch/reflector-state.ts'

/** Whether the source was read and is being followed. */
export function isReadable({ state }: ReflectorState): boolean {
  // Reconnecting takes seconds; after that the state is `stale`.
  return state === 'live' || state === 'reconnecting'
}

/**
 * Whether the source can be judged by: readable, or finally absent or forbidden. Otherwise facts
 * that only this source has may be missing, and a bad request would look good.
 */
export function isSettled(source: ReflectorState): boolean {
  return isReadable(source) || source.state === 'forbidden' || source.state === 'absent'
}

/** A forbidden source stays forbidden while the API server does not answer. */
export function standing(settled: ReflectorState, state: ReflectorState): ReflectorState {
  const isNoAnswer = state.state === 'unreachable' || state.state === 'connecting'
  return settled.state === 'forbidden' && isNoAnswer ? settled : state
}

/** States from worst to best: several sources show the worst one. */
const TELLING: readonly ReflectorState['state'][] = [
  'unauthorized',
  'forbidden',
  'unreachable',
  'stale',
  'reconnecting',
  'connecting',
  'tooMany',
  'live',
  'absent',
]

/** Two APIs of the same kind as one source: absent only if both are. */
export function combine(states: readonly [ReflectorState, ...ReflectorState[]]): ReflectorState {
  const combined = states.reduce((worst, state) =>
    TELLING.indexOf(state.state) < TELLING.indexOf(worst.state) ? state : worst,
  )
  return { ...combined, setAside: states.reduce((sum, { setAside }) => sum + setAside, 0) }
}

/** Which of Nodes and Machines can be used for judging. */
export function readableFrom(nodes: ReflectorState, machines: readonly ReflectorState[]): Readable {
  const there = machines.filter(({ state }) => state !== 'absent')
  const read = there.filter(isReadable)
  return { nodes: isReadable(nodes), machines: howMany(read.length, there.length) }
}

function howMany(read: number, there: number): Readable['machines'] {
  if (there === 0) return 'absent'
  return read > 0 && read < there ? 'partly' : read === there
}
