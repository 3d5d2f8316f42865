import { beforeEach, expect, it } from 'vitest'
import { cause } from '#lib/csr/cause.ts'
import { type DocumentInForce, keepInForce } from '#lib/kube/documents/document-in-force.ts'
import type { DocumentState } from '#lib/kube/documents/followed-document.ts'
import { manualClock } from '#lib/kube/fixtures/manual-clock.ts'

const GONE = [cause('fileAbsent', { path: '/p' })]
let state: DocumentState
let changed: () => void
/** The document after each change. */
let seen: string[]
let document: DocumentInForce<string, string>

/** Parses texts that begin with "good"; `later` is parsed after a turn. */
function follow(endsWhenAbsent = false): void {
  state = { status: 'unread', text: null, version: null, causes: [] }
  seen = []
  const parsed = (text: string) =>
    text.startsWith('good') ? { value: text } : { problems: [`${text} is bad`] }
  document = keepInForce<string, string>({
    follow(onChange) {
      changed = onChange
      return {
        current: () => state,
        save: async () => ({ outcome: 'saved' }),
        refresh: async () => {},
        stop() {},
      }
    },
    parse: (text) => (text.includes('later') ? Promise.resolve(parsed(text)) : parsed(text)),
    endsWhenAbsent,
    clock: manualClock(),
    onChange() {
      const { status, value, problems } = document.current()
      seen.push([status, value, ...problems].join(', '))
    },
  })
}

const reads = (text: string) => become({ status: 'read', text, causes: [] })
const absent = () => become({ status: 'absent', text: null, causes: GONE })
const unreadable = () => become({ status: 'unreadable', causes: GONE })

function become(next: Partial<DocumentState>): void {
  state = { ...state, ...next }
  changed()
}

beforeEach(() => follow())

it('a valid text is in force at once where it is parsed at once', () => {
  reads('good one')
  expect(seen).toEqual(['read, good one'])
})

it('a text that is parsed later is reported once it is', async () => {
  reads('good, later')
  expect(seen).toEqual([])
  await document.settled()
  expect(seen).toEqual(['read, good, later'])
})

it('the last valid value stays while the text is bad, gone or unreadable', () => {
  reads('good one')
  reads('nonsense')
  unreadable()
  absent()
  reads('good two')
  expect(seen).toEqual([
    'read, good one',
    'read, good one, nonsense is bad',
    'unreadable, good one',
    'absent, good one',
    'read, good two',
  ])
})

it('a text that comes back gives the same value', () => {
  reads('good one')
  const { value } = document.current()
  absent()
  reads('good one')
  expect(document.current().value).toBe(value)
})

it.each([
  ['gone: nothing is in force', absent, 'absent, '],
  ['unreadable: the last good value stays', unreadable, 'unreadable, good one'],
])('a document in memory that is %s', (_, end, after) => {
  follow(true)
  reads('good one')
  end()
  expect(seen.at(-1)).toBe(after)
})
