import { expect, it } from 'vitest'
import { oldNode } from './old-node.ts'

it.each(['22.19.0', '22.20.1', '24.0.0', '26.12.1'])('Node %s runs the programs', (version) => {
  expect(oldNode(version, '>=22.19')).toBeNull()
})

it.each(['12.22.12', '20.20.2', '22.18.9'])(
  'Node %s is refused in a line that names the version to get',
  (version) => {
    expect(oldNode(version, '>=22.19')).toBe(
      `Countersign needs Node.js 22.19 or newer, and this is ${version}: https://nodejs.org has a newer one.`,
    )
  },
)
