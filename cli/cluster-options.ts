/** Options of the dashboard that the commands which read the cluster take as well. */
export const CLUSTER_OPTIONS = {
  kubeconfig: { type: 'string' },
  context: { type: 'string' },
  policy: { type: 'string' },
  expected: { type: 'string' },
} as const

type Given = Readonly<Partial<Record<keyof typeof CLUSTER_OPTIONS, string>>>

/** Those of them that were given, as the dashboard takes them. */
export function clusterArgs(values: Given): readonly string[] {
  return Object.keys(CLUSTER_OPTIONS).flatMap((name) => {
    const value = values[name as keyof Given]
    return value === undefined ? [] : [`--${name}`, value]
  })
}
