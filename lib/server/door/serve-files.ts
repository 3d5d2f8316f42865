import { readdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { extname, join, relative } from 'node:path'

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'application/javascript; charset=UTF-8',
  '.css': 'text/css; charset=UTF-8',
  '.woff2': 'font/woff2',
}

/**
 * Answers reads of a build's files, which the first page waits for: Next takes several times as long.
 * Null for any other request, and for one that takes a packed answer: Next answers it.
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
  return ({ method, url = '', headers }: IncomingMessage, response: ServerResponse) => {
    const path = paths.get(url)
    const isPlain = method === 'GET' && headers['accept-encoding'] === undefined
    return path === undefined || !isPlain ? null : answer(path, response)
  }
}

async function answer(path: string, response: ServerResponse): Promise<void> {
  const bytes = await readFile(path)
  response.writeHead(200, {
    'content-type': TYPES[extname(path)],
    'content-length': bytes.byteLength,
    // Their names change with their content.
    'cache-control': 'public, max-age=31536000, immutable',
  })
  response.end(bytes)
}
