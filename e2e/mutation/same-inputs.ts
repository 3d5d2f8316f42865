/**
 * What the tests over random inputs import as `fast-check` when the mutation runner loads them: few
 * inputs, the same for every mutant, and none made smaller once one has failed.
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
