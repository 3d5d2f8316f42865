import type { Cluster } from '#sandbox/control-plane/control-plane.ts'

type Host = Pick<Cluster, 'noKubelets'>

/**
 * Whether real kubelets can run here. With CI=true they have to: there a test that is left out
 * would look like one that has passed.
 */
export function hasKubelets({ noKubelets }: Host): boolean {
  if (noKubelets === '') return true
  if (process.env.CI === 'true') throw new Error(`CI=true, but no real kubelets: ${noKubelets}`)
  return false
}

/** Skips the test that calls it where there are none, and says why. */
export function needKubelets(host: Host, skip: (when: boolean, why: string) => void): void {
  skip(!hasKubelets(host), host.noKubelets)
}
