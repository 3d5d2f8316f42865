import type { MachineStory } from '#sandbox/scenario.ts'

/** Machines of one more rack: every other has a Machine object, their hours spread evenly. */
export function crowd(count: number): MachineStory[] {
  const digits = String(count).length
  return Array.from({ length: count }, (_, index) => {
    const label = `worker-${String(index + 1).padStart(digits, '0')}`
    const seconds = Math.round((index / count) * 55 * 60) + 30
    const began = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
    const [third, fourth] = [Math.floor(index / 250), (index % 250) + 1]
    return {
      name: `${label}.rack9.example.com`,
      ip: `10.29.${third}.${fourth}`,
      role: 'worker',
      began,
      ...(index % 2 === 0 ? { machineObject: `prod-edge-1-rack9-${label}` } : {}),
    }
  })
}
