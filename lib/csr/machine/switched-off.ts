/**
 * Whether machines whose Nodes exist and are not Ready look like a cluster that was switched off:
 * many of them, or one of the control plane.
 */
export function looksSwitchedOff(count: number, hasControlPlane: boolean): boolean {
  // Least number of machines: fewer are taken for reinstalled or restarted ones.
  return count >= 4 || hasControlPlane
}
