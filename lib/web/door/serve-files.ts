import { readdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { extname, join, relative } from 'node:path'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { namesGzip } from '#lib/web/door/names-gzip.ts'

const pack = promisify(gzip)

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'application/javascript; charset=UTF-8',
  '.css': 'text/css; charset=UTF-8',
  '.woff2': 'font/woff2',
}

/**
 * Answers reads of the build's files, for which the first page waits: Next takes several times as
 * long, and packs a file again for each reader. Returns null for any other request, which Next then
 * answers.
 */
export function serveFiles(folder: string) {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile() && extname(entry.name) in TYPES)
  const paths = new Map(
    files.map(({ parentPath, name }) => {
      const path = join(parentPath, name)
      return [`/_next/static/${relative(folder, path)}`, path]
    }),
  )
  const packed = new Map<string, Promise<Buffer>>()

  /** A file is packed once; all files together have at most half a megabyte. */
  function packedAt(path: string): Promise<Buffer> {
    const known = packed.get(path) ?? readFile(path).then((bytes) => pack(bytes))
    packed.set(path, known)
    known.catch(() => packed.delete(path))
    return known
  }

  return ({ method, url = '', headers }: IncomingMessage, response: ServerResponse) => {
    const path = paths.get(url)
    if (path === undefined || method !== 'GET') return null
    const isPacked = extname(path) !== '.woff2' && namesGzip(headers['accept-encoding'] ?? '')
    return answer(path, isPacked ? packedAt(path) : readFile(path), isPacked, response)
  }
}

async function answer(
  path: string,
  reading: Promise<Buffer>,
  isPacked: boolean,
  response: ServerResponse,
): Promise<void> {
  const bytes = await reading
  response.writeHead(200, {
    'content-type': TYPES[extname(path)],
    'content-length': bytes.byteLength,
    vary: 'accept-encoding',
    ...(isPacked ? { 'content-encoding': 'gzip' } : {}),
    // A file's name changes with its content.
    'cache-control': 'public, max-age=31536000, immutable',
  })
  response.end(bytes)
}
