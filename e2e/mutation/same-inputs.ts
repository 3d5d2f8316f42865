/**
 * What the tests over random inputs import as `fast-check` when the mutation runner loads them: few
 * inputs, the same for every mutant, and none made smaller once one has failed.
 */
import fc from 'fast-check'

const FEW = 60

const assert: typeof fc.assert = (property, parameters) =>
  fc.assert(property, { ...parameters, numRuns: FEW, seed: 1, endOnFailure: true })

export default { ...fc, assert }
