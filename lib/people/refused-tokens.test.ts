import { expect, it } from 'vitest'
import { createRefusedTokens } from '#lib/people/refused-tokens.ts'
import { OF_PEOPLE } from '#lib/refusals/limits.ts'

it('a person’s tokens without end make room by their own: another’s signed-out token stays refused', () => {
  const refused = createRefusedTokens(() => 0)
  refused.add('of kim', 'kim')
  for (let n = 0; n < OF_PEOPLE.refusedTokens.inAll; n += 1) refused.add(`of eve ${n}`, 'eve')
  expect(['of kim', 'of eve 0', 'of eve 1'].map(refused.has)).toEqual([true, false, true])
})
