import { readdirSync, readFileSync } from 'node:fs'

/** The processes that this one has started and that are still there. */
export function childrenOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((task) =>
      readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8')
        .split(' ')
        .filter((child) => child !== '')
        .map(Number),
    )
  } catch {
    // It has ended meanwhile.
    return []
  }
}
