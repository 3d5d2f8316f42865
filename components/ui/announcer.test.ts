import { expect, it } from 'vitest'
import { createAnnouncer, QUIET_MS } from '#components/ui/announcer.ts'

function announcer() {
  const shown: string[] = []
  const timers: { readonly run: () => void; readonly ms: number }[] = []
  const { say } = createAnnouncer({
    show: (sentences) => shown.push(sentences.join(' ')),
    setTimer(run, ms) {
      timers.push({ run, ms })
      return () => {}
    },
  })
  return { say, shown, timers, pass: () => timers.shift()?.run() }
}

it('the announcer says the first sentence at once, and the next ones together after ten seconds', () => {
  const { say, shown, timers, pass } = announcer()
  say('One.')
  say('Two.')
  say('Three.')
  expect(shown).toEqual(['One.'])
  expect(timers.map(({ ms }) => ms)).toEqual([QUIET_MS])
  pass()
  expect(shown).toEqual(['One.', 'Two. Three.'])
})

it('the announcer says a repeated sentence once, and only the newest three of many', () => {
  const { say, shown, pass } = announcer()
  say('One.')
  for (const sentence of ['a', 'b', 'c', 'd', 'b']) say(sentence)
  pass()
  expect(shown).toEqual(['One.', 'c d b'])
})

it('the announcer says a sentence at once again after ten quiet seconds', () => {
  const { say, shown, timers, pass } = announcer()
  say('One.')
  pass()
  expect(timers).toEqual([])
  say('Two.')
  expect(shown).toEqual(['One.', 'Two.'])
})

it('a newer sentence about the same matter replaces one that waits', () => {
  const { say, shown, pass } = announcer()
  say('One.')
  say({ about: 'run', words: () => '25 of 100.' })
  say('Two.')
  say({ about: 'run', words: () => '50 of 100.' })
  pass()
  expect(shown).toEqual(['One.', 'Two. 50 of 100.'])
})

it('waiting counts are summed, and start again after they were announced', () => {
  const { say, shown, pass } = announcer()
  const arrived = (count: number) => say({ about: 'arrived', count, words: (n) => `${n} new.` })
  arrived(2)
  arrived(12)
  arrived(1)
  pass()
  arrived(3)
  pass()
  expect(shown).toEqual(['2 new.', '13 new.', '3 new.'])
})
