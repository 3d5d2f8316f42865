import { fstatSync, writeFileSync } from 'node:fs'

const STDOUT = 1
/**
 * Node's stream reports a line as written although a full disk took a part of it; a file write does
 * not.
 */
const isFile = fstatSync(STDOUT).isFile()

/**
 * Resolves when standard output has taken all lines. Ends the process when it takes no more (closed
 * pipe, full disk): no decision may go unlogged, so callers never continue.
 */
export function writeOut(lines: string): Promise<void> {
  return new Promise((resolve) => {
    if (isFile) {
      try {
        writeFileSync(STDOUT, lines)
        resolve()
      } catch (error) {
        end(error instanceof Error ? error.message : String(error))
      }
      return
    }
    process.stdout.write(lines, (error) => {
      if (error == null) resolve()
      else end(error.message)
    })
  })
}

/** Writes a help. Its reader may end first, as `head` does. */
export function writeHelp(text: string): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
  })
  process.stdout.write(text)
}

function end(why: string): never {
  process.stderr.write(`Standard output cannot be written, so this ends: ${why}\n`)
  process.exit(1)
}
