import { expect, it } from 'vitest'
import { riddles, twins, violations } from './plain-words.ts'

it.each([
  ['a doc comment', '/** What it keeps. */', ['x.ts:1: What it keeps. */']],
  ['the first line of a block', '  /**\n   * Of a Node.\n   */', ['x.ts:2: Of a Node.']],
  ['a line comment', '// Whoever asks', ['x.ts:1: Whoever asks']],
  ['a comment behind code', 'const a = 1 //\u0020That one', ['x.ts:1: That one']],
  ['a subject in front', '/** Whether it is so. */\n// Offers none.\n/** Whose. */', []],
  ['a later line of a block', '/**\n * A Node.\n * What follows.\n */', []],
  ['a later line of line comments', '// A Node\n// That is all.', []],
  ['a text, not a comment', "const a = 'What'", []],
])('the check of plain words reads comments: %s', (_, source, found) => {
  expect(riddles('x.ts', source)).toEqual(found)
})

it.each([
  ['two folders', ['lib/csr/wire.ts', 'lib/wire/wire.tsx'], ['wire']],
  ['one folder', ['lib/csr/wire.ts', 'lib/csr/wire.test.ts'], []],
  ['fixtures', ['lib/csr/wire.ts', 'lib/csr/fixtures/wire.ts'], []],
  ['messages', ['lib/csr/wire.ts', 'lib/messages/en/wire.ts'], []],
  ['pages', ['components/page.tsx', 'app/nodes/page.tsx', 'app/page.tsx'], []],
])('the same file name in %s: %j', (_, paths, found) => {
  expect(twins(paths)).toEqual(found)
})

it('the check refuses twins, and riddles in comments of plain folders', () => {
  const paths = ['lib/csr/a.ts', 'components/a.ts', 'lib/csr/b.ts']
  expect(violations(paths, (path) => `// What of ${path}`)).toEqual([
    'lib/csr/a.ts:1: What of lib/csr/a.ts',
    'components/a.ts:1: What of components/a.ts',
    'lib/csr/b.ts:1: What of lib/csr/b.ts',
    'a: a file name in two folders',
  ])
})

it.each([
  ['a doc comment that begins with a pronoun', 'lib/kube/a.ts', '/** Its name. */', true],
  ['a title that begins with a preposition', 'lib/kube/a.ts', "it('of a Node', () => {})", true],
  ['a title of a table', 'app/a.ts', "  ])('and %s', () => {})", true],
  ['a text for users without an actor', 'lib/messages/en/a.ts', "a: 'Nobody knows.',", true],
  ['a whole title', 'lib/kube/a.ts', "it('a Node of that name stays', () => {})", false],
  ['a text in another language', 'lib/messages/ja/a.ts', "a: 'Nobody knows.',", false],
])('the check finds %s', (_, path, source, isFound) => {
  expect(violations([path], () => source)).toHaveLength(isFound ? 1 : 0)
})
