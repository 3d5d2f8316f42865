import { expect, it } from 'vitest'
import { planNow } from '#components/bulk/plan.ts'
import { makeMachine, makeRequest } from '#components/machines/fixtures/make-machine.ts'
import { groupForApproval } from '#lib/query/preflight.ts'
import type { ListedRequest, ListedSnapshot } from '#lib/query/wire.ts'

const AGAIN = {
  verdict: 'plausible',
  reason: { code: 'node.new', finding: 'rebootstrapping', values: {} },
} as const satisfies Partial<ListedRequest>

const KNOWN = { lost: false }

function shown(odd: Partial<ListedRequest>): ListedSnapshot {
  const machine = makeMachine({ name: 'a', requests: [makeRequest(odd)] })
  return {
    machines: new Map([['a', machine]]),
    others: new Map(),
    feed: { sources: { nodes: KNOWN, machines: KNOWN } },
  } as unknown as ListedSnapshot
}

it.each<[string, Partial<ListedRequest>, Partial<ListedRequest>, string[]]>([
  ['stays what it was', AGAIN, AGAIN, ['rebootstrapping a']],
  ['was plausible, and its Node is there by now', { verdict: 'plausible' }, AGAIN, ['changed a']],
  ['was verified, and its Node is there by now', { verdict: 'verified' }, AGAIN, ['changed a']],
  ['its Node is gone by now', AGAIN, { verdict: 'plausible' }, ['rebootstrapping a']],
  ['its Node is Ready by now', AGAIN, { verdict: 'suspicious' }, ['suspicious a']],
])('a machine that %s', (_, before, now, where) => {
  const opened = groupForApproval(shown(before), 'safe')
  const { verified, plausible, rebootstrapping, heldBack } = planNow(opened, shown(now), () => true)
  const groups = { verified, plausible, rebootstrapping }
  expect([
    ...Object.entries(groups).flatMap(([group, planned]) =>
      planned.map(({ machine }) => `${group} ${machine.name}`),
    ),
    ...heldBack.map(({ why, name }) => `${why} ${name}`),
  ]).toEqual(where)
})
