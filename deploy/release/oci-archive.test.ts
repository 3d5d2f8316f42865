import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { packImage, packIndex } from './oci-archive.ts'

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

function pack(folders: readonly string[]) {
  return packImage({ version: '1.0.0', architecture: 'amd64', folders })
}

const one = folderOf('one', { mode: 0o644, at: 1_000_000_000 })

it('the same files are the same image, whenever, in which order and with which umask they were written', () => {
  const files = Object.fromEntries(Object.entries(FILES).toReversed())
  const other = folderOf('other', { files, mode: 0o600, at: 1_700_000_000 })
  const [first, second] = [pack([one, one]), pack([other, other])]
  expect(second.digest).toBe(first.digest)
  expect(second.bytes.equals(first.bytes)).toBe(true)
})

it.each([
  ['a text', { 'app/a.js': 'A' }, 0o644],
  ['a name', { 'app/c.js': 'c' }, 0o644],
  ['who may run it', {}, 0o755],
])('another image differs in its digest: %s', (name, more, mode) => {
  const other = folderOf(name, { files: { ...FILES, ...more }, mode, at: 1_000_000_000 })
  expect(pack([other]).digest).not.toBe(pack([one]).digest)
})

it('an index has an image for each architecture, and the statements about each beside it', () => {
  const images = (['amd64', 'arm64'] as const).map((architecture) => ({
    ...{ version: '1.0.0', architecture, folders: [one] },
  }))
  const about = ({ digest }: { readonly digest: string }) => [
    { predicateType: 'https://cyclonedx.org/bom', subject: digest },
  ]
  const index = packIndex(images, about)
  const unpacked = folderOf('unpacked', { files: { 'index.tar': '' }, mode: 0o644, at: 0 })
  writeFileSync(join(unpacked, 'index.tar'), index.bytes)
  execFileSync('tar', ['-xf', 'index.tar'], { cwd: unpacked })
  const blob = (digest: string) =>
    JSON.parse(readFileSync(join(unpacked, 'blobs', digest.replace(':', '/')), 'utf8'))
  const { manifests } = blob(index.digest)
  const platforms = manifests.map((one: Entry) => one.platform.architecture)
  expect(platforms).toEqual(['amd64', 'arm64', 'unknown', 'unknown'])
  const statements = manifests.slice(2).map((entry: Entry) => {
    const [layer] = blob(entry.digest).layers
    return [entry.annotations?.['vnd.docker.reference.digest'], blob(layer.digest).subject]
  })
  const digests = index.images.map(({ digest }) => digest)
  expect(statements).toEqual(digests.map((digest) => [digest, digest]))
})

interface Entry {
  readonly digest: string
  readonly platform: { readonly architecture: string }
  readonly annotations?: Readonly<Record<string, string>>
}
