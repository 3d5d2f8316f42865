/**
 * `fast-check` for the mutation runner: few inputs, the same for every mutant, without shrinking.
 */
import fc from 'fast-check'

const FEW = { numRuns: 60, seed: 1, endOnFailure: true }

function assert<Inputs>(
  property: fc.IRawProperty<Inputs>,
  parameters: fc.Parameters<Inputs> = {},
): Promise<void> | void {
  return fc.assert(property, { ...parameters, ...FEW })
}

export default { ...fc, assert }
