import { expect, it } from 'vitest'
import { createBrowserMembers } from '#lib/people/browser-members.ts'

function member() {
  const ends = new AbortController()
  return { ending: ends.signal, end: () => ends.abort() }
}

/** Signs in that many times in one browser. */
function signIns(count: number, isRunning: (n: number) => boolean) {
  const members = createBrowserMembers<ReturnType<typeof member>>()
  const made = Array.from({ length: count }, member)
  made.forEach((by, n) => {
    const before = made[n - 1]
    if (before === undefined) return
    members.follow(before, by)
    if (!isRunning(n - 1)) before.end()
  })
  return { made, newest: () => members.all(made.at(-1) ?? member()) }
}

it('only the newest member of a browser that signs in 300 times is remembered', () => {
  const { made, newest } = signIns(300, () => false)
  expect(newest()).toEqual(made.slice(-1))
})

it('a member with a run is remembered past any number of others, until it ends', () => {
  const { made, newest } = signIns(300, (n) => n === 0 || n === 150)
  expect(newest()).toEqual([made[0], made[150], made[299]])
  made[0]?.end()
  expect(newest()).toEqual([made[150], made[299]])
})

it('a member that never followed another is alone in its browser', () => {
  const { made, newest } = signIns(1, () => false)
  expect(newest()).toEqual(made)
})
