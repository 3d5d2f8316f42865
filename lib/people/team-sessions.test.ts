import { beforeEach, expect, it } from 'vitest'
import { manualClock } from '#lib/kube/fixtures/manual-clock.ts'
import type { Member } from '#lib/people/member.ts'
import type { TeamMembers, TeamOptions } from '#lib/people/team-members.ts'
import { createTeamSessions } from '#lib/people/team-sessions.ts'
import { OF_PEOPLE } from '#lib/refusals/limits.ts'

let sessions: ReturnType<typeof createTeamSessions>

beforeEach(() => {
  const people = { outside: (act: () => unknown) => act() }
  const options = { clock: manualClock(), idleMs: 600_000, hasRun: () => false }
  sessions = createTeamSessions(people as unknown as TeamMembers, options as unknown as TeamOptions)
})

const members: { readonly view: { right: 'may' | 'mayNot' } }[] = []

/** Starts a session of that person. Returns whether its member has ended. */
function begin(name: string, right: 'may' | 'mayNot' = 'may'): () => boolean {
  const over = new AbortController()
  const member = {
    ...{ name, uid: '', endsAt: Number.POSITIVE_INFINITY, view: { right } },
    ...{ ending: over.signal, end: () => over.abort() },
  }
  sessions.begin(member as unknown as Member, null)
  members.push(member)
  return () => over.signal.aborted
}

it('people who may not see have 200 sessions in all, and end none of those who may', () => {
  const most = OF_PEOPLE.blindSessions.inAll
  const kim = begin('kim')
  const first = begin('account 0', 'mayNot')
  const second = begin('account 1', 'mayNot')
  for (let n = 2; n <= most; n += 1) begin(`account ${n}`, 'mayNot')
  expect([kim(), first(), second()]).toEqual([false, true, false])
})

it('people whose rights are asked anew stay among those who may see', () => {
  members.length = 0
  const kims = Array.from({ length: OF_PEOPLE.blindSessions.inAll + 10 }, (_, n) =>
    begin(`kim ${n}`),
  )
  for (const { view } of members) view.right = 'mayNot'
  begin('account', 'mayNot')
  expect(kims.filter((isOver) => isOver())).toEqual([])
})

it('all people have 2,000 sessions: the oldest of the person with the most ends', () => {
  const kim = begin('kim')
  const [first, second] = [begin('eve'), begin('eve')]
  for (let n = 3; n < OF_PEOPLE.sessions.inAll; n += 1) begin(`person ${n}`)
  expect(first()).toBe(false)
  const lee = begin('lee')
  expect([kim(), first(), second(), lee()]).toEqual([false, true, false, false])
})
