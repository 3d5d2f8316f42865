import type { Cluster } from '#sandbox/control-plane/control-plane.ts'

type Host = Pick<Cluster, 'noKubelets'>

/**
 * Whether real kubelets can run here. With CI=true they must: a skipped test would look like a
 * passed one.
 */
export function hasKubelets({ noKubelets }: Host): boolean {
  if (noKubelets === '') return true
  if (process.env.CI === 'true') throw new Error(`CI=true, but no real kubelets: ${noKubelets}`)
  return false
}

/** Skips the calling test where they cannot run, with the reason. */
export function needKubelets(host: Host, skip: (when: boolean, why: string) => void): void {
  skip(!hasKubelets(host), host.noKubelets)
}
