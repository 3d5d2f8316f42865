import { expect, it } from 'vitest'
import { type MayApprove, nextDeadline } from '#lib/query/next-deadline.ts'
import type { Deadlines } from '#lib/wire/views.ts'

const NOBODY: Deadlines = { next: null, past: null }
const BOTH: MayApprove = { client: true, serving: true }
const CLIENT: MayApprove = { client: true, serving: false }
const NEITHER: MayApprove = { client: false, serving: false }

const at = (minute: number) => `2026-12-01T12:${String(minute).padStart(2, '0')}:00Z`
const due = (name: string, minute: number) => ({ name, at: at(minute), request: null })
const ahead = (name: string, minute: number) => ({ next: due(name, minute), past: null })
const past = (name: string, minute: number) => ({ next: null, past: due(name, minute) })

interface Case {
  readonly client?: Deadlines
  readonly serving?: Deadlines
  readonly may?: MayApprove
  readonly heldBack?: number
}

it.each<[string, Case, string]>([
  ['one hour runs', { client: ahead('a', 9) }, 'ahead a'],
  [
    'the least time left of both signers',
    { client: ahead('a', 9), serving: ahead('b', 5) },
    'ahead b',
  ],
  [
    'never what the person may not approve',
    { client: ahead('a', 9), serving: ahead('b', 5), may: CLIENT },
    'ahead a',
  ],
  [
    'an hour that runs before one that is past',
    { client: past('a', 1), serving: ahead('b', 5) },
    'ahead b',
  ],
  ['all are past: the longest', { client: past('a', 2), serving: past('b', 1) }, 'past b'],
  [
    'past, and not the person’s',
    { client: past('a', 2), serving: past('b', 1), may: CLIENT },
    'past a',
  ],
  ['all are held back', { heldBack: 3 }, 'none heldBack'],
  ['no right for its signer', { serving: ahead('b', 5), may: CLIENT }, 'none noRight'],
  ['no right at all', { client: ahead('a', 9), may: NEITHER }, 'none noRight'],
  ['nothing has a deadline', {}, 'none noDeadline'],
])(
  'the next deadline: %s',
  (_, { client = NOBODY, serving = NOBODY, may = BOTH, heldBack = 1 }, expected) => {
    const next = nextDeadline(
      { deadlines: { client, serving }, counts: { waiting: 3, heldBack } },
      may,
    )
    const said = next.kind === 'none' ? next.because : next.deadline.name
    expect(`${next.kind} ${said}`).toBe(expected)
  },
)
