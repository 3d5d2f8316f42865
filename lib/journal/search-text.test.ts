import { expect, it } from 'vitest'
import { searchText, searchWords } from '#lib/journal/search-text.ts'

it.each<[typed: string, texts: readonly (string | null)[], found: boolean]>([
  ['', ['worker-1'], true],
  ['WORKER', ['worker-1'], true],
  ['worker kubelet', ['worker-1', null, 'kubelet'], true],
  ['worker kubelet', ['worker-1', null], false],
  // Text as pages draw it, and as it is copied.
  ['\\u202egro', ['csr-\u202egro.elpmaxe'], true],
  ['\u202egro', ['csr-\u202egro.elpmaxe'], true],
  ['gro', ['csr-\u202egro.elpmaxe'], true],
  ['\\u202e', ['csr-gro'], false],
  ['null', ['worker-1', null], false],
])('%j in %j: %s', (typed, texts, found) => {
  const text = searchText(texts)
  expect(searchWords(typed).every((word) => text.includes(word))).toBe(found)
})
