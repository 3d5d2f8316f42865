import { readFileSync, watchFile } from 'node:fs'
import { Server } from 'node:https'

export interface TlsFiles {
  readonly cert: string
  readonly key: string
}

/** Certificate and key as PEM texts. Throws when a file cannot be read. */
export function readTls({ cert, key }: TlsFiles): { readonly cert: string; readonly key: string } {
  return { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') }
}

/** Uses renewed files for new connections. A half-written pair leaves the old one in use. */
export function followTls(files: TlsFiles, servers: readonly object[]): void {
  const renew = () => {
    try {
      const context = readTls(files)
      for (const server of servers) if (server instanceof Server) server.setSecureContext(context)
    } catch {
      // The next look reads both again.
    }
  }
  for (const file of [files.cert, files.key]) {
    // Milliseconds between two looks at the files, which are replaced when they are renewed.
    watchFile(file, { interval: 10_000, persistent: false }, renew)
  }
}
