/**
 * What the tests over random inputs import as `fast-check` when the mutation runner loads them: few
 * inputs, the same for every mutant, and none made smaller once one has failed.
 */
import fc from 'fast-check'

const FEW = { numRuns: 60, seed: 1, endOnFailure: true }

const assert = ((property: fc.IProperty<unknown>, parameters: fc.Parameters = {}) =>
  fc.assert(property, { ...parameters, ...FEW })) as typeof fc.assert

export default { ...fc, assert }
