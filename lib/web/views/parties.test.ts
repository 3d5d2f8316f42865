import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ONLOOKER, type ViewerName } from '#lib/csr/verdict/viewer-overlay.ts'
import { ClusterViews } from '#lib/web/views/cluster-views.ts'
import { createExpectedView } from '#lib/web/views/expected-view.ts'
import {
  changesBetween,
  everyView,
  FIRST,
  NOTHING,
  viewsOf,
} from '#lib/web/views/fixtures/views-of.ts'
import { ago, makeMachine, makeRequest, NOW } from '#lib/wire/fixtures/cluster.ts'
import { histories, type RowSet } from '#lib/wire/fixtures/random-rows.ts'

const people = fc.record({
  name: fc.constantFrom('ann', 'bo', 'cy', 'dan', 'system:node:a', 'system:node:b', ''),
  uid: fc.constantFrom('', 'uid-of-bo', 'uid-of-dan'),
})

/** The lists as the server would send them. */
function bytesFor(views: ClusterViews, rows: RowSet, viewer: ViewerName): string {
  const machines = new Map(rows.machines.map((row) => [row.name, row]))
  const state = {
    expected: [],
    revision: 1,
    rows: { machines, others: new Map(), alarms: new Map() },
  }
  const asked = { from: 0, to: 200, text: '', filter: 'all' } as const
  const context = { viewer, now: NOW }
  const expected = createExpectedView()(state, asked, context)
  return JSON.stringify({ ...everyView(views, context), expected })
}

/** The views after each change of the history, and the last rows. */
function lastOf(history: readonly { readonly rows: RowSet }[]) {
  const views = new ClusterViews()
  let before = NOTHING
  for (const { rows } of history) {
    views.take(changesBetween(before, rows))
    before = rows
  }
  return { views, rows: before }
}

describe('along any history, for any two viewers', () => {
  it('a viewer’s lists depend only on their standing', () => {
    fc.assert(
      fc.property(histories, people, (history, viewer) => {
        const { views, rows } = lastOf(history)
        const standing = views.parties.standing(viewer)
        expect(bytesFor(views, rows, standing)).toBe(bytesFor(views, rows, viewer))
      }),
    )
  })

  it('the same standing gives the same bytes, and only a party has a standing of its own', () => {
    fc.assert(
      fc.property(histories, people, people, (history, one, other) => {
        const { views, rows } = lastOf(history)
        const standings = [views.parties.standing(one), views.parties.standing(other)]
        const isShared = standings.every((standing) => standing === ONLOOKER)
        const bytes = (viewer: ViewerName) => bytesFor(views, rows, viewer)
        expect(!isShared || bytes(one) === bytes(other)).toBe(true)
        expect(standings[0] === standings[1]).toBe(isShared)
      }),
    )
  })

  it('a person is a party exactly while the last rows name them', () => {
    fc.assert(
      fc.property(histories, people, (history, viewer) => {
        const { views, rows } = lastOf(history)
        expect(views.parties.standing(viewer)).toEqual(viewsOf(rows).parties.standing(viewer))
      }),
    )
  })
})

/** Views of one request that kim filed and that ann proposed to approve. */
function viewsOfTwo(): ClusterViews {
  const proposal = {
    proposer: { username: 'ann', uid: 'uid-of-ann' },
    ...{ name: 'p', by: 'ann', at: ago(60), until: ago(-60), note: '', uncounted: null },
  }
  const twoPeople = {
    because: 'suspicious',
    becauseOwn: 'suspicious',
    proposals: [proposal],
  } as const
  const requests = [makeRequest({ requestor: 'kim', twoPeople })]
  return viewsOf({ machines: [makeMachine({ requests })] })
}

describe('the lists of', () => {
  const views = viewsOfTwo()
  const all = { ...FIRST, status: 'all', superseded: 'shown' } as const
  it.each<[string, ViewerName, 'a party' | 'an onlooker', unknown[]]>([
    ['the requestor', { name: 'kim' }, 'a party', ['suspicious', null]],
    ['the first of two people', { name: 'ann' }, 'a party', ['verified', 'own']],
    ['the same, recreated', { name: 'a', uid: 'uid-of-ann' }, 'a party', ['verified', 'own']],
    ['a node', { name: 'system:node:worker-9' }, 'a party', ['verified', null]],
    ['a bootstrap identity', { name: 'system:bootstrap:abc' }, 'a party', ['verified', null]],
    ['a person without a name yet', { name: '' }, 'a party', ['verified', null]],
    ['anybody else', { name: 'lee', uid: 'uid-of-lee' }, 'an onlooker', ['verified', null]],
    ['a name in another case', { name: 'Kim' }, 'an onlooker', ['verified', null]],
  ])('the lists of %s', (_, viewer, what, seen) => {
    const standing = views.parties.standing(viewer)
    expect(standing).toBe(what === 'a party' ? viewer : ONLOOKER)
    const [row] = views.requests.page(all, { viewer: standing, now: NOW }).rows
    expect([row?.verdict, row?.secondPerson?.proposal?.uncounted]).toEqual(seen)
  })
})

it('the requestor of a decided request is an onlooker', () => {
  const requests = [makeRequest({ requestor: 'kim', status: 'Approved', verdict: null })]
  const views = viewsOf({ machines: [makeMachine({ requests })] })
  expect(views.parties.standing({ name: 'kim' })).toBe(ONLOOKER)
})
