import type { MachineStory } from '#sandbox/scenario.ts'

/** First subnet of the crowd: 20,000 machines fit between it and the end of the network. */
const FIRST_SUBNET = 100

/**
 * Machines of one more rack. Every other one has a Machine object, and their starts are spread over
 * the hour. Their network is the one that the story's policy allows, without the story's own
 * machines.
 */
export function crowd(count: number): MachineStory[] {
  const digits = String(count).length
  return Array.from({ length: count }, (_, index) => {
    const label = `worker-${String(index + 1).padStart(digits, '0')}`
    const seconds = Math.round((index / count) * 55 * 60) + 30
    const began = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
    const [third, fourth] = [FIRST_SUBNET + Math.floor(index / 250), (index % 250) + 1]
    return {
      name: `${label}.rack9.example.com`,
      ip: `10.20.${third}.${fourth}`,
      role: 'worker',
      began,
      ...(index % 2 === 0 ? { machineObject: `prod-edge-1-rack9-${label}` } : {}),
    }
  })
}
