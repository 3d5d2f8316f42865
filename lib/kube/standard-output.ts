import { fstatSync, writeFileSync } from 'node:fs'

const STDOUT = 1
/** Node's stream counts a line as written although a full disk took only a part of it; files avoid it. */
const isFile = fstatSync(STDOUT).isFile()

/**
 * Resolves when standard output has taken the lines, whole. Where it takes nothing any more (its reader is
 * gone, the disk is full) the process says so and ends, for nothing is decided that is not logged:
 * so what waits for it never goes on.
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

function end(why: string): never {
  process.stderr.write(`Standard output cannot be written, so this ends: ${why}\n`)
  process.exit(1)
}
