/** Result of `npm run versions` on one Kubernetes version. */
export interface Tried {
  /** Such as `v1.33.13`. */
  readonly version: string
  /** Number of the contract's tests that passed. */
  readonly contract: number
  /** Number of the main flow's tests that passed. */
  readonly mainFlow: number
  readonly failed: number
  /** Day, such as `2026-12-01`. */
  readonly at: string
}

const BEGIN = '<!-- tried: written by `npm run versions`, do not edit -->'
const END = '<!-- /tried -->'
const HEAD = [
  '| Kubernetes | Contract, tests passed | Main flow, tests passed | Failed | Day |',
  '| --- | --- | --- | --- | --- |',
]

/** The document with that row in its table: in place of the same minor's, in the order of minors. */
export function withTried(document: string, tried: Tried): string {
  const from = document.indexOf(BEGIN)
  const to = document.indexOf(END)
  if (from === -1 || to < from) throw new Error(`docs/versions.md has lost its markers: ${BEGIN}`)
  const others = document
    .slice(from, to)
    .split('\n')
    .filter((line) => line.startsWith('| v') && minorOf(line) !== minorOf(rowOf(tried)))
  const rows = [...others, rowOf(tried)].sort((a, b) => minorOf(a) - minorOf(b))
  const table = [...HEAD, ...rows].join('\n')
  return `${document.slice(0, from)}${BEGIN}\n\n${table}\n\n${document.slice(to)}`
}

function rowOf({ version, contract, mainFlow, failed, at }: Tried): string {
  return `| ${version} | ${contract} | ${mainFlow} | ${failed} | ${at} |`
}

function minorOf(row: string): number {
  return Number(/^\| v1\.(\d+)/.exec(row)?.[1])
}
