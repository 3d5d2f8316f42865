/** Each test once, as the mutation runner loads it, on the code as it is: says which ones fail. */
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
