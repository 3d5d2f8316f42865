/**
 * Runs each test once, as the mutation runner loads it, on unchanged code; names those that fail.
 */
import { loadTests } from './load-tests.ts'

const tests = await loadTests()
for (const { id, body } of tests) {
  try {
    await body()
  } catch (error) {
    console.error(`${id}: ${error}`)
  }
}
console.log(tests.length)
