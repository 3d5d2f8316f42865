import { expect, it } from 'vitest'
import { inSlices } from '#lib/journal/slices.ts'

function burn(ms: number): void {
  const until = performance.now() + ms
  while (performance.now() < until);
}

it('other work gets its turn in between', async () => {
  let turns = 0
  let isDone = false
  const others = () => {
    turns += 1
    if (!isDone) setImmediate(others)
  }
  setImmediate(others)
  const seen: number[] = []
  await inSlices([1, 2, 3, 4, 5, 6], (item) => {
    seen.push(item)
    // Longer than a slice: no two of them without a turn of the others.
    burn(9)
  })
  isDone = true
  expect(seen).toEqual([1, 2, 3, 4, 5, 6])
  expect(turns).toBeGreaterThanOrEqual(6)
})

it('several callers at once take one slice of each turn together', async () => {
  let inTurn = 0
  let most = 0
  let isDone = false
  const others = () => {
    most = Math.max(most, inTurn)
    inTurn = 0
    if (!isDone) setImmediate(others)
  }
  setImmediate(others)
  const seen: string[] = []
  const work = (asker: string) =>
    inSlices([1, 2, 3], (item) => {
      seen.push(`${asker}${item}`)
      inTurn += 1
      burn(9)
    })
  await Promise.all(['a', 'b', 'c'].map(work))
  isDone = true
  expect(seen).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'c2', 'a3', 'b3', 'c3'])
  expect(most).toBe(1)
})

it('the work ends once its caller no longer waits', async () => {
  const left = new AbortController()
  const seen: number[] = []
  const work = inSlices(
    [1, 2, 3],
    (item) => {
      seen.push(item)
      left.abort()
      burn(9)
    },
    left.signal,
  )
  await expect(work).rejects.toThrow('aborted')
  expect(seen).toEqual([1])
})
