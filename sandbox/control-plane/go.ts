import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

/** Where what was built is kept. */
export const cache = fileURLToPath(new URL('../../.cache', import.meta.url))

export const NO_GO = 'there is no Go (1.21 or later, which fetches the release it needs)'

/** Whether there is one that can fetch the release which a module asks for: from 1.21 on they can. */
export function hasGo(): boolean {
  const { status, stdout } = spawnSync('go', ['env', 'GOVERSION'], { encoding: 'utf8' })
  return status === 0 && Number(/^go1\.(\d+)/.exec(stdout)?.[1]) >= 21
}

/**
 * Runs the compiler, which says on standard error what it does. Throws where it is missing or fails.
 * GOTOOLCHAIN: distributions and images set it to `local`, with which none is fetched; one that is
 * new enough itself fetches none anyway.
 */
export function go(
  args: readonly string[],
  options: { cwd: string; env?: Record<string, string> },
): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn('go', args, {
      cwd: options.cwd,
      env: { ...process.env, GOTOOLCHAIN: 'auto', ...options.env },
      stdio: ['ignore', process.stderr, process.stderr],
    })
    child.once('error', (error) =>
      reject('code' in error && error.code === 'ENOENT' ? new Error(NO_GO) : error),
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
