import { QueryClient, QueryObserver } from '@tanstack/react-query'
import { expect, it } from 'vitest'
import { createWorld, settled } from '#lib/query/fixtures/world.ts'
import { createEvents } from '#lib/query/stream-events.ts'
import type { Changed, Topic } from '#lib/wire/views.ts'

const changed = (...topics: Topic[]) => changedKeys([], ...topics)
const changedKeys = (keys: Changed['keys'], ...topics: Topic[]) => {
  const data: Changed = { epoch: 'e', revision: 1, topics, keys }
  return { event: 'changed', data } as const
}
const hello = { event: 'hello', data: { epoch: 'e', revision: 1, serverTime: '' } } as const

/** A tab with a list of each of these topics; `asked` gives the lists that were read. */
function setUp(...topics: Topic[]) {
  const world = createWorld()
  const tab = world.tab()
  const queryClient = new QueryClient()
  const asked: string[] = []
  const server = { answer: async () => {} }
  const open = (queryKey: readonly string[], answer: object) =>
    new QueryObserver(queryClient, {
      queryKey,
      queryFn: async () => {
        asked.push(queryKey.join(' '))
        await server.answer()
        return { answer }
      },
      staleTime: Number.POSITIVE_INFINITY,
    }).subscribe(() => {})
  const show = (topic: Topic) => open([topic], {})
  const undo = topics.map(show)
  const events = createEvents({ ...tab, queryClient })
  const come = async (...all: Parameters<typeof events.receive>[0][]) => {
    for (const event of all) events.receive(event)
    await settled()
  }
  const loaded = async () => {
    await settled()
    asked.length = 0
  }
  return { ...world, tab, events, asked, server, come, loaded, open, show, undo }
}

it('an event has the lists on screen of its topics read again, and no other', async () => {
  const { asked, come, loaded } = setUp('nodes', 'requests')
  await loaded()
  await come(changed('nodes', 'summary'))
  expect(asked).toEqual(['nodes'])
})

it('a list off screen is read again when it is shown', async () => {
  const { asked, come, loaded, show, undo } = setUp('nodes')
  await loaded()
  undo[0]?.()
  await come(changed('nodes'))
  expect(asked).toEqual([])
  show('nodes')
  await settled()
  expect(asked).toEqual(['nodes'])
})

it('several events while an answer is awaited lead to one more question', async () => {
  const { asked, come, loaded, server, advance } = setUp('nodes')
  await loaded()
  const answers: (() => void)[] = []
  server.answer = () => new Promise((resolve) => void answers.push(resolve))
  await come(changed('nodes'), changed('nodes'), changed('nodes'))
  await come(changed('nodes'))
  expect(asked).toHaveLength(1)
  answers[0]?.()
  await advance(10_000)
  expect(asked).toHaveLength(2)
  answers[1]?.()
  await advance(10_000)
  expect(asked).toHaveLength(2)
})

it('an answer that was begun before the change leads to another question', async () => {
  const { asked, come, advance } = setUp('nodes')
  await come(changed('nodes'))
  await advance(10_000)
  expect(asked).toEqual(['nodes', 'nodes'])
})

it.each([
  ['50 ms', 50, 14],
  ['400 ms', 400, 4],
])(
  'a burst rests for twice as long as an answer takes, at most 200 ms: %s',
  async (_, took, most) => {
    const { asked, come, loaded, advance, server, tab } = setUp('nodes')
    await loaded()
    server.answer = () => new Promise((resolve) => void tab.setTimer(resolve, took))
    for (let ms = 0; ms < 2_000; ms += 50) {
      await come(changed('nodes'))
      await advance(50)
    }
    expect(asked.length).toBeGreaterThanOrEqual(most - 4)
    expect(asked.length).toBeLessThanOrEqual(most)
  },
)

it('a new stream has every list read again', async () => {
  const { asked, come, loaded } = setUp('nodes', 'requests', 'activity')
  await loaded()
  await come(hello)
  expect(asked.toSorted()).toEqual(['activity', 'nodes', 'requests'])
})

it('a hidden tab reads nothing, and every list when it is shown', async () => {
  const { asked, come, loaded, tab } = setUp('nodes', 'requests')
  await loaded()
  tab.hide()
  await come(changed('nodes'), hello)
  expect(asked).toEqual([])
  tab.show()
  await settled()
  expect(asked.toSorted()).toEqual(['nodes', 'requests'])
})

it.each<[string, string[], answer: object, keys: Changed['keys'], times: number]>([
  ['a machine that changed', ['machine', 'm1'], {}, ['m0', 'm1'], 1],
  ['a machine that did not change', ['machine', 'm1'], {}, ['m2'], 0],
  ['a request that changed', ['request', 'u1'], { nodeName: null }, ['u1'], 1],
  ['a request whose machine changed', ['request', 'u1'], { nodeName: 'm1' }, ['m1'], 1],
  ['a request that did not change', ['request', 'u1'], { nodeName: 'm1' }, ['m2', 'u2'], 0],
  ['one of very many', ['machine', 'm1'], {}, null, 1],
])('the page of %s', async (_, queryKey, answer, keys, times) => {
  const { asked, come, loaded, open } = setUp()
  open(queryKey, answer)
  await loaded()
  await come(changedKeys(keys, 'machines'))
  expect(asked).toHaveLength(times)
})

it('a stopped tab asks for nothing', async () => {
  const { asked, come, loaded, events, tab, advance } = setUp('nodes')
  await loaded()
  await come(changed('nodes'), changed('nodes'))
  events.stop()
  await advance(10_000)
  tab.show()
  await settled()
  expect(asked).toHaveLength(1)
})
