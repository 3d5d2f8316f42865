import { beforeEach, expect, it } from 'vitest'
import { createSlowCalls, type SlowCalls } from '#lib/people/slow-calls.ts'

let slowCalls: SlowCalls
/** Previews under way by name, each with the promise that ends it. */
let underWay: Map<string, PromiseWithResolvers<string>>

const turn = () => new Promise((resolve) => setImmediate(resolve))
const names = () => [...underWay.keys()]

beforeEach(() => {
  slowCalls = createSlowCalls(4)
  underWay = new Map()
})

function ask(person: string, name: string, signal: AbortSignal | null = null, uid = '') {
  return slowCalls.run({ viewer: { name: person, uid } }, signal, () => {
    const ends = Promise.withResolvers<string>()
    underWay.set(name, ends)
    return ends.promise.finally(() => underWay.delete(name))
  })
}

it('previews of one person run one after another, in order', async () => {
  const answers = [ask('alice', 'a'), ask('alice', 'b'), ask('alice', 'c')]
  await turn()
  expect(names()).toEqual(['a'])
  underWay.get('a')?.resolve('first')
  await turn()
  expect(names()).toEqual(['b'])
  underWay.get('b')?.resolve('second')
  await turn()
  underWay.get('c')?.resolve('third')
  expect(await Promise.all(answers)).toEqual(['first', 'second', 'third'])
})

it('another person’s preview does not wait for them', async () => {
  void ask('alice', 'a')
  void ask('bob', 'b')
  void ask('alice', 'c', undefined, 'of another alice')
  await turn()
  expect(names()).toEqual(['a', 'b', 'c'])
})

it('four people’s previews are made at a time, and the next people take turns', async () => {
  for (const person of ['alice', 'bob', 'carol', 'dan', 'eve', 'frank']) void ask(person, person)
  void ask('alice', 'alice again')
  await turn()
  expect(names()).toEqual(['alice', 'bob', 'carol', 'dan'])
  for (const person of ['alice', 'bob']) underWay.get(person)?.resolve('')
  await turn()
  expect(names()).toEqual(['carol', 'dan', 'eve', 'frank'])
  underWay.get('carol')?.resolve('')
  await turn()
  expect(names()).toEqual(['dan', 'eve', 'frank', 'alice again'])
})

it('a preview whose caller left while it waited for its turn among people is not made', async () => {
  const leaving = new AbortController()
  for (const person of ['alice', 'bob', 'carol', 'dan']) void ask(person, person)
  const left = ask('eve', 'eve', leaving.signal)
  void ask('frank', 'frank')
  await turn()
  leaving.abort(new Error('left'))
  underWay.get('alice')?.resolve('')
  await expect(left).rejects.toThrow('left')
  await turn()
  expect(names()).toEqual(['bob', 'carol', 'dan', 'frank'])
})

it('a preview that fails does not hold up the next', async () => {
  const failed = ask('alice', 'a')
  void ask('alice', 'b')
  await turn()
  underWay.get('a')?.reject(new Error('unreadable'))
  await expect(failed).rejects.toThrow('unreadable')
  await turn()
  expect(names()).toEqual(['b'])
})

it('a preview whose caller left before its turn is not made, and the next one still waits its turn', async () => {
  const leaving = new AbortController()
  void ask('alice', 'a')
  const left = ask('alice', 'b', leaving.signal)
  const next = ask('alice', 'c')
  leaving.abort(new Error('left'))
  await turn()
  expect(names()).toEqual(['a'])
  underWay.get('a')?.resolve('first')
  await expect(left).rejects.toThrow('left')
  await turn()
  expect(names()).toEqual(['c'])
  underWay.get('c')?.resolve('third')
  expect(await next).toBe('third')
})
