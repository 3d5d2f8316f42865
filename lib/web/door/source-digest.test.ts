import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { sourceDigest } from '#lib/web/door/source-digest.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'source-'))
  for (const name of ['app', 'lib']) mkdirSync(join(folder, name))
  write('app/page.tsx', 'page')
  write('lib/rows.ts', 'rows')
})
afterEach(() => rmSync(folder, { recursive: true }))

const write = (path: string, text: string) => writeFileSync(join(folder, path), text)

it.each<[string, () => void]>([
  ['a page is another', () => write('app/page.tsx', 'pages')],
  [
    'text moves from one file to the next',
    () => {
      write('app/page.tsx', 'pager')
      write('lib/rows.ts', 'ows')
    },
  ],
  ['a file is added', () => write('lib/more.ts', '')],
  ['a document that pages show is another', () => write('CHANGELOG.md', 'new')],
  ['a package is another', () => write('package-lock.json', '{}')],
])('the digest changes where %s', (_, change) => {
  const before = sourceDigest(folder)
  expect(before).toMatch(/^[0-9a-f]{32}$/)
  change()
  expect(sourceDigest(folder)).not.toBe(before)
})

it('the digest stays where the readme changes, or nothing', () => {
  const before = sourceDigest(folder)
  write('README.md', 'new')
  expect(sourceDigest(folder)).toBe(before)
})
