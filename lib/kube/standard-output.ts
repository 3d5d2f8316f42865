/**
 * Resolves when standard output has taken the lines. Where it takes nothing any more (its reader is
 * gone, the disk is full) the process says so and ends, for nothing is decided that is not logged:
 * so what waits for it never goes on.
 */
export function writeOut(lines: string): Promise<void> {
  return new Promise((resolve) => {
    process.stdout.write(lines, (error) => {
      if (error == null) return resolve()
      process.stderr.write(`Standard output cannot be written, so this ends: ${error.message}\n`)
      process.exit(1)
    })
  })
}
