import { expect, it } from 'vitest'
import { isAlike, machinesAlike } from '#lib/web/views/board/alike-names.ts'
import { viewsOf } from '#lib/web/views/fixtures/views-of.ts'
import { makeMachine } from '#lib/wire/fixtures/cluster.ts'

it.each([
  ['worker-09.rack2', 'worker-99.rack2', true],
  ['worker-99.rack2', 'worker-99.rack5', true],
  ['worker-99', 'worker-99.rack2.example.com', true],
  ['worker-9', 'worker-99', true],
  ['worker-10', 'worker-99', true],
  ['worker-100', 'worker-99', false],
  ['infra-09.rack2', 'worker-09.rack2', false],
  ['worker-09.rack5', 'worker-99.rack2', false],
  ['aa', 'aaaa', true],
  ['worker-99', 'worker-99', false],
])('%s beside %s is a similar name: %s', (one, other, expected) => {
  expect(isAlike(one, other)).toBe(expected)
  expect(isAlike(other, one)).toBe(expected)
})

it('the machines with a similar name are the first five', () => {
  const machines = ['b-8', 'b-7', 'b-6', 'b-5', 'b-4', 'b-3', 'c-33'].map((name) =>
    makeMachine({ name }),
  )
  const { board } = viewsOf({ machines })
  expect(machinesAlike(board.lists.machines, 'b-9').map(({ name }) => name)).toEqual([
    'b-3',
    'b-4',
    'b-5',
    'b-6',
    'b-7',
  ])
})
