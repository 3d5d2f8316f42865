import { expect, it } from 'vitest'
import { unreadableFile } from '#lib/kube/credentials/unreadable-file.ts'

it.each([
  ['ENOENT', '"/a" is not there. Correct the path, or put the file there.'],
  ['EACCES', '"/a" may not be read by this process. Let its user read the file.'],
  ['EISDIR', '"/a" is a folder. Name a file in it.'],
  ['EIO', '"/a" cannot be read (EIO).'],
])('a file that fails with %s is explained: %s', (code, words) => {
  expect(unreadableFile('/a', Object.assign(new Error('raw'), { code }))).toBe(words)
})
