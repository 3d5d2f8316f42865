import { randomUUID } from 'node:crypto'
import { constants } from 'node:fs'
import { type FileHandle, open, realpath, rename, rm, stat } from 'node:fs/promises'
import { cause } from '#lib/csr/cause.ts'
import { MAX_DOCUMENT_BYTES } from '#lib/csr/policy/admin-document.ts'
import {
  type DocumentKeeper,
  type DocumentReading,
  type SaveResult,
  unreadable,
} from '#lib/kube/documents/document-keeper.ts'
import { decodeText, versionOf } from '#lib/kube/documents/document-text.ts'
import { codeOf } from '#lib/kube/transport/errors.ts'

/** Errors of a writer without permission on the file, its folder or the disk. */
const FORBIDDEN: ReadonlySet<string> = new Set(['EACCES', 'EPERM', 'EROFS'])

/** A file of one document, in a folder that the saving process may write to. */
export function fileKeeper(path: string): DocumentKeeper {
  return {
    async read(documents) {
      const reading = await readDocument(path)
      return documents.map(() => reading)
    },

    async write(_keys, text, version): Promise<SaveResult> {
      const now = await readDocument(path)
      if ('unreadable' in now) return { outcome: 'changed', causes: now.unreadable }
      if (('text' in now ? now.version : null) !== version) {
        return { outcome: 'changed', causes: [cause('fileChanged', { path })] }
      }
      try {
        await replace(path, text)
        return { outcome: 'saved' }
      } catch (error) {
        const code = codeOf(error) || 'unknown'
        return {
          outcome: FORBIDDEN.has(code) ? 'forbidden' : 'error',
          causes: [cause('fileNotWritten', { path, code })],
        }
      }
    },
  }
}

async function readDocument(path: string): Promise<DocumentReading> {
  let file: FileHandle | null = null
  try {
    // Without O_NONBLOCK, opening a pipe would wait for its writer.
    file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
    if (!(await file.stat()).isFile()) return unreadable(cause('fileNotAFile', { path }))
    const bytes = await readUpTo(file, MAX_DOCUMENT_BYTES + 1)
    if (bytes.length > MAX_DOCUMENT_BYTES) {
      return unreadable(cause('fileTooLarge', { path, bytes: MAX_DOCUMENT_BYTES }))
    }
    const text = decodeText(bytes)
    if (text === null) return unreadable(cause('fileNotText', { path }))
    return { text, version: versionOf(bytes) }
  } catch (error) {
    const code = codeOf(error) || 'unknown'
    if (code === 'ENOENT') return { absent: cause('fileAbsent', { path }) }
    return unreadable(cause('fileUnreadable', { path, code }))
  } finally {
    await file?.close().catch(() => {})
  }
}

/** Bounded by the bytes read, not by the size: a file may grow meanwhile. */
async function readUpTo(file: FileHandle, length: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  for (let bytesLeft = length; bytesLeft > 0; ) {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(Math.min(bytesLeft, 64 * 1024)))
    if (bytesRead === 0) break
    chunks.push(buffer.subarray(0, bytesRead))
    bytesLeft -= bytesRead
  }
  return Buffer.concat(chunks)
}

/**
 * Readers see the old text or the new one, whole. Another program's write between comparison and
 * rename is lost, as with any editor.
 */
async function replace(path: string, text: string): Promise<void> {
  // Writes through a link.
  const target = await realpath(path).catch(() => path)
  const mode = await stat(target).then(
    (facts) => facts.mode & 0o777,
    () => 0o644,
  )
  await writeWhole(target, text, mode)
}

/** Writes a file of which readers see the old text or the new one, whole. */
export async function writeWhole(target: string, text: string, mode: number): Promise<void> {
  const draft = `${target}.${randomUUID()}.tmp`
  try {
    const file = await open(draft, 'wx', mode)
    try {
      await file.writeFile(text)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(draft, target)
  } catch (error) {
    await rm(draft, { force: true })
    throw error
  }
}
