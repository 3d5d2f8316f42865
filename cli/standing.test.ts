import { describe, expect, it } from 'vitest'
import type { JudgedMachine } from '#lib/csr/rows/rows.ts'
import { type Goal, standingOf } from './standing.ts'

type Fields = Partial<Pick<JudgedMachine, 'stage' | 'waiting' | 'next' | 'verdict'>> & {
  /** Whether its Node is Ready; null without a Node. */
  readonly node?: boolean | null
  readonly requests?: number
}

/** A row as far as it is read here. */
function row({ node = null, requests = 1, ...fields }: Fields): JudgedMachine {
  return {
    ...{ stage: 'clientRequested', waiting: true, next: 'approveClient', verdict: 'verified' },
    ...fields,
    reason: null,
    node: node === null ? null : { ready: node },
    requests: Array(requests).fill({}),
  } as unknown as JudgedMachine
}

const WAITS = row({})
const HELD = row({ next: 'review', verdict: 'suspicious' })
const DENIED = row({ stage: 'denied', waiting: false, next: null, verdict: null })
const FAILED = row({ stage: 'failed', waiting: false, next: null, verdict: null })
const NOT_READY = row({ stage: 'servingIssued', waiting: false, next: null, node: false })
const READY = row({ stage: 'ready', waiting: false, next: null, verdict: null, node: true })
const LOST = row({ stage: 'ready', waiting: false, next: null, verdict: null, node: false })
const LEFT_BEHIND = row({ stage: 'clientIssued', waiting: false, next: null, verdict: null })

const cases: readonly [string, JudgedMachine | null, Record<Goal, 'done' | 'waits' | 'person'>][] =
  [
    ['nothing', null, { ready: 'waits', requested: 'waits', gone: 'done' }],
    ['a request that waits', WAITS, { ready: 'waits', requested: 'done', gone: 'waits' }],
    ['a request that is held back', HELD, { ready: 'person', requested: 'done', gone: 'waits' }],
    ['a denied request', DENIED, { ready: 'person', requested: 'done', gone: 'done' }],
    [
      'a request that its signer refused',
      FAILED,
      { ready: 'person', requested: 'done', gone: 'done' },
    ],
    [
      'a Node that is not Ready yet',
      NOT_READY,
      { ready: 'waits', requested: 'done', gone: 'waits' },
    ],
    ['a Node that is Ready and serves', READY, { ready: 'done', requested: 'done', gone: 'waits' }],
    ['a Node that is Ready no more', LOST, { ready: 'waits', requested: 'done', gone: 'waits' }],
    [
      'an issued request and no Node',
      LEFT_BEHIND,
      { ready: 'waits', requested: 'done', gone: 'done' },
    ],
  ]

describe.each(cases)('a machine with %s', (_, machine, expected) => {
  it.each(Object.entries(expected) as [Goal, string][])('waited for as %s: %s', (goal, state) => {
    const { isDone, person } = standingOf('rack-1', machine, goal)
    expect({ isDone, needsPerson: person !== null }).toEqual({
      isDone: state === 'done',
      needsPerson: state === 'person',
    })
  })
})
