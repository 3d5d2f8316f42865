import { chmodSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { packImage } from './oci-archive.ts'

const work = mkdtempSync(join(tmpdir(), 'countersign-archive-'))
afterAll(() => rmSync(work, { recursive: true }))

const FILES = { 'app/b.js': 'b', 'app/a/z.js': 'z', 'app/a.js': 'a', 'bin/run': '#!/bin/x' }

interface Making {
  readonly files?: Readonly<Record<string, string>>
  readonly mode: number
  readonly at: number
}

/** Writes these files in their order, with these modes and times. */
function folderOf(name: string, { files = FILES, mode, at }: Making): string {
  const folder = join(work, name)
  for (const [path, text] of Object.entries(files)) {
    const file = join(folder, path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text)
    chmodSync(file, path === 'bin/run' ? mode | 0o111 : mode)
    utimesSync(file, at, at)
  }
  return folder
}

const one = folderOf('one', { mode: 0o644, at: 1_000_000_000 })

it('the same files are the same image, whenever, in which order and with which umask they were written', () => {
  const files = Object.fromEntries(Object.entries(FILES).toReversed())
  const other = folderOf('other', { files, mode: 0o600, at: 1_700_000_000 })
  const [first, second] = [packImage('1.0.0', [one, one]), packImage('1.0.0', [other, other])]
  expect(second.digest).toBe(first.digest)
  expect(second.bytes.equals(first.bytes)).toBe(true)
})

it.each([
  ['a text', { 'app/a.js': 'A' }, 0o644],
  ['a name', { 'app/c.js': 'c' }, 0o644],
  ['who may run it', {}, 0o755],
])('another image differs in its digest: %s', (name, more, mode) => {
  const other = folderOf(name, { files: { ...FILES, ...more }, mode, at: 1_000_000_000 })
  expect(packImage('1.0.0', [other]).digest).not.toBe(packImage('1.0.0', [one]).digest)
})
