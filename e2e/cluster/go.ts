import { spawn } from 'node:child_process'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

/** Where what was built is kept. */
export const cache = fileURLToPath(new URL('../../.cache', import.meta.url))

/** Runs the compiler, which says on standard error what it does. Throws where it is missing or fails. */
export function go(
  args: readonly string[],
  options: { cwd: string; env?: Record<string, string> },
): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn('go', args, {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      stdio: ['ignore', process.stderr, process.stderr],
    })
    child.once('error', (error) =>
      reject(
        'code' in error && error.code === 'ENOENT'
          ? new Error('Go 1.26 or later is needed, and there is no `go` on PATH')
          : error,
      ),
    )
    child.once('exit', (code) =>
      code === 0 ? resolve() : reject(new Error(`go ${args[0]} failed (${code})`)),
    )
  })
}

/** Two builds at once would take each other's cores: the second waits, up to 30 minutes. */
export async function withLock(file: string, work: () => Promise<void>): Promise<void> {
  const until = Date.now() + 30 * 60 * 1000
  for (;;) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' })
      break
    } catch (error) {
      if (!existsSync(file)) continue
      if (ownerIsGone(file)) rmSync(file, { force: true })
      else if (Date.now() > until) throw error
      else await sleep(500)
    }
  }
  try {
    await work()
  } finally {
    rmSync(file, { force: true })
  }
}

function ownerIsGone(file: string): boolean {
  try {
    const pid = Number(readFileSync(file, 'utf8'))
    // The owner may be about to write its pid.
    return pid > 0 && !existsSync(`/proc/${pid}`)
  } catch {
    return false
  }
}

export function say(line: string): void {
  process.stderr.write(`[go] ${line}\n`)
}
