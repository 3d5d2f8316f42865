import { beforeEach, describe, expect, it } from 'vitest'
import { loosenedWords } from '#approver/event-text.ts'
import { createPolicyComparer, type PolicyComparer } from '#approver/policy-comparer.ts'
import { DEFAULT_POLICY, type Policy } from '#lib/csr/policy/policy.ts'

/** A document of the test: `strict`, `loose`, or one that is refused. */
const POLICIES: Readonly<Record<string, Policy>> = {
  strict: { ...DEFAULT_POLICY, name: 'racks', generation: '1', allowedNames: ['*.example.com'] },
  loose: { ...DEFAULT_POLICY, name: 'racks', generation: '2' },
}

let leads: boolean
let reported: string[]

function process(): PolicyComparer {
  return createPolicyComparer({
    parse(text) {
      const policy = POLICIES[text.trim()]
      return policy === undefined ? { problems: [] } : { value: { ...policy } }
    },
    leads: () => leads,
    onLoosened: (loosened) => reported.push(loosenedWords(loosened)),
  })
}

/** Reads a document, and puts it in force. */
function put(comparer: PolicyComparer, text: string): void {
  const parsed = comparer.parse(text)
  if ('problems' in parsed) throw new Error(`not a policy: ${text}`)
  comparer.changed(parsed.value)
}

const LOOSENED = 'The policy racks@2 is looser in allowedNames than policy racks@1 before it.'

beforeEach(() => {
  leads = true
  reported = []
})

describe('a leader that compares policies', () => {
  let comparer: PolicyComparer
  beforeEach(() => {
    comparer = process()
    comparer.inherit('')
    comparer.began()
    put(comparer, 'strict')
  })

  it('a leader tells of a looser policy, each time that it comes into force', () => {
    put(comparer, 'loose')
    put(comparer, 'strict')
    put(comparer, 'loose')
    expect(reported).toEqual([LOOSENED, LOOSENED])
  })

  it('a leader tells of no tighter policy, and of none that is only spelt otherwise', () => {
    put(comparer, 'strict ')
    expect(reported).toEqual([])
  })

  it('a leader keeps the document of its policy in the Lease', () => {
    expect(comparer.text()).toBe('strict')
    put(comparer, 'loose')
    expect(comparer.text()).toBe('loose')
  })

  it('a leader keeps no document that is too long for the Lease', () => {
    put(comparer, `loose${' '.repeat(8 * 1024)}`)
    expect(comparer.text()).toBe('')
  })
})

it('a follower leaves the comparison to the leader', () => {
  leads = false
  const comparer = process()
  put(comparer, 'strict')
  put(comparer, 'loose')
  expect(reported).toEqual([])
})

describe('a process that takes the lead', () => {
  it('a new leader compares its policy in force with that of the last leader', () => {
    leads = false
    const comparer = process()
    put(comparer, 'loose')
    comparer.inherit('strict')
    leads = true
    comparer.began()
    expect(reported).toEqual([LOOSENED])
    expect(comparer.text()).toBe('loose')
  })

  it('a new leader compares once it leads, and not at each try to lead', () => {
    leads = false
    const comparer = process()
    put(comparer, 'loose')
    for (let tries = 0; tries < 3; tries += 1) comparer.inherit('strict')
    expect([reported, comparer.text()]).toEqual([[], 'strict'])
    comparer.began()
    expect(reported).toEqual([LOOSENED])
  })

  it('a new leader compares a policy that comes into force later with that of the last leader', () => {
    const comparer = process()
    comparer.inherit('strict')
    comparer.began()
    expect([reported, comparer.text()]).toEqual([[], 'strict'])
    put(comparer, 'loose')
    expect(reported).toEqual([LOOSENED])
  })

  it.each(['', 'loose', ' loose', 'nonsense'])(
    'a new leader tells of nothing after a leader with %j',
    (last) => {
      const comparer = process()
      comparer.inherit(last)
      comparer.began()
      put(comparer, 'loose')
      expect(reported).toEqual([])
    },
  )
})
