import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { timesYardstick } from '#lib/csr/fixtures/processor-time.ts'
import type { JudgedRequest } from '#lib/csr/rows/rows.ts'
import { machinesPage } from '#lib/web/views/board/machines-view.ts'
import { summaryOf } from '#lib/web/views/board/summary-view.ts'
import { ClusterViews } from '#lib/web/views/cluster-views.ts'
import {
  CONTEXT,
  changesBetween,
  everyView,
  FIRST,
  makeNode,
  NOTHING,
  viewsOf,
} from '#lib/web/views/fixtures/views-of.ts'
import { searchAll } from '#lib/web/views/search-view.ts'
import { ago, makeMachine, makeRequest, NOW } from '#lib/wire/fixtures/cluster.ts'
import { histories, type RowSet } from '#lib/wire/fixtures/random-rows.ts'
import {
  BOARD_SECTIONS,
  type BoardRow,
  type BoardSection,
  type VerdictFilter,
} from '#lib/wire/views.ts'

const ALL_REQUESTS = { ...FIRST, status: 'all', superseded: 'shown' } as const
const ALL_NODES = { ...FIRST, filter: 'all' } as const

describe('along any history', () => {
  it('the views after any history equal the views of the last rows alone', () => {
    fc.assert(
      fc.property(histories, fc.nat(7_200), (history, seconds) => {
        const context = { ...CONTEXT, now: NOW + seconds * 1_000 }
        const views = new ClusterViews()
        let before = NOTHING
        for (const { rows, looked } of history) {
          views.take(changesBetween(before, rows))
          before = rows
          if (!looked) continue
          expect(everyView(views, context)).toEqual(everyView(viewsOf(rows), context))
        }
        expect(everyView(views, context)).toEqual(everyView(viewsOf(before), context))
      }),
    )
  })

  it('requests are sorted, then superseded ones placed below their newest', () => {
    fc.assert(
      fc.property(histories, (history) => {
        const rows = history.at(-1)?.rows ?? NOTHING
        const listed = viewsOf(rows).requests.page(ALL_REQUESTS, CONTEXT).rows
        expect(listed.map(({ uid }) => uid)).toEqual(orderedAnew(rows).map(({ uid }) => uid))
      }),
    )
  })

  it('a list has as many rows as the summary counts', () => {
    fc.assert(
      fc.property(histories, (history) => {
        const views = viewsOf(history.at(-1)?.rows ?? NOTHING)
        const { counts } = summaryOf(views.board, CONTEXT)
        const machines = { ...FIRST, verdict: 'all', sort: 'deadline' } as const
        const total = (section: BoardSection) =>
          machinesPage(views.board, { ...machines, section }, CONTEXT).total
        for (const section of BOARD_SECTIONS) {
          const elsewhere = section === 'waiting' ? counts.returning : 0
          expect(total(section)).toBe(counts[section] - elsewhere)
        }
        expect(views.nodes.page(ALL_NODES, CONTEXT).total).toBe(counts.nodes)
        expect(views.nodes.page({ ...ALL_NODES, filter: 'execUnavailable' }, CONTEXT).total).toBe(
          counts.withoutExecAndLogs,
        )
        expect(views.requests.page(ALL_REQUESTS, CONTEXT).total).toBe(counts.requests)
        expect(views.requests.page({ ...ALL_REQUESTS, status: 'pending' }, CONTEXT).total).toBe(
          counts.pendingRequests,
        )
      }),
    )
  })
})

describe('for any viewer', () => {
  it('verdicts are counted and filtered as the rows show them, for any viewer', () => {
    const verdicts = ['verified', 'plausible', 'heldBack'] as const
    const groupOf = (row: BoardRow) => {
      if (row.kind === 'alarm') return null
      const { verdict } = row.kind === 'machine' ? row.machine : row.request
      return verdict === 'verified' || verdict === 'plausible' ? verdict : 'heldBack'
    }
    fc.assert(
      fc.property(histories, fc.constantFrom('ann', 'bo', ''), (history, name) => {
        const context = { ...CONTEXT, viewer: { name } }
        const views = new ClusterViews()
        let before = NOTHING
        for (const { rows } of history) {
          views.take(changesBetween(before, rows))
          before = rows
        }
        const of = (section: BoardSection, verdict: VerdictFilter) =>
          machinesPage(views.board, { ...FIRST, section, verdict, sort: 'deadline' }, context).rows
        const { counts } = summaryOf(views.board, context)
        for (const verdict of verdicts) {
          const shown = [...of('waiting', 'all'), ...of('returning', 'all')]
          expect(shown.filter((row) => groupOf(row) === verdict)).toHaveLength(counts[verdict])
          expect(new Set(of('waiting', verdict).map(groupOf))).toEqual(
            new Set(of('waiting', verdict).length === 0 ? [] : [verdict]),
          )
        }
        const suspicious = views.requests.page(
          { ...ALL_REQUESTS, verdict: 'suspicious' },
          context,
        ).rows
        const all = views.requests.page(ALL_REQUESTS, context).rows
        expect(suspicious.map(({ uid }) => uid).toSorted()).toEqual(
          all.flatMap(({ uid, verdict }) => (verdict === 'suspicious' ? [uid] : [])).toSorted(),
        )
      }),
    )
  })

  it('the viewer’s own request is in no bulk of theirs, and in another viewer’s', () => {
    const requests = [makeRequest({ requestor: 'ann' })]
    const views = viewsOf({ machines: [makeMachine({ requests, node: makeNode() })] })
    const seenBy = (name: string) => {
      const context = { ...CONTEXT, viewer: { name } }
      const { counts, offer } = summaryOf(views.board, context)
      const [node] = views.nodes.page(ALL_NODES, context).rows
      return [counts.verified, counts.heldBack, offer.client.verified, node?.next, node?.verdict]
    }
    expect(seenBy('bo')).toEqual([1, 0, 1, 'approveClient', 'verified'])
    expect(seenBy('ann')).toEqual([0, 1, 0, 'review', 'suspicious'])
    expect(seenBy('')).toEqual(seenBy('bo'))
  })
})

/**
 * Requests sorted independently: pending first, then newest first, each superseded one below the
 * newest of its signer.
 */
function orderedAnew({ machines, others }: RowSet): readonly JudgedRequest[] {
  const isPending = ({ status }: JudgedRequest) => status === 'Pending'
  const sorted = [...machines.flatMap(({ requests }) => requests), ...others].sort(
    (a, b) =>
      Number(isPending(b)) - Number(isPending(a)) ||
      Date.parse(b.createdAt) - Date.parse(a.createdAt) ||
      (a.uid < b.uid ? -1 : 1),
  )
  const key = ({ signerName, nodeName }: JudgedRequest) => `${signerName} ${nodeName}`
  const byAge = sorted
    .filter(({ superseded }) => superseded)
    .sort((a, b) => Date.parse(b.createdAt) - Date.parse(a.createdAt) || (a.uid < b.uid ? -1 : 1))
  const older = Map.groupBy(byAge, key)
  const ordered: JudgedRequest[] = []
  for (const request of sorted) {
    if (request.superseded) continue
    ordered.push(request)
    if (request.nodeName === null || !isPending(request)) continue
    ordered.push(...(older.get(key(request)) ?? []))
    older.delete(key(request))
  }
  const firstDecided = ordered.findIndex((request) => !isPending(request))
  const place = firstDecided === -1 ? ordered.length : firstDecided
  ordered.splice(place, 0, ...[...older.values()].flat())
  return ordered
}

describe('a page', () => {
  const requests = Array.from({ length: 250 }, (_, n) =>
    makeRequest({ uid: `u${String(n).padStart(3, '0')}`, nodeName: null }),
  )
  const views = viewsOf({ others: requests })
  it.each<[from: number, to: number, first: string | undefined, count: number]>([
    [0, 100, 'u000', 100],
    [100, 200, 'u100', 100],
    [200, 300, 'u200', 50],
    [249, 250, 'u249', 1],
    [250, 350, undefined, 0],
    [999, 1_000, undefined, 0],
  ])('a page from %i to %i begins with %s and has %i rows', (from, to, first, count) => {
    const page = views.requests.page({ ...ALL_REQUESTS, from, to }, CONTEXT)
    expect([page.rows[0]?.uid, page.rows.length]).toEqual([first, count])
    expect([page.total, page.from]).toEqual([250, from])
  })
})

describe('the topics that a change touches', () => {
  const take = (before: Partial<RowSet>, after: Partial<RowSet>) => {
    const rows = { ...NOTHING, ...before }
    return [...viewsOf(rows).take(changesBetween(rows, { ...NOTHING, ...after }))].sort()
  }
  const requests = [makeRequest()]
  const machine = makeMachine({ requests })
  const decided = makeMachine({ requests: [makeRequest({ status: 'Approved' })] })
  it.each<[string, Partial<RowSet>, Partial<RowSet>, string[]]>([
    [
      'a machine asks',
      {},
      { machines: [machine] },
      ['expected', 'machines', 'requests', 'summary'],
    ],
    [
      'its request is approved',
      { machines: [machine] },
      { machines: [decided] },
      ['activity', 'machines', 'requests', 'summary'],
    ],
    [
      'its Node appears',
      { machines: [machine] },
      { machines: [{ ...machine, node: makeNode() }] },
      ['expected', 'kubelets', 'machines', 'nodes', 'summary'],
    ],
    [
      'its count of duplicates changes, which the page of expected machines does not show',
      { machines: [machine] },
      { machines: [{ ...machine, duplicates: 7 }] },
      ['machines', 'summary'],
    ],
    [
      'it waits no longer',
      { machines: [machine] },
      { machines: [{ ...machine, waiting: false }] },
      ['expected', 'machines', 'summary'],
    ],
    [
      'a decided request without a machine goes',
      { others: [makeRequest({ status: 'Denied', nodeName: null })] },
      {},
      ['activity', 'machines', 'requests', 'summary'],
    ],
  ])('a change touches its topics: %s', (_, before, after, topics) => {
    expect(take(before, after)).toEqual(topics)
  })
})

it('a request that moves to a machine is listed once, whichever change comes first', () => {
  const moved = makeRequest({ nodeName: null })
  const before = { ...NOTHING, others: [moved] }
  const after = { ...NOTHING, machines: [makeMachine({ requests: [makeRequest()] })] }
  const views = viewsOf(before)
  views.take(changesBetween(before, after).toSorted((a, b) => (a.kind < b.kind ? -1 : 1)))
  expect(views.requests.page(ALL_REQUESTS, CONTEXT)).toMatchObject({ total: 1, counts: { all: 1 } })
})

it('100,000 rows: a page, a search and a change stay within their budgets', () => {
  const machines = Array.from({ length: 25_000 }, (_, n) => {
    const name = `ip-10-${n % 200}-${Math.floor(n / 200)}.compute.internal`
    const requests = [0, 1, 2, 3].map((k) =>
      makeRequest({ uid: `${n}-${k}`, name: `csr-${n}${k}`, nodeName: name, createdAt: ago(n) }),
    )
    return makeMachine({ name, requests, node: makeNode(), deadline: ago(-n) })
  })
  const views = viewsOf({ machines })
  const context = CONTEXT
  const waiting = {
    ...FIRST,
    to: 100,
    section: 'waiting',
    verdict: 'all',
    sort: 'deadline',
  } as const
  expect(views.requests.page(ALL_REQUESTS, context).total).toBe(100_000)
  machinesPage(views.board, waiting, context)
  summaryOf(views.board, context)
  views.nodes.page(ALL_NODES, context)
  const change = () => {
    const [row] = machines
    if (row === undefined) throw new Error('no row')
    const after = { ...row, duplicates: row.duplicates + 1 }
    views.take([{ kind: 'machine', key: row.name, before: row, after }])
    machinesPage(views.board, waiting, context)
  }
  const works: [budget: number, work: () => void][] = [
    [10, () => views.requests.page({ ...ALL_REQUESTS, from: 60_000, to: 60_100 }, context)],
    [10, () => summaryOf(views.board, context)],
    [40, change],
    [150, () => views.requests.page({ ...ALL_REQUESTS, text: 'csr-1 10-1' }, context)],
    [150, () => views.nodes.page({ ...ALL_NODES, text: '10-129' }, context)],
    [150, () => machinesPage(views.board, { ...waiting, text: '10-129' }, context)],
    // The most expensive search: every request contains the word, outside the searched texts.
    [400, () => searchAll(views, 'kubelet')],
  ]
  for (const [budget, work] of works) expect(timesYardstick(budget, work)).toBeLessThan(budget)
}, 60_000)
