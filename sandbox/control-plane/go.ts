import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

/** Folder of everything that was built. */
export const cache = fileURLToPath(new URL('../../.cache', import.meta.url))

export const NO_GO = 'there is no Go (1.21 or later, which fetches the release it needs)'

/** Whether Go is 1.21 or later, which can fetch the release that a module needs. */
export function hasGo(): boolean {
  const { status, stdout } = spawnSync('go', ['env', 'GOVERSION'], { encoding: 'utf8' })
  return status === 0 && Number(/^go1\.(\d+)/.exec(stdout)?.[1]) >= 21
}

/**
 * Runs the compiler, which reports on standard error; throws when it is missing or fails.
 * GOTOOLCHAIN overrides `local`, which images set and which forbids a newer release.
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

/** Runs one build at a time, for the sake of its cores. The second waits for up to 30 minutes. */
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
    // The owner may not have written its pid yet.
    return pid > 0 && !existsSync(`/proc/${pid}`)
  } catch {
    return false
  }
}

export function say(line: string): void {
  process.stderr.write(`[go] ${line}\n`)
}
